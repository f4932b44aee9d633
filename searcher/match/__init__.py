"""A tree and a commit -> which documents match, where, and what they carry."""
