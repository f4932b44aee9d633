"""A tree as typed -> the tree that is meant in this archive: abbreviations, joined and parted words, tones left out, whole words."""
