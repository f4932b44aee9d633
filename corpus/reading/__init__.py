"""Bytes from anywhere -> Article, or NotAnArticle with the reason: pages, plain texts, lines of JSON."""
