"""Decides how an array task over texts, numbers and truth values is put in SyGuS-IF.

The operators are those of the grammars of the SyGuS competition's string track, with a choice between terms;
a task without texts gets comparisons and products in their place. The competition's files give each task
constants of its own. A task here has those of its field `constants`, the numbers and texts below, and what
its shown examples say: every mark in them that is neither letter nor digit, and the longest text that is part
of all outputs. Held-out examples are in neither constraints nor constants.

Source: Padhi, Polgreen, Raghothaman, Reynolds and Udupa, The SyGuS Language Standard, version 2.1;
SyGuS-Org/benchmarks, PBE_SLIA_Track.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.peers.scalar_terms import Scalar, ScalarProgram, ScalarTermError, literal, parse_tree
from benchmarks.peers.sygus import ANSWER, argument_names
from mcts_compose.errors import UnsupportedError
from mcts_compose.task import Task
from vm.values import Elem, ValueType, has_texts

NUMBERS: Final = (0, 1, 2, 3, 4, 5)
TEXTS: Final = ("", " ")
LONGEST_OUTPUT: Final = 1000
"""Characters of an output beyond which no common part is looked for; untuned."""

_SORTS: Final = {
    ValueType(Elem.CHAR, 1): "String", ValueType(Elem.INT, 0): "Int", ValueType(Elem.BOOL, 0): "Bool",
}  # fmt: skip
_LETTERS: Final = {"String": "S", "Int": "I", "Bool": "B"}
"""What the terms of each sort are called in the grammar."""
_OF_TEXT_TASKS: Final = {
    "String": (
        "(str.++ S S)", "(str.replace S S S)", "(str.at S I)", "(str.from_int I)", "(str.substr S I I)",
        "(ite B S S)",
    ),
    "Int": ("(+ I I)", "(- I I)", "(str.len S)", "(str.to_int S)", "(str.indexof S S I)", "(ite B I I)"),
    "Bool": ("true", "false", "(= I I)", "(str.prefixof S S)", "(str.suffixof S S)", "(str.contains S S)"),
}  # fmt: skip
_OF_NUMBER_TASKS: Final = {
    "Int": ("(+ I I)", "(- I I)", "(* I I)", "(ite B I I)"),
    "Bool": ("(= I I)", "(<= I I)", "(not B)", "(and B B)"),
}
"""Without `or`, which `not` and `and` say: with it cvc5 does not find (<= 4 x) in 30 s, without in 0.2 s."""


def check_scalars(task: Task) -> None:
    """Checks that a task can be put so.

    Raises:
      UnsupportedError: a type is another one.
    """
    others = [str(type_) for type_ in (*task.input_types, task.output_type) if type_ not in _SORTS]
    if others:
        raise UnsupportedError(
            f"task {task.id}: only texts, whole numbers and truth values can be put in SyGuS, not {others[0]}"
        )


def scalar_problem(task: Task) -> str:
    """Returns a task as a SyGuS problem, by its shown examples.

    Raises:
      UnsupportedError: it is of another kind.
    """
    check_scalars(task)
    sort = _SORTS[task.output_type]
    rules = {"String": _texts(task), "Int": _numbers(task), "Bool": ()}
    table = _OF_TEXT_TASKS if has_texts((*task.input_types, task.output_type)) else _OF_NUMBER_TASKS
    sorts = [sort, *(other for other in table if other != sort)]  # the first is where terms begin
    names = argument_names(task)
    lines = []
    for each in sorts:
        own = [
            name
            for name, type_ in zip(names, task.input_types, strict=True)
            if _SORTS[type_] == each
        ]  # fmt: skip
        constants = [literal(value) for value in rules[each]]
        lines.append(f"({_LETTERS[each]} {each} ({' '.join([*own, *constants, *table[each]])}))")
    return "\n".join((
        f"(set-logic {'SLIA' if has_texts((*task.input_types, task.output_type)) else 'NIA'})",
        f"(synth-fun {ANSWER} ({_parameters(task)}) {sort}",
        f"({' '.join(f'({_LETTERS[each]} {each})' for each in sorts)})",
        f"({' '.join(lines)}))",
        *(
            f"(constraint (= ({ANSWER} {' '.join(map(_literal, arguments))}) {_literal(output)}))"
            for arguments, output in zip(task.inputs, task.outputs, strict=True)
        ),
        "(check-synth)",
        "",
    ))  # fmt: skip


def scalar_answer(task: Task, printed: str) -> ScalarProgram:
    """Returns the function that a solver printed for a task.

    Raises:
      ScalarTermError: it printed none.
    """
    match parse_tree(printed):
        case [["define-fun", str(name), list(), str(sort), body]]:
            if name == ANSWER and sort == _SORTS[task.output_type]:
                return ScalarProgram(argument_names(task), body)
    raise ScalarTermError(f"it gave no function: {' '.join(printed.split())[:200]}")


def _parameters(task: Task) -> str:
    return " ".join(
        f"({name} {_SORTS[type_]})"
        for name, type_ in zip(argument_names(task), task.input_types, strict=True)
    )


def _literal(value: object) -> str:
    assert isinstance(value, int | str)  # `check_scalars` has seen the types
    return literal(value)


def _numbers(task: Task) -> Sequence[Scalar]:
    own = [value for value in task.constants if isinstance(value, int) and not isinstance(value, bool)]
    return list(dict.fromkeys([*own, *NUMBERS]))


def _texts(task: Task) -> Sequence[Scalar]:
    own = [value for value in task.constants if isinstance(value, str)]
    shown = [value for row in task.inputs for value in row if isinstance(value, str)]
    outputs = [value for value in task.outputs if isinstance(value, str)]
    marks = sorted({mark for text in (*shown, *outputs) for mark in text if not mark.isalnum()})
    return list(dict.fromkeys([*own, *TEXTS, *marks, *_common_part(outputs)]))


def _common_part(texts: Sequence[str]) -> list[str]:
    """Returns the longest text that is part of all, the first of its length; none if there is no such."""
    shortest = min(texts, key=len, default="")
    if len(shortest) > LONGEST_OUTPUT:
        return []
    for length in range(len(shortest), 0, -1):
        for start in range(len(shortest) - length + 1):
            part = shortest[start : start + length]
            if all(part in text for text in texts):
                return [part]
    return []
