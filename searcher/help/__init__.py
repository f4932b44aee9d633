"""A search -> what else may have been meant: suggestions, completions, examples, what stood in the way."""
