"""Text -> the legal documents it cites: `57/2022/NĐ-CP`, `Quyết định số 263/QĐ-TTg`, `nghị định 57`, `Luật Đất đai năm 2024`.

Each document has one key whatever its spelling, marks, case, hyphens and spaces, and a label as it is properly written. A number is
shared by documents of several issuers or years; a key says no more than the text does, so `Quyết định 846/QĐ-UBND` is that of
whichever province.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from language.document_kind import KINDS, SIGNS, Kind, rows
from language.law_name import YEAR, law_names, stripped_name
from language.normalizer import stripped

_LETTERS = r"[^\W\d_](?:[^\W_]|&){0,14}"
_HYPHEN = r" ?[-‐‑–] ?"
_SLASH = " ?/ ?"
_MORE = rf"(?:[-‐‑–/]{_LETTERS}|{_HYPHEN}(?=[A-ZĐƯ]{{2}}){_LETTERS})"
_NUMBER = r"(?:[1-9][0-9]?\.[0-9]{3}|[0-9]{1,6})[a-zA-ZđĐ]?"
_FULL = re.compile(
    rf"(?<![\w/.,‐‑–-])(?<!/[0-9] )(?:(?:{SIGNS})(?=[0-9]))?(?P<number>{_NUMBER})"
    rf"(?:(?:{_SLASH}|-)(?P<year>{YEAR}){_SLASH}(?P<dated>{_LETTERS}(?:{_HYPHEN}{_LETTERS})?{_MORE}{{0,3}})"
    rf"|{_SLASH}(?P<undated>{_LETTERS}(?:{_HYPHEN}|(?<=[ĐQT]){_SLASH}){_LETTERS}{_MORE}{{0,3}})"
    rf"|{_HYPHEN}(?P<party>{_LETTERS}{_SLASH}{_LETTERS}{_MORE}{{0,3}}))(?!\w)"
)
_BEFORE_SLASH, _AFTER_SLASH = 32, 110  # characters of a number before its first slash, and from there on
_PART = re.compile(_LETTERS)
_NO_DOCUMENT = re.compile("HĐ(?!ND|BT)|HDTD|GCN|GPLX", re.IGNORECASE)  # of contracts, certificates, licences
_ASSEMBLY = re.compile("(?:UBTV)?QH[0-9]{1,2}", re.IGNORECASE)
_PARTY = re.compile(r"TW|TU|HU|ĐU|ĐUK|QUTW|ĐUCA|UBKTTW|\w*-?TW", re.IGNORECASE)

# The number of a document after the name of its kind.
_SHORT = re.compile(
    rf"(?P<number>{_NUMBER})(?:{_SLASH}(?P<year>{YEAR})(?:{_SLASH}(?P<sign>[^\W\d_]{{2,4}}))?| (?:năm|nam) (?P<said>{YEAR}))?"
    r"(?![\w%&]|[.,][0-9]| ?[-‐‑–/] ?[0-9]|/)",
    re.IGNORECASE,
)
# After these, a number counts something: nghị quyết 5 năm, quyết định 3 vấn đề.
_COUNTED = re.compile(
    r" (?:(?:năm|ngày|tháng)(?! ?[0-9])|tuần|giờ|phút|người|em|bé|ca|trường|hộ|tỷ|tỉ|triệu|nghìn|ngàn|đồng|lần|điểm|điều|vấn đề|việc|nhóm|giải|"
    r"nội dung|phương án|dự án|cán bộ|xã|huyện|tỉnh|nước|đơn vị|bị|USD|ha|km|m2|mét|tấn|suất|phần|loại|quận|thành viên)\b"
)
# What may follow the number of a document whose kind is written small, as the verb is.
_CLAUSE_ENDS = re.compile(
    r"""$|[\n.;:)”"\]]|,(?! ?[0-9])| (?:của|về|ngày|do|và|quy|cũng|là|có|được|đã|sẽ|không|ban|cho|chấp thuận|liên quan|thì|nêu|với|tại|để|phê|hết)\b"""
)


_BY_SIGN = {stripped(kind.sign): kind for kind in KINDS}
_BY_NAME = {stripped_name(kind.name): kind for kind in KINDS}
_ISSUERS = {stripped(issuer): issuer for (issuer,) in rows("document_issuers.txt")}
_SHORT_SIGNS = ("NĐ", "QĐ", "NQ")  # said with a bare number; TT, CT, CV are other things too
_WORDS_BEFORE = frozenset(
    form
    for kind in KINDS
    for word in (kind.name.split()[-1].lower(), kind.sign.lower(), "số")
    for form in (word, stripped_name(word))
)
_AFTER_SPACE = re.compile(
    f"[0-9](?<=[{''.join(sorted({case for word in _WORDS_BEFORE for case in (word[-1], word[-1].upper())}))}:] .)"
)
# A number glued to the sign of its kind: NĐ100/2019, NQ18. The digit is looked for first because that is fast.
_SIGN_BEFORE = re.compile(rf"(?<![\w/.,‐‑–-])(?:{SIGNS})\Z")
_AFTER_LETTER = re.compile(f"[0-9](?<=[{''.join(sorted({sign[-1] for sign in SIGNS.split('|')}))}].)")
_LONGEST_SIGN = max(map(len, SIGNS.split("|")))
_NAMES = sorted(
    (form for kind in KINDS for form in {kind.name, stripped_name(kind.name), kind.sign, stripped(kind.sign)}), key=len
)
_KIND_BEFORE = re.compile(rf"(?<![\w/-])(?P<kind>{'|'.join(reversed(_NAMES))})(?P<counted> (?:số|so):?)? ?$", re.IGNORECASE)


def kind_name(sign: str) -> str:
    """Return the name of the kind of document with this sign: Nghị định for NĐ; "" if there is none."""
    kind = _BY_SIGN.get(stripped(sign))
    return kind.name if kind else ""


@dataclass(frozen=True)
class Mention:
    """A document cited at text[start:end].

    `kind` is the sign of its kind (NĐ) or what a law is called (Bộ luật), "" if not said; `number` is without leading zeros, "" for a
    law cited by its `name`; `year` and `issuer` are "" if not said.
    """

    start: int
    end: int
    kind: str
    number: str
    year: str
    issuer: str
    name: str = ""

    @property
    def key(self) -> str:
        """What is the same for all spellings: 57/2022/nd-cp, 18/nq-tw, luat dat dai 2024, and 57/nd where nothing more is said."""
        if not self.number:
            words = re.findall(r"[^\W_]+", stripped_name(f"{self.kind} {self.name} {self.year}"))
            return " ".join(word for word in words if word != "va")
        issuer = re.sub(r"[^\w]", "", self.issuer)
        sign = "-".join(stripped(part) for part in (self._kind_in_number, issuer) if part)
        return "/".join(part for part in (self.number.replace("đ", "d"), self.year, sign) if part)

    @property
    def label(self) -> str:
        """How the document is properly cited."""
        if not self.number:
            return " ".join(part for part in (self.kind, self.name, self.year) if part)
        # A party's QĐ is a quyết định or a quy định.
        name = "" if self.kind == "QĐ" and _PARTY.fullmatch(self.issuer) else kind_name(self.kind)
        if name and not self.issuer and _BY_SIGN[stripped(self.kind)].use == "counted":
            name += " số"
        return f"{name} {self.number_label}" if name else self.number_label

    @property
    def number_label(self) -> str:
        """The number as it is properly written, as far as it was said: 05/2022/NĐ-CP, 18-NQ/TW, 57."""
        number = self.number if self.number[1:2].isdigit() else f"0{self.number}"
        if not self.issuer:
            return "/".join(part for part in (number, self.year) if part)
        if self.kind and not self.year and _PARTY.fullmatch(self.issuer):
            return f"{number}-{self.kind}/{self.issuer}"
        sign = "-".join(part for part in (self._kind_in_number, self.issuer) if part)
        return "/".join(part for part in (number, self.year, sign) if part)

    def may_mean(self, other: Mention) -> bool:
        """Say whether this, which may say less, can be `other`."""
        said, others = ((each.name or stripped(each.kind), each.number) for each in (self, other))
        return said == others and self.issuer in ("", other.issuer) and self.year in ("", other.year)

    @property
    def _kind_in_number(self) -> str:
        """The sign of the kind as the number has it: "" in 31/2024/QH15, for with a year the National Assembly gives none."""
        return "" if self.year and _ASSEMBLY.fullmatch(self.issuer) else self.kind


def mentions(text: str) -> list[Mention]:
    """Return the documents that clean `text` cites, sorted and disjoint. Linear in the text's length."""
    found = list(_numbers(text))
    places = [digit.start() for digit in _AFTER_SPACE.finditer(text) if _names_a_kind(text, digit.start())]
    places += [
        at
        for digit in _AFTER_LETTER.finditer(text)
        if _SIGN_BEFORE.search(text, max(0, (at := digit.start()) - _LONGEST_SIGN - 1), at)
    ]
    found += [mention for at in places if (mention := _short(text, at))]
    found += [Mention(law.start, law.end, law.kind, "", law.year, "", law.name) for law in law_names(text)]
    disjoint: list[Mention] = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if not disjoint or mention.start >= disjoint[-1].end:
            disjoint.append(mention)
    return disjoint


def _numbers(text: str) -> Iterator[Mention]:
    """Yield the mentions of numbers with all their parts. Each has a slash, and few texts have many: the search begins there."""
    done = 0
    slash = text.find("/")
    while slash >= 0:
        match = _FULL.search(text, max(done, slash - _BEFORE_SLASH), slash + _AFTER_SLASH)
        if match and match.start() < slash:  # one that begins later may be cut off; its own slash finds it whole
            done = match.end()
            mention = _whole(text, match)
            if mention:
                yield mention
        slash = text.find("/", max(slash + 1, done))


def documents(text: str) -> dict[str, str]:
    """Return key -> label of the documents that clean `text` cites, in order.

    A short mention (Nghị định 57, Luật Đất đai) is the document cited in full elsewhere in the text that it can mean; if it can mean
    several, it says nothing that they do not; if none, it stands for itself.
    """
    found = mentions(text)
    if not found:
        return {}
    distinct = {mention.key: mention for mention in found}
    kept: dict[str, str] = {}
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)  # what is said of a document -> the years said of such
    for key, mention in sorted(distinct.items(), key=lambda each: (not each[1].issuer, not each[1].year)):
        said = (mention.name or stripped(mention.kind), mention.number, *filter(None, (mention.issuer,)))
        if any(not mention.year or year in ("", mention.year) for year in same[said]):
            continue
        kept[key] = mention.label
        for less in {said, said[:2]}:
            same[less].append(mention.year)
    return kept


def document_key(text: str) -> str:
    """Return the key of the document that `text`, as a reader may write it, cites; of any other text its stripped form."""
    # Small letters that are no citation in an article may be one here, and a kind whose number needs "số" there.
    for spelling in (text, text.upper(), re.sub(r"(?<=\D) (?=\d)", " số ", text, count=1)):
        found = mentions(spelling)
        if len(found) == 1 and found[0].start == 0 and found[0].end >= len(spelling.rstrip(" .")):
            return found[0].key
    return stripped_name(text.strip())


def _whole(text: str, match: re.Match[str]) -> Mention | None:
    """Return the mention of a number with all its parts, or None if it only looks like one (5 / Hà - Nội)."""
    parts = _PART.findall(match["dated"] or match["undated"] or match["party"])
    kind = _BY_SIGN.get(stripped(parts[0]))
    issuers = parts[1:] if kind else parts
    start, named, _ = _kind_before(text, match.start("number"))
    if kind and kind.sign != "L":
        is_document = _is_of_kind(match, kind, parts[0], issuers)
    else:
        is_document = _is_of_issuer(match, parts, issuers, named)
    if not is_document:
        return None
    said = kind or (named if match["dated"] else None)  # "Công văn 913/VPCP-CN": the kind is not part of the number
    sign = said.sign if said else ""
    year = match["year"] or ""
    issuer = "-".join(_issuer(issuer) for issuer in issuers) or _issuer_of(sign, year)
    if sign == "L" and not _ASSEMBLY.fullmatch(issuer):
        sign = ""  # nobody else makes laws
    return Mention(start, match.end(), sign, _plain(match["number"]), year, issuer)


def _is_of_kind(match: re.Match[str], kind: Kind, sign: str, issuers: list[str]) -> bool:
    """Does `sign`, which may be that of `kind`, begin what follows the number of a document, and do `issuers` end it?"""
    known = all(map(_is_sign, issuers))
    if not known and " " in match[0]:
        return False
    if not match["party"] or known and (sign == kind.sign or _is_sign(sign)):
        return True
    return any(issuer.lower() in ("tw", "tư", "tu") for issuer in issuers)


def _is_of_issuer(match: re.Match[str], parts: list[str], issuers: list[str], named: Kind | None) -> bool:
    """Do `parts`, which name no kind or a law, follow the number of a document, of the kind `named` before it if at all?"""
    if _NO_DOCUMENT.match(parts[0]):
        return False
    if match["dated"] and issuers and _ASSEMBLY.fullmatch(issuers[0]):
        return True
    return all(map(_is_sign, parts)) and (not match["party"] or named is not None)


def _names_a_kind(text: str, at: int) -> bool:
    """Tell quickly whether the word before the number at text[at:] can end the name of a kind of document; few do."""
    return text[text.rfind(" ", max(0, at - 10), at - 1) + 1 : at - 1].rstrip(":").lstrip('(“"').lower() in _WORDS_BEFORE


def _short(text: str, at: int) -> Mention | None:
    """Return the mention of a kind and the number at `at`, or None if that is no number of a document."""
    start, kind, counted = _kind_before(text, at)
    match = _SHORT.match(text, at)
    if kind is None or match is None:
        return None
    year = match["year"] or match["said"] or ""
    number = _plain(match["number"])
    if match["sign"] and stripped(match["sign"]) != stripped(kind.sign):
        return None
    if not counted and not year and _may_count(text, start, kind, match):
        return None
    if kind.sign == "L" or (kind.use == "counted" and not counted):
        return None
    return Mention(start, match.end(), kind.sign, number, year, _issuer_of(kind.sign, year))


def _may_count(text: str, start: int, kind: Kind, match: re.Match[str]) -> bool:
    """May a bare number after the name or sign of a kind at text[start:] say how many there are of something?"""
    rest = text[match.end() : match.end() + 20]
    by_sign = stripped(text[start : start + len(kind.sign)]) == stripped(kind.sign) and len(kind.name) > len(kind.sign) + 1
    if kind.use == "counted" or _COUNTED.match(rest) or (by_sign and kind.sign not in _SHORT_SIGNS):
        return True
    small = kind.use == "capital" and text[start].islower() and not by_sign
    return small and (len(match["number"]) < 2 or not _CLAUSE_ENDS.match(rest))


def _kind_before(text: str, at: int) -> tuple[int, Kind | None, bool]:
    """Return where the name or sign of a kind before text[at:] begins (else `at`), the kind, and whether "số" follows it."""
    begin = max(0, at - 40)
    before = _KIND_BEFORE.search(text[begin:at])
    if before is None:
        return at, None, False
    name = stripped_name(before["kind"])
    return begin + before.start(), _BY_NAME.get(name) or _BY_SIGN[name], bool(before["counted"])


def _is_sign(letters: str) -> bool:
    return letters.isupper() and len(letters) > 1 or stripped(letters) in _ISSUERS


def _issuer(letters: str) -> str:
    plain = letters.replace("&", "")
    if plain.casefold() == "tư":
        return "TW"
    return _ISSUERS.get(stripped(plain), plain.upper())


def _issuer_of(sign: str, year: str) -> str:
    """Return who issued what a citation says nothing of: CP for decrees since 1993, else "" (unknown)."""
    return "CP" if sign == "NĐ" and year >= "1993" else ""


def _plain(number: str) -> str:
    return number.replace(".", "").lstrip("0").lower() or "0"
