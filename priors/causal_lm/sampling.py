"""Decides how a model writes whole programs: call by call, each choice among what the types allow.

All programs of a batch are written in step. First a program chooses a skill that what it has can satisfy, or
to return a pointer of the result's type; then the skill's pointers, one after the other, among those that
some signature still allows. Skills that take skills are left out. A program that has not returned after
`LONGEST` calls is given up, unless it can return then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from priors.causal_lm.prompt import Detail, Prompt, program_prompt
from vm.literals import format_value
from vm.values import BadValueError, Elem, HostValue, ValueType, encode, parse_type

if TYPE_CHECKING:
    from priors.base import PriceRequest

LONGEST: Final = 8  # calls; untuned, the deepest suites have 8

Ask: TypeAlias = Callable[[Sequence[tuple[Prompt, Sequence[str]]]], Sequence[NDArray[np.float64]]]
Overloads: TypeAlias = dict[str, list[tuple[tuple[ValueType, ...], ValueType]]]

_CONSTANT_TYPES: Final = tuple(
    ValueType(elem, rank) for rank in range(3) for elem in (Elem.INT, Elem.FLOAT, Elem.BOOL, Elem.CHAR)
)


@dataclass
class _Draft:
    """A program that is being written.

    Attributes:
      pointers: the text and type of everything that a call can read.
      lines: the finished lines; the last is what is being written.
      skill: the one whose pointers are being chosen.
      chosen: these pointers so far, as places in `pointers`.
      is_done: whether it has returned.
      is_given_up: whether it can go on no longer.
    """

    pointers: list[tuple[str, ValueType]]
    lines: list[str] = field(default_factory=lambda: [""])
    skill: str | None = None
    chosen: list[int] = field(default_factory=list)
    num_calls: int = 0
    is_done: bool = False
    is_given_up: bool = False


def sample(
    ask: Ask, request: PriceRequest, names: Sequence[str], num: int, seed: int, detail: Detail
) -> list[str]:
    """Returns up to `num` programs of the request's types, in the text form on one line.

    Args:
      ask: gives log-probabilities of answers to prompts.
      request: the task.
      names: of its arguments.
      num: how many are begun.
      seed: equal ones give equal programs.
      detail: how much of the task is shown.
    """
    rng = np.random.default_rng(seed)
    overloads = read_overloads(request)
    constants = list(_constants(request.constants))
    given = list(zip(names, request.input_types, strict=True)) + constants
    drafts = [_Draft(list(given)) for _ in range(num)]
    while True:
        waiting: list[tuple[_Draft, list[tuple[str, int | str | None]]]] = []
        for draft in drafts:
            if draft.is_done or draft.is_given_up:
                continue
            choices = _choices(draft, overloads, request.output_type)
            if choices:
                waiting.append((draft, choices))
            else:
                draft.is_given_up = True
        if not waiting:
            break
        prompts = [
            (program_prompt(request, names, draft.lines, detail), [text for text, _ in choices])
            for draft, choices in waiting
        ]
        for (draft, choices), scores in zip(waiting, ask(prompts), strict=True):
            odds = np.exp(scores)
            text, chosen = choices[int(rng.choice(len(choices), p=odds / odds.sum()))]
            _take(draft, text, chosen, overloads)
    header = ", ".join(f"{name}: {type_}" for name, type_ in zip(names, request.input_types, strict=True))
    start = f"({header}) -> {request.output_type}"
    return ["; ".join((start, *draft.lines)) for draft in drafts if draft.is_done]


def read_overloads(request: PriceRequest) -> Overloads:
    """Returns the parameter and result types of each skill, read from its signature."""
    found: Overloads = {}
    for skill in request.skills:
        for signature in skill.signature.split(";"):
            left, arrow, right = signature.partition("->")
            try:
                params = [parse_type(part) for part in left.strip().strip("()").split(",") if part.strip()]
                result = parse_type(right.strip())
            except ValueError:  # skills as values have no type name
                continue
            known = found.setdefault(skill.name, [])
            if arrow and params and (not known or len(known[0][0]) == len(params)):
                known.append((tuple(params), result))
    return {name: signatures for name, signatures in found.items() if signatures}


def _constants(values: Sequence[HostValue]) -> Iterator[tuple[str, ValueType]]:
    """Yields each constant as a literal with its type; a text of one character is a character too."""
    for value in values:
        fitting = [type_ for type_ in _CONSTANT_TYPES if _fits(value, type_)]
        for type_ in fitting if isinstance(value, str) else fitting[:1]:
            yield format_value(value, type_), type_


def _fits(value: HostValue, type_: ValueType) -> bool:
    try:
        encode([value], type_)
    except BadValueError:
        return False
    return True


def _choices(draft: _Draft, overloads: Overloads, output: ValueType) -> list[tuple[str, int | str | None]]:
    """Returns what a draft can write next, with what that means: a skill, a pointer, or None for a return."""
    if draft.skill is not None:
        arity = len(overloads[draft.skill][0][0])
        place = len(draft.chosen)
        wanted = {params[place] for params in _open(draft, overloads[draft.skill])}
        end = ")\n" if place == arity - 1 else ","
        start = "" if place == 0 else " "
        return [
            (f"{start}{text}{end}", number)
            for number, (text, type_) in enumerate(draft.pointers)
            if type_ in wanted
        ]
    choices: list[tuple[str, int | str | None]] = [
        (f" return {text}\n", None) for text, type_ in draft.pointers if type_ == output
    ]
    if draft.num_calls < LONGEST:
        name = _next_name(draft)
        have = {type_ for _, type_ in draft.pointers}
        choices += [
            (f" {name} = {skill}(", skill)
            for skill, signatures in overloads.items()
            if any(have.issuperset(params) for params, _ in signatures)
        ]
    return choices


def _open(
    draft: _Draft, signatures: Sequence[tuple[tuple[ValueType, ...], ValueType]]
) -> list[tuple[ValueType, ...]]:
    """Returns the parameters of the signatures that agree with what was chosen, and can be completed."""
    chosen = tuple(draft.pointers[number][1] for number in draft.chosen)
    have = {type_ for _, type_ in draft.pointers}
    return [params for params, _ in signatures if params[: len(chosen)] == chosen and have.issuperset(params)]


def _next_name(draft: _Draft) -> str:
    """Returns a name for the next line that no argument has."""
    taken = {text for text, _ in draft.pointers}
    number = draft.num_calls + 1
    while f"v{number}" in taken:
        number += 1
    return f"v{number}"


def _take(draft: _Draft, text: str, chosen: int | str | None, overloads: Overloads) -> None:
    """Writes what was chosen."""
    draft.lines[-1] = (draft.lines[-1] + text).strip()
    if chosen is None:
        draft.is_done = True
    elif isinstance(chosen, str):
        draft.skill = chosen
    else:
        draft.chosen.append(chosen)
        _end_call(draft, overloads)


def _end_call(draft: _Draft, overloads: Overloads) -> None:
    """Begins the next line if the call has all its pointers."""
    assert draft.skill is not None
    signatures = overloads[draft.skill]
    if len(draft.chosen) < len(signatures[0][0]):
        return
    types = tuple(draft.pointers[number][1] for number in draft.chosen)
    result = next(result for params, result in signatures if params == types)
    draft.pointers.append((_next_name(draft), result))
    draft.num_calls += 1
    draft.skill, draft.chosen = None, []
    draft.lines.append("")
