"""Which learnt skills the search may pass to loops, as it passes instructions (derived.py).

A skill fills a loop with its first parameters, the carried value and the element; those that are left over
are bound, and are the first operands of the derived action: `fold(&f(_, _, b), init, xs)`. Predicates of
`until` are learnt ones, and the instructions that test an int; steps may be instructions where the predicate
is learnt. Left out is `sort_by`, which is `order_by` on what `map` gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from mcts_compose.search.derived import INT, BoundSkill, Derived, Rows, repeatable, tests_of
from mcts_compose.search.skill_rows import COMPOSITION, MAX_OPERANDS
from vm.isa import Instruction
from vm.values import Elem, ValueType

BOOL = ValueType(Elem.BOOL, 0)
ELEMENT_LOOPS = ("map", "filter")
"""Loops that are there for learnt skills alone, since instructions lift."""


def _bind(skill: BoundSkill, free: int, first: int = 0) -> BoundSkill:
    """Returns a skill whose slots behind the first `free` ones are bound to operands from `first` on."""
    extra = len(skill.overload.params) - free
    slots = (*(None,) * free, *range(first, first + extra)) if extra else ()
    return BoundSkill(skill.row, skill.overload, slots)


def _lists(element: ValueType) -> ValueType:
    return ValueType(element.elem, 1)


def _over_lists(rows: Rows, skill: BoundSkill) -> Iterator[Derived]:
    """Yields what goes through a list: maps, filters, scans and folds."""
    params, result = skill.overload.params, skill.overload.result
    first = params[0]
    names = rows.by_name
    if first.rank == 0 and result.rank == 0:
        operands = (*params[1:], _lists(first))
        if "map" in names:
            yield Derived(names["map"], (_bind(skill, 1),), operands, _lists(result))
        if "filter" in names and result == BOOL:
            yield Derived(names["filter"], (_bind(skill, 1),), operands, _lists(first))
    if len(params) < 2 or result != first or params[1].rank != 0:
        return
    if "scan" in names and first == params[1]:
        yield Derived(names["scan"], (_bind(skill, 2),), (*params[2:], _lists(first)), _lists(first))
    if "fold" in names:
        yield Derived(names["fold"], (_bind(skill, 2),), (*params[2:], first, _lists(params[1])), first)


def _repetitions(rows: Rows, skill: BoundSkill) -> Iterator[Derived]:
    params, result = skill.overload.params, skill.overload.result
    if result == params[0] and "iterate" in rows.by_name:
        operands = (*params[1:], INT, result)
        yield Derived(rows.by_name["iterate"], (_bind(skill, 1),), operands, result)


def _until(rows: Rows, learnt: Sequence[BoundSkill]) -> Iterator[Derived]:
    until = rows.by_name.get("until")
    if until is None:
        return
    is_step = [skill.overload.result == skill.overload.params[0] for skill in learnt]
    steps = [_bind(skill, 1) for skill, is_one in zip(learnt, is_step, strict=True) if is_one]
    tests = [skill for skill in learnt if skill.overload.result == BOOL]
    for step in steps:
        carried, own = step.overload.result, step.overload.params[1:]
        for test in tests:
            if test.overload.params[0] == carried:
                more = test.overload.params[1:]
                skills = step, _bind(test, 1, len(own))
                yield Derived(until, skills, (*own, *more, carried), carried)
        if carried == INT:
            for known in tests_of(rows, len(own)):
                more = (INT,) * len(known.bound)
                yield Derived(until, (step, known), (*own, *more, carried), carried)
    for plain in repeatable(rows):
        own = plain.overload.params[1:]
        for test in tests:
            if test.overload.params[0] == INT:
                more = test.overload.params[1:]
                yield Derived(until, (plain, _bind(test, 1, len(own))), (*own, *more, INT), INT)


def learnt_loops(searched: Sequence[Instruction], in_use: Collection[ValueType]) -> Iterator[Derived]:
    """Yields the loops over learnt skills whose operands and results have types in use, in a fixed order.

    Args:
      searched: what the search may call, loops and learnt skills among them.
      in_use: the types that contents may have.
    """
    instructions = [row for row in searched if row.family != COMPOSITION]
    rows = Rows(instructions)
    learnt = [BoundSkill(row, row.overloads[0]) for row in searched if row.family == COMPOSITION]
    loops = [loop for skill in learnt for loop in (*_over_lists(rows, skill), *_repetitions(rows, skill))]
    for loop in (*loops, *_until(rows, learnt)):
        if len(loop.params) <= MAX_OPERANDS and all(type_ in in_use for type_ in (*loop.params, loop.result)):
            yield loop
