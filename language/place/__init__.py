"""The places of Vietnam's administration: what they are called, what they were part of and became, and where a text names them.

A text goes in, spans and keys come out. Imports nothing of ours but `language/`; its tables are in `language/data/`.
"""

from language.place.name import may_be_asked_for, named
from language.place.recogniser import Mention, mentions
from language.place.table import Place, former_provinces, places, predecessors, units_in

__all__ = ["Mention", "Place", "former_provinces", "may_be_asked_for", "mentions", "named", "places", "predecessors", "units_in"]
