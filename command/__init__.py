"""The command line: what was typed at a terminal -> one module a command, what it prints, and its exit code.

A command's module has `add_options(parser, speaker)`, which says what may be typed behind it, and `run(options, speaker)`, which does it and
returns how that went. All sentences are in messages/<language>.json; the speaker says them in the language of who sits at the terminal.
Results go to stdout, messages and progress to stderr.
"""

DONE, REJECTED, WRONG_USAGE, DAMAGED = 0, 1, 2, 3
"""Exit codes: done; done, but some input was rejected (and listed); wrong usage; archive or index damaged or not writable, or the search
cluster away."""
