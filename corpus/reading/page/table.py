"""Tables of figures within a story -> one line a row, its cells parted by " | ". Tables that only lay out text or pictures are no such."""

from __future__ import annotations

from corpus.reading.page.node import Line, Node, Tree

_LONGEST_CELL = 70


def rows(tree: Tree, core: Node) -> dict[int, tuple[Line, int]]:
    """Return, by the number of its first line, each row of a table of figures below `core` and the number of the line after it."""
    found: dict[int, tuple[Line, int]] = {}
    done = -1
    frame = core.parent if core.tag in ("tbody", "tr") and core.parent else core
    for node in tree.nodes[frame.number : core.last + 1]:
        if node.tag != "table" or node.number <= done or not _is_data(tree, node):
            continue
        done = node.last
        for row in tree.nodes[node.number : node.last + 1]:
            if row.tag != "tr" or row.end <= row.start:
                continue
            cells = [tree.texts(cell) for cell in row.children if cell.tag in ("td", "th")]
            text = " | ".join(cell for cell in cells if cell)
            if text:
                found[row.start] = (Line(text, row, row.start, len(text)), row.end)
    return found


def _is_data(tree: Tree, table: Node) -> bool:
    lines = tree.lines[table.start : table.end]
    if any(line.media for line in lines) or len(lines) < 4 or sum(len(line.text) for line in lines) > _LONGEST_CELL * len(lines):
        return False
    wide = sum(
        1
        for node in tree.nodes[table.number : table.last + 1]
        if node.tag == "tr" and sum(c.end > c.start for c in node.children) >= 2
    )
    return wide >= 2
