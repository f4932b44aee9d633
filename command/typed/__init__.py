"""What was typed behind a command -> its options, and the search that they and the words make."""
