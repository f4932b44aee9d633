"""A parsed page -> where its story stands: which lines are noise, and the smallest node that holds the body.

Every line gets a weight: prose counts for the story, links, labels and the noise of menus, boxes and comments count against it. The
body is the subtree with the greatest sum; sums over subtrees are differences of prefix sums, so the search is linear.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from corpus.reading.page.label import fold, label, zones
from corpus.reading.page.node import HEADINGS, Line, Node, Tree

# Zones whose text is never the story, unless next to nothing would be left without them.
_NOISE = frozenset("related other comment share nav footer ad popup poll player".split())
_TAG_ZONES = {"nav": "nav", "menu": "nav", "footer": "footer", "aside": "sidebar"}
_LEAST_STORY = 120
_SENTENCE_END = re.compile(r"[.!?…:;][\"”'’)»\]]*$")
_PROSE, _VOTED_PROSE = 50, 15
_BOXES = frozenset(("related", "other", "sidebar"))
_ELSEWHERE = frozenset(("comment", "related", "other", "ad", "popup", "poll"))
_BARS = frozenset(("share", "footer", "nav", "player"))
_AFTERWORD = 40  # lines
# So much of a folded line says which line it is.
PREFIX = 80
# A link of so many words is a headline, not a tag or a menu entry.
HEADLINE_WORDS = 5


@dataclass(frozen=True)
class Region:
    """Where the story of a page stands.

    `body` is the node that holds it, `core` the part of it where most of its prose is. `noise` and `weights` are by line number:
    whether a line is none of the story, and how much speaks for its being of it.
    """

    body: Node
    core: Node
    noise: tuple[bool, ...]
    weights: tuple[int, ...]
    zones: tuple[frozenset[str], ...]  # by node number, those of the nodes around it included

    def is_elsewhere(self, line: Line, node: Node | None = None) -> bool:
        """Is `line`, or `node` in it, in comments, boxes or teasers? Bars of buttons are none: they may hold author and date."""
        around = self.zones[(node or line.node).number] - self.zones[self.core.number]
        return self.noise[line.number] and not around & _BARS or bool(around & _ELSEWHERE)

    def prose(self, node: Node) -> int:
        """Return the characters of prose below `node` that are no noise."""
        return sum(weight for weight in self.weights[node.start : node.end] if weight > 0)


def find_region(tree: Tree, voted: Collection[str] = frozenset()) -> Region | None:
    """Return where the story of `tree` stands, or None when there is no prose. `voted` are folded lines known to be main text."""
    lines = tree.lines
    prose = _first_copies(lines, [_prose(line, voted) for line in lines])
    total = [0, *accumulate(prose)]
    inherited = _inherited(tree, _guarded_zones(tree, total))
    boxed = [left or right for left, right in zip(_teasers(tree, prose), _boxes(tree, total, prose), strict=True)]
    # A script that has not run yet may hide the whole story.
    shown = sum(prose[line.number] for line in lines if not line.node.hidden) >= _LEAST_STORY
    noise = tuple(
        bool(_NOISE & inherited[line.node.number]) or boxed[line.number] or (shown and line.node.hidden) for line in lines
    )
    weights = tuple(_weight(line, prose[line.number], noise[line.number], voted) for line in lines)
    sums = [0, *accumulate(weights)]
    gains = [0, *accumulate(max(0, weight) for weight in weights)]

    def best(nodes: Sequence[Node]) -> Node:
        return max(nodes, key=lambda node: (sums[node.end] - sums[node.start], node.number))

    body = best(tree.nodes)
    if gains[body.end] <= gains[body.start]:
        return None
    return Region(body, _core(body, gains), noise, weights, inherited)


def _inherited(tree: Tree, own: Sequence[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Return the zones of each node, those of the nodes around it included; `own` are its alone."""
    found: list[frozenset[str]] = []
    for node in tree.nodes:
        above = found[node.parent.number] if node.parent else frozenset()
        found.append(above | own[node.number] if own[node.number] else above)
    return tuple(found)


def _core(body: Node, gains: Sequence[int]) -> Node:
    """Return the smallest node in `body` with most of its prose; `gains` are the sums of prose before each line."""
    most = (gains[body.end] - gains[body.start]) * 7
    core, inner = body, [body]
    while inner:
        core = inner[0]
        inner = [child for child in core.children if (gains[child.end] - gains[child.start]) * 10 >= most]
    return core


def is_headline_link(line: Line) -> bool:
    """Does `line` show the title of another article, as a link to it?"""
    return line.is_link and len(line.text.split()) >= HEADLINE_WORDS


def everything(tree: Tree) -> Region:
    """Return the region of a text that is story throughout."""
    inherited = _inherited(tree, [zones(node.hint) for node in tree.nodes])
    weights = tuple(0 if line.media else line.size for line in tree.lines)
    return Region(tree.nodes[0], tree.nodes[0], (False,) * len(tree.lines), weights, inherited)


def heads_prose(lines: Sequence[Line], line: Line, prose: Sequence[int]) -> bool:
    """Is `line` a heading that running text follows at once, as no list of links does?"""
    following = next((other for other in lines[line.number + 1 : line.number + 4] if not other.media), None)
    return line.node.within(HEADINGS, 2) and following is not None and prose[following.number] > 0


def afterword(tree: Tree, region: Region) -> tuple[Line, ...]:
    """Return the lines after the body that may still be of the article: byline, source, date, tags.

    Comments end them, and so does what the paper lists below its stories; a box of other stories among them is left out whole.
    """
    found: list[Line] = []
    pointing = False
    number, until = region.core.end, min(len(tree.lines), region.core.end + _AFTERWORD)
    while number < until:
        line = tree.lines[number]
        number += 1
        kind, around = label(line.text), region.zones[line.node.number] - region.zones[region.core.number]
        if kind == "comment" or "comment" in around:
            break
        if kind in ("related", "other") or is_headline_link(line) or around & _BOXES:
            box = _box_outside(line, region.core)
            pointing = kind == "related" or line.text.startswith(">") or pointing and is_headline_link(line)
            if box.end - box.start == 1 and not line.media and not pointing:
                break
            number = max(number, box.end)
        elif not line.media and not region.is_elsewhere(line):
            found.append(line)
    return tuple(found)


def _box_outside(line: Line, core: Node) -> Node:
    """Return the largest node around `line` that does not hold `core`."""
    box = line.node
    while box.parent is not None and not box.parent.holds(core):
        box = box.parent
    return box


def _first_copies(lines: Sequence[Line], prose: list[int]) -> list[int]:
    """Leave only the first of texts that are printed several times (once for phones, once for desktops)."""
    seen: set[str] = set()
    for line in lines:
        if prose[line.number] and not line.node.hidden:
            if line.text in seen:
                prose[line.number] = 0
            seen.add(line.text)
    return prose


def _prose(line: Line, voted: Collection[str]) -> int:
    """How many characters of `line` are prose: running text, not links, labels or numbers."""
    free = line.size - line.linked
    if line.media or line.is_link or label(line.text):
        return 0
    if free < _PROSE:
        return free if free >= _VOTED_PROSE and line.text and fold(line.text)[:PREFIX] in voted else 0
    return min(free, 800) if _SENTENCE_END.search(line.text) else min(free, 800) * 6 // 10


def _weight(line: Line, prose: int, noise: bool, voted: Collection[str]) -> int:
    if line.media:
        return 0
    if noise:
        return -20
    if prose:
        return prose * 3 // 2 if voted and fold(line.text[:200])[:PREFIX] in voted else prose
    return -15 if line.is_link else -3


def _guarded_zones(tree: Tree, total: list[int]) -> list[frozenset[str]]:
    """Return each node's zones, read off its id and class. Noise is taken back where it would swallow story or headline."""
    everything = total[-1]
    headline = next((node.number for node in tree.nodes if node.tag == "h1" and len(tree.texts(node).split()) > 2), -1)
    kept: list[frozenset[str]] = []
    swallowed = 0  # prose in noise so far: what is left must still be a story
    until = -1  # number of the last node within the noise already counted
    for node in tree.nodes:
        found = zones(node.hint)
        if node.tag in _TAG_ZONES:
            found |= {_TAG_ZONES[node.tag]}
        if found & _NOISE and node.number > until:
            share, left = total[node.end] - total[node.start], everything - swallowed
            much = share * 2 > left if "comment" not in found else left - share < everything // 8
            if node.depth < 2 or (share and (much or left - share < _LEAST_STORY or node.number <= headline <= node.last)):
                found -= _NOISE
            else:
                swallowed, until = swallowed + share, node.last
        kept.append(found)
    return kept


def _boxes(tree: Tree, total: list[int], prose: Sequence[int]) -> list[bool]:
    """Return which lines are in boxes that begin with a label of their own: "Tin cùng chuyên mục", "Ý kiến bạn đọc"."""
    found = [False] * len(tree.lines)
    for line in tree.lines:
        kind = "" if line.media or line.is_link else label(line.text)
        if kind not in ("related", "other", "comment") or kind != "comment" and heads_prose(tree.lines, line, prose):
            continue
        box = line.node
        while box.parent is not None and box.parent.start == line.number:
            box = box.parent
        share, everything = total[box.end] - total[box.start], total[-1]
        headed = line.is_bold or line.node.within(HEADINGS, 2)
        if share * 2 <= everything or (kind == "comment" and headed and (everything - share) * 8 >= everything):
            found[box.start : box.end] = [True] * (box.end - box.start)
    return found


def _teasers(tree: Tree, prose: list[int]) -> list[bool]:
    """Lines of teasers: a few lines in one node, a headline that links elsewhere and what the other article is about."""
    shapes: dict[tuple[str, ...], list[Node]] = defaultdict(list)
    for node in tree.nodes:
        if 2 <= node.end - node.start <= 8 and _is_teaser(tree.lines[node.start : node.end], prose):
            above = node.parent
            shapes[node.tag, node.hint, above.tag if above else "", above.hint if above else ""].append(node)
    found = [False] * len(tree.lines)
    for alike in shapes.values():
        for node in alike:
            lines = tree.lines[node.start : node.end]
            head = _head(lines)
            if head is None:
                continue
            pictured = any(line.media for line in lines)
            if len(alike) >= 3 or pictured or head.node.within(HEADINGS, 2) or node.tag in ("li", "article"):
                found[node.start : node.end] = [True] * len(lines)
    return found


def _is_teaser(lines: Sequence[Line], prose: list[int]) -> bool:
    texts = [line for line in lines if not line.media]
    running = [line for line in texts if prose[line.number]]
    if not 2 <= len(texts) <= 6 or len(running) > 2 or sum(line.size for line in running) > 500:
        return False
    head = _head(lines)
    if head is None or not head.is_link:
        return False
    # A short title is one when its picture leads to the same story.
    return is_headline_link(head) or bool(_pictured(lines) & {link.target for link in head.links})


def _pictured(lines: Sequence[Line]) -> set[str]:
    """Return where the pictures among `lines` lead."""
    return {link.target for line in lines if line.media for link in line.links}


def _head(lines: Sequence[Line]) -> Line | None:
    """The title in a teaser: the line that leads where its picture leads, else the first that is no label."""
    pictured = _pictured(lines)
    texts = [line for line in lines if not line.media]
    beside = (line for line in texts if line.is_link and pictured & {link.target for link in line.links})
    return next(beside, None) or next((line for line in texts if line.size > 12), None)
