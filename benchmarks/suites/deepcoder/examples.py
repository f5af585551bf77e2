"""Decides which inputs a DeepCoder program is shown on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from benchmarks.suites.deepcoder.language import INT, Code, run
from benchmarks.suites.draws import Draws

SHOWN: Final = 5
HELD_OUT: Final = 10
_TRIES: Final = 400
_SIZES: Final = (4, 16, 64, 255)
"""Largest absolute values of an example's inputs, one drawn for each: sums and squares need small ones."""


class Examples(NamedTuple):
    """Inputs of a program with the values of all its variables, inputs first.

    Attributes:
      inputs: `inputs[k]` are the arguments of example k; the first `SHOWN` are shown.
      traces: `traces[k]` are the values of all variables on it.
    """

    inputs: list[list[Any]]
    traces: list[list[Any]]

    @property
    def outputs(self) -> list[Any]:
        """The value of the last variable on each example."""
        return [trace[-1] for trace in self.traces]


def draw_examples(code: Code, draws: Draws) -> Examples | None:
    """Returns different inputs on which every statement has a value, or None if too few are found.

    Of the shown outputs at most one is an empty list, and at least three differ.
    """
    inputs: list[list[Any]] = []
    traces: list[list[Any]] = []
    num_empty = 0
    for _ in range(_TRIES):
        drawn = _draw_inputs(code.input_types, draws)
        trace = run(code, drawn)
        if trace is None or drawn in inputs:
            continue
        if trace[-1] == []:
            if num_empty:
                continue
            num_empty += 1
        inputs.append(drawn)
        traces.append(trace)
        if len(inputs) == SHOWN and len({repr(trace[-1]) for trace in traces}) < 3:
            return None
        if len(inputs) == SHOWN + HELD_OUT:
            return Examples(inputs, traces)
    return None


def _draw_inputs(types: Sequence[str], draws: Draws) -> list[Any]:
    """Returns one list or int for each type; ints serve as counts and positions, so they are small."""
    size = draws.choice(_SIZES)
    low = -size if draws.chance(75) else 0
    values: list[Any] = []
    for type_ in types:
        if type_ == INT:
            values.append(draws.between(0, 8))
        else:
            values.append([draws.between(low, size) for _ in range(draws.between(3, 12))])
    return values
