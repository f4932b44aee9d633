"""Files that are no page (PDF, Word, saved letters) -> Article: each reader takes bytes and returns what `read_page` would."""
