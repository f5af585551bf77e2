"""Decides how a node and its arms are shown to a prior: texts of calls, and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from mcts_compose.search.engine import Engine
from mcts_compose.search.expressions import expression
from mcts_compose.search.snapshot import Snapshot
from priors.base import ArmView, PriceRequest, RankRequest

DEPTH = 8
"""Nested calls that a text shows; below them it says `...` (untuned; arms have one to three)."""


class Shown(NamedTuple):
    """What is shown of a node: its focus, 0 at the root, and the contents of some of its arms."""

    focus: int
    contents: list[int]


class ArmViews:
    """Makes requests of one search."""

    def __init__(self, engine: Engine, price_request: PriceRequest) -> None:
        self._engine = engine
        self._price_request = price_request
        self._input_names = tuple(engine.problem.input_names)

    def requests(self, nodes: Sequence[Shown]) -> Callable[[], list[RankRequest]]:
        """Returns what makes the requests of some nodes, as they are now, in any thread and at any time."""
        contents = [one for node in nodes for one in node.contents]
        contents += [node.focus for node in nodes if node.focus]
        return partial(self._written, nodes, Snapshot(self._engine, contents, DEPTH))

    def _written(self, nodes: Sequence[Shown], known: Snapshot) -> list[RankRequest]:
        text = partial(expression, self._engine, known, depth=DEPTH)
        return [
            RankRequest(
                price_request=self._price_request,
                input_names=self._input_names,
                focus=text(focus) if focus else "",
                focus_values=known.host_values(focus) if focus else (),
                arms=tuple(ArmView(text(one, focus=focus), known.host_values(one)) for one in contents),
            )
            for focus, contents in nodes
        ]
