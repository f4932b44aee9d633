"""The command line: what was typed at a terminal -> one module a command, and what it prints."""
