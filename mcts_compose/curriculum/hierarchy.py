"""Decides where skills and their calls stand in a picture: generations to the right, callers behind callees.

A generation whose skills call each other takes several columns, and so does one with too many skills for one.
In large pictures, skills that nobody calls and that call the same become one node. Within a column the order
follows the neighbours, which keeps lines short: the averaging of Sugiyama, Tagawa and Toda (1981, "Methods
for Visual Understanding of Hierarchical System Structures").
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mcts_compose.curriculum.reuse import Reuse, SkillUse
from mcts_compose.library.entry import Entry

FOLD_FROM: Final = 80
"""Skills from which on a picture folds (untuned)."""
FOLD: Final = 4
"""So many alike skills at least become one node (untuned)."""
MOST_ROWS: Final = 40
"""Nodes in one column (untuned)."""
LONGEST_LABEL: Final = 26
CHARACTER, PADDING = 7.4, 10.0
"""Width of a character of 12 pixels height in any common monospace font, rounded up; and beside a label."""
BOX, ROW = 24.0, 32.0
GAP, MARGIN, HEADER = 90.0, 16.0, 52.0
SWEEPS: Final = 6


class Node(NamedTuple):
    """A skill, or several alike ones, with its place in pixels from the top left.

    Attributes:
      key: tells nodes apart; the name of the skill, or of the first.
      label: what is written in the box.
      called: how often it is called, written at its right end; empty for folded ones.
      skills: who stands here.
      x: of the box.
      y: of the box.
      width: of the box.
      heat: root of the skill's calls as a share of those of the most called one, so that one that is called
        by hundreds leaves the others their shades.
    """

    key: str
    label: str
    called: str
    skills: tuple[SkillUse, ...]
    x: float
    y: float
    width: float
    heat: float


class Edge(NamedTuple):
    """A call, from the right side of what is called to the left side of the caller.

    Attributes:
      callee: key of a node.
      caller: key of a node.
      x1: where it begins.
      y1: as above.
      x2: where it ends.
      y2: as above.
    """

    callee: str
    caller: str
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def path(self) -> str:
        """The line as SVG writes it."""
        bend = max((self.x2 - self.x1) / 2, GAP / 2)
        return (
            f"M{self.x1:.0f} {self.y1:.0f}C{self.x1 + bend:.0f} {self.y1:.0f} "
            f"{self.x2 - bend:.0f} {self.y2:.0f} {self.x2:.0f} {self.y2:.0f}"
        )


class Heading(NamedTuple):
    """What stands over the columns of a generation."""

    text: str
    x: float
    width: float


class Picture(NamedTuple):
    """All that is drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[Heading, ...]
    width: float
    height: float


@dataclass
class _Draft:
    """A node that has no place yet."""

    skills: tuple[SkillUse, ...]
    label: str
    called: str
    group: tuple[str, int]
    calls: frozenset[str]
    y: float = 0.0

    @property
    def key(self) -> str:
        return self.skills[0].entry.name

    @property
    def width(self) -> float:
        return round((len(self.label) + len(self.called) + bool(self.called)) * CHARACTER + 2 * PADDING, 1)


def place(reuse: Reuse) -> Picture:
    """Returns the picture of a library."""
    drafts = _folded(reuse)
    node_of = {skill.entry.name: draft.key for draft in drafts.values() for skill in draft.skills}
    calls = {
        key: sorted({node_of[name] for name in draft.calls} - {key}) for key, draft in drafts.items()
    }  # fmt: skip
    columns = _columns(list(drafts.values()), calls)
    _settle(columns, calls)
    return _drawn(columns, drafts, calls)


def _group(entry: Entry) -> tuple[str, int]:
    """Returns what a column belongs to: suite and generation; what no generation found is given."""
    generation = entry.provenance.generation
    return (entry.provenance.suite if generation else "", generation)


def _folded(reuse: Reuse) -> dict[str, _Draft]:
    """Returns the nodes by key, in the library's order."""
    names = {skill.entry.name for skill in reuse.skills}
    alike: dict[object, list[SkillUse]] = {}
    for skill in reuse.skills:
        below = frozenset(skill.entry.calls) & names
        can_fold = len(reuse.skills) >= FOLD_FROM and not skill.num_direct
        alike.setdefault((_group(skill.entry), below) if can_fold else skill.entry.name, []).append(skill)
    found = {}
    for skills in alike.values():
        parts = [tuple(skills)] if len(skills) >= FOLD else [(skill,) for skill in skills]
        for part in parts:
            entry = part[0].entry
            below = frozenset(entry.calls) & names
            label, called = _cut(entry.name), str(part[0].num_direct)
            if len(part) > 1:
                more = f" and {len(part) - 1} more"
                label = f"{_cut(entry.name, len(more))}{more}" if below else f"{len(part)} leaves"
                called = ""
            found[entry.name] = _Draft(part, label, called, _group(entry), below)
    return found


def _cut(label: str, taken: int = 0) -> str:
    longest = LONGEST_LABEL - taken
    return label if len(label) <= longest else f"{label[: longest - 1]}…"


def _columns(drafts: Sequence[_Draft], calls: Mapping[str, Sequence[str]]) -> list[list[_Draft]]:
    """Returns the nodes by column, in the order in which the generations first come."""
    layer: dict[str, int] = {}
    by_key = {draft.key: draft for draft in drafts}
    for draft in drafts:
        inside = [key for key in calls[draft.key] if key in layer and by_key[key].group == draft.group]
        layer[draft.key] = 1 + max((layer[key] for key in inside), default=-1)
    groups = list(dict.fromkeys(draft.group for draft in drafts))
    columns = []
    for group in groups:
        layers: dict[int, list[_Draft]] = {}
        for draft in drafts:
            if draft.group == group:
                layers.setdefault(layer[draft.key], []).append(draft)
        for number in sorted(layers):
            column = layers[number]
            parts = -(-len(column) // MOST_ROWS)
            rows = -(-len(column) // parts)
            columns += [column[first : first + rows] for first in range(0, len(column), rows)]
    return columns


def _settle(columns: Sequence[list[_Draft]], calls: Mapping[str, Sequence[str]]) -> None:
    """Orders each column and gives all nodes their `y`, by sweeps to the right and to the left."""
    callers: dict[str, list[str]] = {key: [] for key in calls}
    for key, called in calls.items():
        for name in called:
            callers[name].append(key)
    by_key = {draft.key: draft for column in columns for draft in column}
    for column in columns:
        _spread(column, [row * ROW for row in range(len(column))])
    for sweep in range(SWEEPS):
        neighbours = callers if sweep % 2 else calls
        for column in reversed(columns) if sweep % 2 else columns:
            wanted = {}
            for draft in column:
                near = [by_key[key].y for key in neighbours[draft.key]]
                wanted[draft.key] = sum(near) / len(near) if near else draft.y
            column.sort(key=lambda draft: wanted[draft.key])
            _spread(column, [wanted[draft.key] for draft in column])
    top = min((draft.y for draft in by_key.values()), default=0.0)
    for draft in by_key.values():
        draft.y -= top


def _spread(column: Sequence[_Draft], wanted: Sequence[float]) -> None:
    """Gives a column's nodes the places nearest to the wanted ones (in squares) that are a row apart.

    Less the rows before, places may not fall: this is isotonic regression, by pooling adjacent violators.
    """
    pools: list[tuple[float, int]] = []
    for row, place_ in enumerate(wanted):
        mean, size = place_ - row * ROW, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    row = 0
    for mean, size in pools:
        for draft in column[row : row + size]:
            draft.y = mean + row * ROW
            row += 1


def _drawn(
    columns: Sequence[Sequence[_Draft]], drafts: Mapping[str, _Draft], calls: Mapping[str, Sequence[str]]
) -> Picture:
    most = max((skill.num_direct for draft in drafts.values() for skill in draft.skills), default=0) or 1
    suites = {draft.group[0] for draft in drafts.values()} - {""}
    nodes: dict[str, Node] = {}
    headings: list[Heading] = []
    x = MARGIN
    for number, column in enumerate(columns):
        text = _heading(column[0].group, len(suites) > 1)
        width = max(draft.width for draft in column)
        is_first = number == 0 or columns[number - 1][0].group != column[0].group
        if is_first:
            width = max(width, len(text) * CHARACTER)
            headings.append(Heading(text, x, width))
        else:
            first = headings[-1]
            headings[-1] = first._replace(width=x + width - first.x)
        for draft in column:
            heat = round(math.sqrt(max(skill.num_direct for skill in draft.skills) / most), 3)
            nodes[draft.key] = Node(
                draft.key, draft.label, draft.called, draft.skills, round(x, 1),
                round(HEADER + draft.y, 1), width, heat,
            )  # fmt: skip
        x += width + GAP
    edges = tuple(
        Edge(
            callee, caller, nodes[callee].x + nodes[callee].width, nodes[callee].y + BOX / 2,
            nodes[caller].x, nodes[caller].y + BOX / 2,
        )
        for caller, called in calls.items()
        for callee in called
    )  # fmt: skip
    height = max((node.y for node in nodes.values()), default=HEADER) + BOX + MARGIN
    return Picture(tuple(nodes.values()), edges, tuple(headings), max(x - GAP + MARGIN, 2 * MARGIN), height)


def _heading(group: tuple[str, int], with_suite: bool) -> str:
    suite, generation = group
    if not generation:
        return "given"
    return f"{_cut(suite)} {generation}" if with_suite else f"generation {generation}"
