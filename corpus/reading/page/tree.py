"""Text of a page -> its head, and its body as nodes and lines (see corpus.reading.page.node). Only this module knows the HTML parser.

Invariant: every text is clean (language.text.clean); work and memory are linear in the page, however deep or broken it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from corpus.errors import NotAnArticle
from corpus.reading.page.node import Line, Link, Node, Tree
from language.text import clean

MAX_ELEMENTS = 60_000
MAX_TEXT = 3_000_000
_DROPPED = (
    "script", "style", "noscript", "template", "iframe", "svg", "object", "embed", "select", "option", "datalist", "textarea",
    "button", "canvas", "map", "applet", "dialog", "math", "amp-ad", "amp-sidebar", "amp-iframe", "amp-social-share", "amp-analytics",
    "amp-embed", "amp-sticky-ad", "amp-consent", "amp-state",
)  # fmt: skip
_BLOCKS = frozenset(
    "address article aside blockquote body html caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5"
    " h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul amp-accordion"
    " amp-carousel amp-story".split()
)
_MEDIA = frozenset("img picture video audio amp-img amp-video amp-youtube amp-anim".split())
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.I)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SMALL_STYLE = re.compile(
    r"font-size\s*:\s*(?:(?:\d|1[0-2])(?:\.\d+)?\s*px|(?:\d|10)(?:\.\d+)?\s*pt|0?\.\d+\s*r?em|x?x?-?small)", re.I
)
_CENTERED_STYLE = re.compile(r"text-align\s*:\s*center", re.I)
_RIGHT_STYLE = re.compile(r"text-align\s*:\s*(?:right|end)", re.I)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ENDED = re.compile(r"[.!?:;…\"”'’)»\]]\s*$")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)(?:\?.*)?$", re.I)
_SIZE = re.compile(r"\s*(\d{1,5})")
_LOOKS = frozenset("b strong i em small font".split())
_PLAIN = (False, False, False)
# A link around a picture, a headline and a summary has no more lines and characters than these.
_CARD_LINES, _CARD_SIZE = 6, 600
# A line broken by <br> is one line, up to so many characters: it is written anew at each break.
_LONGEST_RUN = 20_000
_LONGEST_TITLE = 1_000
# Pictures of at most so many pixels are icons and counters.
_ICON = 48


def parse(text: str) -> Tree:
    """Parse HTML. Raises NotAnArticle when there is no element in it, or more than MAX_ELEMENTS elements or MAX_TEXT characters."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = _root(text, parser)
    head = _head(root)
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    if sum(map(len, root.itertext())) > MAX_TEXT:
        raise NotAnArticle("page_much_text", most=MAX_TEXT)
    body = root.find("body")
    walker = _Walker()
    walker.walk(root if body is None else body)
    cut = any("depth" in entry.message.lower() for entry in parser.error_log)
    return Tree(
        head.title,
        tuple(head.metas),
        tuple(head.links),
        tuple(head.linked_data),
        tuple(walker.nodes),
        tuple(walker.lines),
        cut,
    )


def _root(text: str, parser: etree.HTMLParser) -> etree._Element:
    """Return the outermost element of a page that has one, and not too many of them."""
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotAnArticle("page_empty") from error
    if root is None:
        raise NotAnArticle("page_empty")
    for count, _ in enumerate(root.iter(), 1):
        if count > MAX_ELEMENTS:
            raise NotAnArticle("page_many_elements", most=MAX_ELEMENTS)
    return root


@dataclass
class _Head:
    """What a page says to machines, as a Tree has it."""

    title: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    linked_data: list[str] = field(default_factory=list)


def _head(root: etree._Element) -> _Head:
    """Gather what machines are told, wherever on the page it stands."""
    head = _Head()
    for element in root.iter("title", "meta", "link", "script"):
        get = element.get
        if element.tag == "title":
            head.title = head.title or clean("".join(element.itertext()))[:_LONGEST_TITLE].rstrip()
        elif element.tag == "meta":
            content = clean(get("content") or "")
            names = (get(key) for key in ("property", "name", "itemprop", "http-equiv"))
            head.metas += [(name.strip().lower(), content) for name in names if name]
        elif element.tag == "link":
            head.links.append(((get("rel") or "").lower(), (get("href") or "").strip()))
        elif "ld+json" in (get("type") or ""):
            head.linked_data.append(element.text or "")
    return head


class _Walker:
    """Walks the body once, without recursion, and gathers runs of text into lines."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._counts = [0, 0, 0, 0, 0]  # size, linked, bold, italic, small
        self._links: list[tuple[int, str]] = []  # (index of the first piece, target)
        self._found: list[Link] = []
        self._open_links: list[str] = []
        self._bold = self._italic = self._small = 0
        self._looks: list[tuple[bool, bool, bool]] = []
        self._broken = 0
        self._joint = False
        self._named: list[tuple[Node, int]] = []  # open inline elements that name themselves, and their first piece

    def walk(self, body: object) -> None:
        node: Node | None = None
        for event, element in etree.iterwalk(body, events=("start", "end")):
            if event == "start":
                node = self._enter(element, node)
                self._add(element.text, node)
            else:
                assert node is not None
                if " location " in node.hint and node.tag not in _BLOCKS and len(self._pieces) == 1:
                    self._pieces, self._counts = [], [0, 0, 0, 0, 0]  # a place name set before the first word, not part of it
                self._leave(element, node)
                node = node.parent
                if node is not None:
                    self._add(element.tail, node)
        for node in self.nodes:  # a run of invisible characters makes no line
            node.start, node.end = min(node.start, len(self.lines)), min(node.end, len(self.lines))

    def _enter(self, element: etree._Element, parent: Node | None) -> Node:
        node = _node(element, parent, len(self.nodes))
        if parent is not None:
            parent.children.append(node)
            self._part(node, parent)
        self.nodes.append(node)
        node.start = len(self.lines)
        if node.tag == "br":
            self._broken += 1
        elif node.tag in _MEDIA and not _icon(node.attributes):
            self._show(node)
        elif node.tag == "a" and _is_link(node.attributes):
            self._open_links.append(node.attributes["href"])
            self._links.append((len(self._pieces), node.attributes["href"]))
        look = _look(node)
        self._looks.append(look)
        self._bold, self._italic, self._small = self._bold + look[0], self._italic + look[1], self._small + look[2]
        return node

    def _part(self, node: Node, parent: Node) -> None:
        """Keep what begins with `node` apart from the text before it in `parent`, by a new line or by a space, as readers see it."""
        if self._pieces and self._pieces[-1][-1:].isalnum() and _is_styled_apart(node):
            self._pieces.append(" ")
        self._joint = node.tag == "span"
        if node.tag in _BLOCKS or node.tag == "br":
            self._flush(parent)
        elif _names_itself(node):
            self._named.append((node, len(self._pieces)))

    def _show(self, picture: Node) -> None:
        """A picture is a line, with the link around it."""
        self._flush(picture)
        alt = clean(picture.attributes.get("alt", ""))[:1000]
        links = tuple(Link("", link) for link in self._open_links[-1:])
        self.lines.append(Line(alt, picture, len(self.lines), links=links, media=True))

    def _leave(self, element: etree._Element, node: Node) -> None:
        if node.tag in _BLOCKS:
            self._flush(node)
            self._broken = 0
        if node.tag == "a" and _is_link(node.attributes):
            self._open_links.pop()
            self._unlink(node)
            if self._links:
                start, target = self._links.pop()
                self._found.append(Link(clean("".join(self._pieces[start:])), target))
        look = self._looks.pop()
        self._bold, self._italic, self._small = self._bold - look[0], self._italic - look[1], self._small - look[2]
        if self._named and self._named[-1][0] is node:
            node.text = clean("".join(self._pieces[self._named.pop()[1] :]))
        node.end, node.last = len(self.lines), len(self.nodes) - 1
        # A run still open belongs to this node too: its line will be the next one.
        if self._counts[0] and node.tag not in _BLOCKS:
            node.end += 1

    def _unlink(self, node: Node) -> None:
        """A link around many lines was never closed: its text is text."""
        inside = [line for line in self.lines[node.start :] if not line.media]
        if len(inside) > _CARD_LINES and sum(line.size for line in inside) > _CARD_SIZE:
            for line in inside:
                line.linked, line.links = 0, ()

    def _add(self, text: str | None, node: Node) -> None:
        if not text:
            return
        if self._joint and text[0].isupper() and self._pieces and self._pieces[-1][-1:].islower():
            self._pieces.append(" ")
        self._joint = False
        self._pieces.append(text)
        size = len("".join(text.split()))
        counts = self._counts
        counts[0] += size
        counts[1] += size if self._open_links else 0
        counts[2] += size if self._bold else 0
        counts[3] += size if self._italic else 0
        counts[4] += size if self._small else 0

    def _flush(self, node: Node) -> None:
        """End the run: what was gathered becomes a line of the nearest block `node` stands in."""
        if self._counts[0]:
            text = clean("".join(self._pieces))
            links = [*self._found, *(Link(clean("".join(self._pieces[start:])), target) for start, target in self._links)]
            self._append(text, node.block or node, tuple(link for link in links if link.text))
            self._broken = 0
        self._pieces, self._counts, self._found = [], [0, 0, 0, 0, 0], []
        self._links = [(0, target) for target in self._open_links]
        self._named = [(named, 0) for named, _ in self._named]

    def _append(self, text: str, block: Node, links: tuple[Link, ...]) -> None:
        size, linked, bold, italic, small = self._counts
        previous = self.lines[-1] if self.lines else None
        if not text:
            return
        alone = previous is None or self._broken != 1 or previous.node is not block or previous.media
        if previous and not alone and _continues(previous.text, text):
            previous.text += " " + text
            previous.size, previous.linked = previous.size + size, previous.linked + linked
            previous.bold, previous.italic, previous.small = (
                previous.bold + bold,
                previous.italic + italic,
                previous.small + small,
            )
            previous.links += links
        else:
            line = Line(text, block, len(self.lines), size, linked, bold, italic, small, links)
            line.alignment = _alignment(block)
            self.lines.append(line)


def _node(element: etree._Element, parent: Node | None, number: int) -> Node:
    """Return the node of `element`; which lines it has is not known yet."""
    attributes = dict(element.items())  # by name lxml does not find what a template left: "{{x}}"
    tag = element.tag if isinstance(element.tag, str) else "span"
    node = Node(tag, _hint(attributes), attributes, parent, parent.depth + 1 if parent else 0, number)
    node.block = node if tag in _BLOCKS or parent is None else parent.block
    node.hidden = _is_hidden(attributes) or (parent is not None and parent.hidden)
    return node


def _hint(attributes: Mapping[str, str]) -> str:
    words = attributes.get("id", "") + " " + attributes.get("class", "")
    return f" {_NOT_WORD.sub(' ', _CAMEL.sub(' ', words[:300]).lower()).strip()} " if len(words) > 1 else " "


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style", "")
    return "hidden" in attributes or bool(style and _HIDDEN_STYLE.search(style))


def _is_styled_apart(node: Node) -> bool:
    """Is `node` a part of a line that only a style sheet keeps apart: "<span>12/7</span><span>by L. Nam"?"""
    return node.tag in ("a", "time", "label") or node.tag == "span" and node.hint != " "


def _names_itself(node: Node) -> bool:
    """Does an inline element say what it is?"""
    return node.hint != " " or "itemprop" in node.attributes or "rel" in node.attributes or node.tag == "time"


def _continues(before: str, after: str) -> bool:
    """Is the text after a single <br> the same sentence?"""
    return len(before) < _LONGEST_RUN and not _ENDED.search(before[-2:]) and (after[0].islower() or after[0] in ",.;)")


def _is_link(attributes: Mapping[str, str]) -> bool:
    """Does an <a> lead elsewhere? One that shows its picture larger does not."""
    return "href" in attributes and not _PICTURE.search(attributes["href"])


def _look(node: Node) -> tuple[bool, bool, bool]:
    """Return whether `node` itself sets its text bold, italic and small."""
    if not node.attributes.get("style") and node.tag not in _LOOKS and node.hint == " ":
        return _PLAIN
    return _is_bold(node), _is_italic(node), _is_small(node)


def _is_bold(node: Node) -> bool:
    return node.tag in ("b", "strong") or " bold " in node.hint or bool(_BOLD_STYLE.search(node.attributes.get("style", "")))


def _is_italic(node: Node) -> bool:
    return node.tag in ("i", "em") or " italic " in node.hint or bool(_ITALIC_STYLE.search(node.attributes.get("style", "")))


def _is_small(node: Node) -> bool:
    small = node.tag == "font" and node.attributes.get("size", "").strip() in ("1", "2", "-1", "-2")
    return node.tag == "small" or small or bool(_SMALL_STYLE.search(node.attributes.get("style", "")))


def _alignment(block: Node) -> str:
    for node in block.upwards(3):
        style, align = node.attributes.get("style", ""), node.attributes.get("align", "").lower()
        if align == "right" or _RIGHT_STYLE.search(style):
            return "right"
        if align in ("center", "middle") and node.tag != "table" or node.tag == "center" or _CENTERED_STYLE.search(style):
            return "center"
        if align in ("left", "justify"):
            return ""
    return ""


def _icon(attributes: Mapping[str, str]) -> bool:
    for name in ("width", "height"):
        size = _SIZE.match(attributes.get(name, ""))
        if size and int(size[1]) <= _ICON and "%" not in attributes[name]:
            return True
    return False
