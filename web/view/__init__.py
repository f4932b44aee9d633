"""One module a group of addresses: a request -> a page, a JSON object or a feed."""
