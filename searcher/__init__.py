"""The search room: what was typed -> ranked, explained hits.

Contract: parsing is total, totals are exact, the same query on the same archive gives the same page, and what is highlighted is decided by the
code that decides what is a hit. `searcher.search.Searcher` is the one door for the web and the command line.
"""
