"""Article -> what other programs read: citations, tables, lines of JSON, whole files."""
