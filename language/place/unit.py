"""The kinds of administrative units: how each is written, in full and short, and which of three levels it is of."""

from __future__ import annotations

import re

PROVINCE, DISTRICT, COMMUNE = 1, 2, 3
"""The levels, the widest first. Districts are no more since 1 July 2025."""

KIND_LEVELS = {
    "tỉnh": (PROVINCE,),
    "thành phố": (PROVINCE, DISTRICT),
    "quận": (DISTRICT,),
    "huyện": (DISTRICT,),
    "thị xã": (DISTRICT,),
    "phường": (COMMUNE,),
    "xã": (COMMUNE,),
    "thị trấn": (COMMUNE,),
    "đặc khu": (COMMUNE,),
}
"""The kinds, and the levels that units of the kind are of."""
_COMMUNES = ("xã", "phường", "thị trấn")
OTHER_KINDS = {
    "thành phố": ("tỉnh", "thị xã", "huyện", "quận"),
    "thị xã": ("huyện",),
    "quận": ("huyện", "thị xã"),
    **dict.fromkeys(_COMMUNES, _COMMUNES),
    "đặc khu": ("xã",),
}
"""What units of a kind may also be called: most were something less before."""
SHORT_KINDS = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "h": "huyện",
    "q": "quận",
    "p": "phường",
    "x": "xã",
    "t": "tỉnh",
}
"""How the kinds are written short."""
_BETWEEN = "miền núi|vùng cao|vùng biên|biên giới|ven biển|ven đô|đảo|nghèo|biển|cảng|trẻ|lân cận|ngoại thành|thuần nông|vùng sâu|như|là|gồm"
_WRITTEN = re.compile(
    rf"(?<![\w.-])(?<!tác )(?<!công )(?P<kind>{'|'.join(sorted(KIND_LEVELS, key=len, reverse=True))}|t[pxt](?=[. ])|[hqpxt](?=\.))"
    rf"\.?(?: (?:{_BETWEEN}))*:? ?\Z",
    re.IGNORECASE,
)
LONGEST = 40
"""Characters that a unit takes before a name, at most."""


def kind_before(text: str, start: int) -> tuple[str, int]:
    """Return the kind of unit that `text` writes right before `start`, and where it begins; ("", start) if none is written."""
    if start == 0 or text[start - 1] not in " .:":
        return "", start
    begin = max(0, start - LONGEST)
    found = _WRITTEN.search(text, begin, start)
    if found is None or found.start() == begin > 0:
        return "", start
    kind = found["kind"].lower()
    return SHORT_KINDS.get(kind, kind), found.start()


def kind_of(name: str) -> tuple[str, str]:
    """Return the kind and the name proper of a unit as it is called in full: Thành phố Hạ Long is a thành phố, Hạ Long."""
    kind, _, proper = name.partition(" ")
    if kind.lower() not in KIND_LEVELS:
        second, _, proper = proper.partition(" ")
        kind = f"{kind} {second}"
    return kind.lower(), proper
