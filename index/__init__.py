"""The index room: articles -> terms -> postings.

Contract: the index is derived from the archive and may be thrown away at any time. A commit is atomic and names the last change of the archive
it has seen. One analysis (language.analyzer) decides what a term is, for indexing, queries and highlighting alike.
Whoosh is imported only here and, to be asked as an oracle, in tests.
"""
