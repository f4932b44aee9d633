"""Saved searches -> what is new in the archive for each, told by mail, by webhook and on a page, each article once.

Invariant: what an alert has to tell is noted, with its watermark, before anything is sent, and a delivery counts as done only after the other
side has taken it. So a crash may repeat a delivery and never skips one.
"""
