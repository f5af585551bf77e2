"""Goals before the goal: what a cheap call, or a constant at one end, makes the goal of."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from vm.values import Batch, Elem, HostValue, IntArray, ValueType, decode


class Before(NamedTuple):
    """What a unary call of the skill makes the goal of; one value of the type an example."""

    skill: str
    type: ValueType
    values: list[HostValue]


class Frame(NamedTuple):
    """What all examples of a list goal have in common at one end, and what is left of each without it."""

    edge: list[HostValue]
    rest: list[HostValue]


def undone(goal: Batch) -> list[tuple[str, IntArray]]:
    """Returns (skill, words) of the one contents from which a call of the skill gives the int goal."""
    if goal.type.elem is not Elem.INT:
        return []
    words = goal.words
    found: list[tuple[str, IntArray]] = [("neg", np.negative(words)), ("bit_not", np.invert(words))]
    if goal.type.rank == 1:
        steps = np.diff(words, prepend=0)
        starts = np.cumsum(goal.rows) - goal.rows
        begun = starts[goal.rows > 0]
        steps[begun] = words[begun]
        found.append(("cumsum", steps))
    return found


def _as_lists(values: list[HostValue]) -> list[list[HostValue]]:
    """Returns values of rank 1 as what they are; a text is as good as a list of its characters."""
    return cast("list[list[HostValue]]", values)


def _shared_edge(values: list[HostValue], at_front: bool) -> int:
    """Returns how many elements all lists have in common at the front, or at the back."""
    lists = [value if at_front else value[::-1] for value in _as_lists(values)]
    shared = 0
    while all(len(items) > shared and items[shared] == lists[0][shared] for items in lists):
        shared += 1
    return shared


def before(goal: Batch) -> list[Before]:
    """Returns the contents from which one call gives the goal, and that are goals themselves."""
    (elem, rank), values = goal.type, decode(goal)
    found: list[Before] = []
    if rank == 1 and all(isinstance(value, list | str) and len(value) == 1 for value in values):
        found.append(Before("singleton", ValueType(elem, 0), [value[0] for value in _as_lists(values)]))
    elif rank == 1:
        found.append(Before("reverse", goal.type, [value[::-1] for value in _as_lists(values)]))
    if elem is Elem.INT and len(goal.words) and np.isin(goal.words, (0, 1)).all():
        flags = ValueType(Elem.BOOL, rank)
        found.append(Before("to_int", flags, decode(goal._replace(type=flags))))
    return found


def frame(values: list[HostValue], at_front: bool) -> Frame | None:
    """Returns what all lists begin (or end) with, and their rests; None if that is nothing or all of them."""
    shared, lists = _shared_edge(values, at_front), _as_lists(values)
    rest: list[HostValue] = [value[shared:] if at_front else value[: len(value) - shared] for value in lists]
    if shared == 0 or not any(rest):
        return None
    return Frame(lists[0][:shared] if at_front else lists[0][-shared:], rest)
