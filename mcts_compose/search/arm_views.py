"""Decides how a node and its arms are shown to a prior: texts of calls, and values."""

from __future__ import annotations

from collections.abc import Sequence

from mcts_compose.search.engine import Engine
from priors.base import ArmView, PriceRequest, RankRequest
from vm.values import Batch, Elem, HostValue, decode

DEPTH = 8
"""Nested calls that a text shows; below them it says `...` (untuned; arms have one to three)."""


class ArmViews:
    """Makes requests of one search; values are kept, since nodes share arms and the root's come again."""

    def __init__(self, engine: Engine, price_request: PriceRequest) -> None:
        self._engine = engine
        self._price_request = price_request
        self._input_names = tuple(engine.problem.input_names)
        self._known: dict[int, tuple[HostValue, ...]] = {}

    def request(self, focus: int, contents: Sequence[int]) -> RankRequest:
        """Returns what a prior is shown of a node: its focus, 0 at the root, and the contents of its arms."""
        text = self._engine.expression_of
        return RankRequest(
            price_request=self._price_request,
            input_names=self._input_names,
            focus=text(focus, DEPTH) if focus else "",
            focus_values=self._values(focus) if focus else (),
            arms=tuple(ArmView(text(one, DEPTH, focus), self._values(one)) for one in contents),
        )

    def _values(self, contents: int) -> tuple[HostValue, ...]:
        values = self._known.get(contents)
        if values is None:
            batch = self._engine.values(contents)
            values = tuple(_int_values(batch) if batch.type.elem is Elem.INT else decode(batch))
            self._known[contents] = values
        return values


def _int_values(batch: Batch) -> list[HostValue]:
    """Does what `decode` does for ints of rank 0 and 1, all words at once: four times as fast."""
    words = batch.words.tolist()
    if batch.type.rank == 0:
        values: list[HostValue] = words
        return values
    if batch.type.rank > 1:
        return decode(batch)
    values, start = [], 0
    for rows in batch.rows.tolist():
        values.append(words[start : start + rows])
        start += rows
    return values
