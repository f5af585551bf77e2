"""Which call each form of the goal-directed test makes, for a goal of a given type."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from vm.values import Elem, HostValue, ValueType

_NUMBER, _NUMBERS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
_FLAGS = ValueType(Elem.BOOL, 1)
_ARITHMETIC = {
    "add": ("add", 0), "add_scalar": ("add", 1), "sub": ("sub", 0), "sub_scalar": ("sub", 1),
    "sub_from": ("sub", 0), "sub_from_scalar": ("sub", 2), "mul": ("mul", 0), "mul_scalar": ("mul", 1),
}  # fmt: skip
"""Skill, and which operand (1 second, 2 first) is a scalar where the goal is none; 0 means neither."""
_WITH_CONSTANT = {
    "div_constant": "div", "mod_constant": "mod", "max_constant": "max", "min_constant": "min",
}  # fmt: skip
_THRESHOLDS = {"lt_constant": "lt", "gt_constant": "lt", "eq_constant": "eq"}
_REDUCTIONS = ("sum", "product", "maximum", "minimum", "head", "last")
_PREDICATES = {"even": "even", "odd": "odd", "less": "lt", "greater": "lt"}
_RENAMED = {"concat_before": "concat", "interleave_second": "interleave"}
_RISING, _FALLING, _DISTINCT = ("sort", "cummax"), ("sort_down", "cummin"), ("unique",)


class FormCall(NamedTuple):
    """A call by name and types."""

    skill: str
    params: tuple[ValueType, ...]


def form_call(form: str, goal: ValueType) -> FormCall | None:
    """Returns the call that a form makes for goals of a type, or None if it makes none."""
    elem, rank = goal
    item = ValueType(elem, 0)
    if form in _ARITHMETIC:
        skill, scalar = _ARITHMETIC[form]
        if elem is not Elem.INT or (scalar and rank == 0):
            return None
        return FormCall(skill, (item if scalar == 2 else goal, item if scalar == 1 else goal))
    if form in _WITH_CONSTANT:
        return FormCall(_WITH_CONSTANT[form], (goal, _NUMBER)) if elem is Elem.INT and rank < 2 else None
    if form in ("square", "abs"):
        return FormCall(form, (goal,)) if elem is Elem.INT else None
    if form in _THRESHOLDS:
        operand = ValueType(Elem.INT, rank)
        params = (_NUMBER, operand) if form == "gt_constant" else (operand, _NUMBER)
        return FormCall(_THRESHOLDS[form], params) if elem is Elem.BOOL else None
    if form in _PREDICATES:
        if goal not in (_NUMBER, _NUMBERS):
            return None
        compared = {"less": (_NUMBERS, _NUMBER), "greater": (_NUMBER, _NUMBERS)}
        return FormCall(_PREDICATES[form], compared.get(form, (_NUMBERS,)))
    if form == "index":
        return FormCall("index", (ValueType(elem, 1), _NUMBER)) if rank == 0 else None
    if form in _REDUCTIONS:
        return FormCall(form, (_NUMBERS,)) if goal == _NUMBER else None
    if form == "count":
        return FormCall("count", (_FLAGS,)) if goal == _NUMBER else None
    if form in ("cummax", "cummin"):
        return FormCall(form, (goal,)) if goal == _NUMBERS else None
    if rank != 1:
        return None
    params_of = {
        "take": (goal, _NUMBER), "drop": (goal, _NUMBER), "rotate": (goal, _NUMBER),
        "remove_at": (goal, _NUMBER), "concat": (goal, goal), "concat_before": (goal, goal),
        "interleave": (goal, goal), "interleave_second": (goal, goal), "append": (goal, item),
        "prepend": (item, goal), "compress": (goal, _FLAGS), "gather": (goal, _NUMBERS),
        "replicate": (item, _NUMBER), "insert": (goal, _NUMBER, item), "replace": (goal, _NUMBER, item),
        "swap": (goal, _NUMBER, _NUMBER), "sort": (goal,), "sort_down": (goal,), "unique": (goal,),
        "tail": (goal,), "init": (goal,),
    }  # fmt: skip
    return FormCall(_RENAMED.get(form, form), params_of[form])


def is_possible(form: str, values: Sequence[HostValue]) -> bool:
    """Says whether a form's call can give these values at all: a sort gives only what is sorted."""
    lists: list[Any] = [value for value in values if isinstance(value, list | str)]
    if form in _RISING:
        return all(one <= other for value in lists for one, other in pairwise(value))
    if form in _FALLING:
        return all(one >= other for value in lists for one, other in pairwise(value))
    if form in _DISTINCT:
        return all(len(set(value)) == len(value) for value in lists)
    return True
