"""Papers' servers -> articles in the archive, and back again later: what is new, what changed, what is gone.

The only room that opens connections. Invariants: no server is asked more often than it bears, nor for what its robots.txt forbids; no
address of a private network is asked unless it is allowed by name; what was gathered is on disk with the note that it was.
"""
