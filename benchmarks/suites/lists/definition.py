"""Decides how a task of `lists-v1` is written down, and how its examples are made.

A definition has a plain Python function, which says what is right, and a source of arguments. Examples are
drawn from a stream named after the task, so no task depends on another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from benchmarks.suites.draws import Draws
from mcts_compose.task import Task
from vm.values import HostValue, ValueType, parse_type

SHOWN = 8
HELD_OUT = 10
_TRIES = 2_000

Source: TypeAlias = Callable[[Draws, int], Any]
"""Draws one argument; the second operand is how much longer than usual a list may become."""
Arguments: TypeAlias = tuple[HostValue, ...]


@dataclass(frozen=True)
class Definition:
    """One task before its examples are drawn.

    Attributes:
      id: words joined by hyphens.
      description: what the function does, in words.
      signature: names and types, `(x: list[int], k: int) -> int`.
      body: lines of a known solution, without the signature.
      function: the definition: what is right for any arguments.
      sources: one source per argument.
      edges: arguments that are among the shown examples whatever is drawn.
      shown: number of shown examples.
      constants: values given to the search.
      accepts: arguments for which it says False are not used.
    """

    id: str
    description: str
    signature: str
    body: str
    function: Callable[..., Any]
    sources: tuple[Source, ...]
    edges: tuple[tuple[Any, ...], ...] = ()
    shown: int = SHOWN
    constants: tuple[HostValue, ...] = ()
    accepts: Callable[..., bool] | None = None

    @property
    def solution(self) -> str:
        """The known solution as program text."""
        return f"{self.signature}; {self.body}"


def parse_signature(text: str) -> tuple[tuple[str, ...], tuple[ValueType, ...], ValueType]:
    """Returns the names and types of the arguments, and the type of the result."""
    left, _, right = text.partition(" -> ")
    pairs = re.findall(r"(\w+): ([\w\[\]]+)", left)
    return tuple(name for name, _ in pairs), tuple(parse_type(type_) for _, type_ in pairs), parse_type(right)


def make_task(definition: Definition) -> Task:
    """Returns the task with its shown and held-out examples.

    Raises:
      ValueError: the sources do not have enough different arguments.
    """
    names, input_types, output_type = parse_signature(definition.signature)
    draws = Draws(f"lists-v1/{definition.id}")
    shown = [*definition.edges]
    is_bool = str(output_type) == "bool"
    while len(shown) < definition.shown:
        # A bool says little, so the shown answers are kept balanced as far as the edges allow.
        wanted = None
        if is_bool:
            trues = sum(bool(definition.function(*arguments)) for arguments in shown)
            wanted = 2 * trues <= len(shown)
        shown.append(_draw(definition, draws, 0, shown, wanted))
    held_out: list[Arguments] = []
    while len(held_out) < HELD_OUT:
        wanted = len(held_out) % 2 == 0 if is_bool else None
        held_out.append(_draw(definition, draws, 3, [*shown, *held_out], wanted))
    # Edges stand among the drawn examples, so that the first few shown ones are ordinary.
    shown = shown[len(definition.edges) :] + shown[: len(definition.edges)]
    return Task(
        id=definition.id,
        name=definition.id.replace("-", " "),
        description=definition.description,
        input_types=input_types,
        output_type=output_type,
        inputs=tuple(shown),
        outputs=tuple(definition.function(*arguments) for arguments in shown),
        test_inputs=tuple(held_out),
        test_outputs=tuple(definition.function(*arguments) for arguments in held_out),
        arg_names=names,
        group=definition.id,
        constants=definition.constants,
        solution=definition.solution,
    )


def _draw(
    definition: Definition, draws: Draws, longer: int, taken: list[Arguments], wanted: bool | None
) -> Arguments:
    """Returns arguments that are not among `taken`; with the wanted answer, if a bool is wanted."""
    for _ in range(_TRIES):
        arguments = tuple(source(draws, longer) for source in definition.sources)
        if arguments in taken or (definition.accepts is not None and not definition.accepts(*arguments)):
            continue
        if wanted is None or definition.function(*arguments) == wanted:
            return arguments
    raise ValueError(f"task {definition.id}: its sources have too few different arguments")
