"""Constants for tasks on texts, read off the shown examples.

As BUSTLE (Odena et al. 2021) does, pieces that several examples have in common are offered as constants.
Those of outputs must be missing in the inputs, for what an input holds need not be written. Where a task has
few different outputs, as a question with "yes" and "no" for answers, these are offered whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mcts_compose.search.problem import Problem
from vm.values import Elem, ValueType, decode

TEXT: Final = ValueType(Elem.CHAR, 1)
MOST_LITERALS: Final = 8
LONGEST: Final = 24
LOOKED_AT: Final = 10
"""Texts that are looked at, spread over the examples: enough to tell what is shared."""
LOOKED_WITHIN: Final = 80
"""Characters at their beginning that are."""


def text_literals(problem: Problem) -> tuple[str, ...]:
    """Returns texts that examples suggest as constants, the most promising first; at most `MOST_LITERALS`."""
    inputs = [_some(decode(batch)) for batch in problem.inputs if batch.type == TEXT]
    goal = decode(problem.goal) if problem.output_type == TEXT else []
    outputs = _some(goal)
    if not inputs and not outputs:
        return ()
    beside = [" ".join(texts) for texts in zip(*inputs, strict=True)] or [""] * len(outputs)
    found: list[str] = []
    if outputs:
        found += _answers(goal)
        found += _pieces([_without(output, given) for output, given in zip(outputs, beside, strict=True)])
    for texts in inputs:
        found += _pieces([[text] for text in texts])
    return tuple(dict.fromkeys(found))[:MOST_LITERALS]


def _some(values: Sequence[object]) -> list[str]:
    """Returns the beginnings of at most `LOOKED_AT` texts, evenly spread."""
    step = max(1, len(values) // LOOKED_AT)
    return [str(value)[:LOOKED_WITHIN] for value in values[::step][:LOOKED_AT]]


def _answers(outputs: Sequence[object]) -> list[str]:
    """Returns all outputs where they are few and come again, in the order of their first."""
    different = list(dict.fromkeys(map(str, outputs)))
    is_answer = 2 <= len(different) <= max(2, len(outputs) // 2) < len(outputs)
    return different if is_answer and max(map(len, different)) <= LONGEST else []


def _without(output: str, given: str) -> list[str]:
    """Returns the parts of an output between the longest parts of it that stand in the inputs.

    A single letter or digit is in most inputs by chance: only two characters or more count as taken.
    """
    parts, begin, at = [], 0, 0
    while at < len(output):
        size = 0
        while at + size < len(output) and output[at : at + size + 1].lower() in given.lower():
            size += 1
        if size >= 2:
            parts.append(output[begin:at])
            begin = at = at + size
        else:
            at += 1
    parts.append(output[begin:])
    return [part for part in parts if part]


def _pieces(texts: Sequence[Sequence[str]]) -> list[str]:
    """Returns the longest pieces that at least half of the texts, and two, have in common, the best first.

    Args:
      texts: each as the parts that may be looked at.
    """
    least = max(2, (len(texts) + 1) // 2)
    support: dict[str, int] = {}
    for parts in texts:
        pieces = {
            part[begin : begin + size]
            for part in parts
            for begin in range(len(part))
            for size in range(1, min(LONGEST, len(part) - begin) + 1)
        }
        for piece in pieces:
            support[piece] = support.get(piece, 0) + 1
    shared = [piece for piece, count in support.items() if count >= least and not _is_chance(piece)]
    longest = [
        piece
        for piece in shared
        if not any(piece != other and piece in other and support[other] >= support[piece] for other in shared)
    ]
    best = sorted(longest, key=lambda piece: (-support[piece] * len(piece), piece))
    return [text for piece in best for text in dict.fromkeys((piece.strip(), piece)) if not _is_chance(text)]


def _is_chance(piece: str) -> bool:
    """Says whether many texts share a piece though it means nothing: one or two letters or digits do."""
    return piece.isspace() or (len(piece) < 3 and any(character.isalnum() for character in piece))
