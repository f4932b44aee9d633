"""Who acts in the news: persons, and bodies as ministries, committees, courts, companies and schools. Where a text names them, and who says what.

A text goes in, spans and keys come out. Imports nothing of ours but `language/`; its tables are in `language/data/`. A wrong name under a real person is
worse than none, so what may be something else is left out.
"""

from language.actor.body import body_key
from language.actor.head import Successor, successor
from language.actor.mention import Actor, Named
from language.actor.person import person_key
from language.actor.quotation import Quotation, quotations
from language.actor.recogniser import actors

__all__ = ["Actor", "Named", "Quotation", "Successor", "actors", "body_key", "person_key", "quotations", "successor"]
