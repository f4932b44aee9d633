"""Web archives (WARC, WACZ) -> the pages in them, each with its address, the moment it was captured and the headers it came with.

Invariant: no more of an archive is in memory than one record, however many there are. What is wrong with a record becomes an input that is
refused and names it; the records behind it are read. Nothing in an archive is executed or fetched.
"""
