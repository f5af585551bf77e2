"""Decides how a step of a curriculum is written down, and how a task is made of it.

A step has a plain Python function, which says what is right, and a known solution, which may call the skills
of its sub-tasks by their names. Shown arguments are short; held-out ones are at least `LARGER` times longer
or larger by the step's own measure. Examples are drawn from a stream named after suite and step, so no task
depends on another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from benchmarks.suites.draws import Draws
from benchmarks.suites.lists.definition import parse_signature
from mcts_compose.task import Task
from vm.parser import parse_program
from vm.skill import Skill, SkillTable
from vm.table import BY_NAME
from vm.values import HostValue

LARGER: Final = 10
"""How many times larger than every shown example a held-out one is at least."""
SHOWN: Final = 8
HELD_OUT: Final = 10
_TRIES: Final = 5_000

Source: TypeAlias = Callable[[Draws, int], Any]
"""Draws one argument: of usual size if the second operand is 1, so many times longer or larger otherwise."""
Joint: TypeAlias = Callable[[Draws, int], tuple[Any, ...]]
"""Draws all arguments together, where they depend on each other; the second operand as of a `Source`."""


def extent(*arguments: Any) -> int:
    """Returns the elements of the longest argument; a number is one element, a grid has those of its rows."""
    return max(_num_elements(argument) for argument in arguments)


def magnitude(*arguments: Any) -> int:
    """Returns the largest number among the arguments, whatever its sign; at least 1."""
    numbers: list[int] = [abs(argument) for argument in arguments if not isinstance(argument, list)]
    return max(1, *numbers)


def _num_elements(argument: Any) -> int:
    if isinstance(argument, (list, str)):
        return sum(_num_elements(element) for element in argument)
    return 1


@dataclass(frozen=True)
class Step:
    """One task of a curriculum before its examples are drawn.

    Attributes:
      id: words joined by hyphens; the skill it becomes has the same name with underscores.
      description: what the function does, in the words of a textbook.
      signature: names and types, `(x: list[int], k: int) -> int`.
      body: lines of a known solution, without the signature; it may call the skills of `subtasks`.
      function: the definition: what is right for any arguments.
      sources: one source per argument, or one that draws all arguments together.
      subtasks: ids of the earlier steps whose skills are expected to help.
      edges: arguments that are among the shown examples whatever is drawn.
      without: instructions that would give the task away; every other instruction is allowed.
      shown: number of shown examples.
      held_out: number of held-out examples.
      constants: values given to the search.
      accepts: arguments for which it says False are not used.
      measure: how large arguments are; of lists the number of elements, of numbers as a rule `magnitude`.
    """

    id: str
    description: str
    signature: str
    body: str
    function: Callable[..., Any]
    sources: tuple[Source, ...] | Joint
    subtasks: tuple[str, ...] = ()
    edges: tuple[tuple[Any, ...], ...] = ()
    without: tuple[str, ...] = ()
    shown: int = SHOWN
    held_out: int = HELD_OUT
    constants: tuple[HostValue, ...] = ()
    accepts: Callable[..., bool] | None = None
    measure: Callable[..., int] = extent

    @property
    def skill_name(self) -> str:
        """The name of the skill that a solution becomes."""
        return self.id.replace("-", "_")

    @property
    def solution(self) -> str:
        """The known solution as program text."""
        return f"{self.signature}; {self.body}"

    @property
    def allowed(self) -> tuple[str, ...] | None:
        """The instructions that a search may call; None for all of them."""
        if not self.without:
            return None
        return tuple(name for name, row in BY_NAME.items() if row.searched and name not in self.without)

    def draw(self, draws: Draws, larger: int) -> tuple[Any, ...]:
        """Returns one value per argument."""
        if callable(self.sources):
            return self.sources(draws, larger)
        return tuple(source(draws, larger) for source in self.sources)


def make_task(step: Step, suite: str) -> Task:
    """Returns the task with its shown and held-out examples.

    Raises:
      ValueError: the sources do not have enough different, or not large enough, arguments.
    """
    names, input_types, output_type = parse_signature(step.signature)
    draws = Draws(f"{suite}/{step.id}")
    is_bool = str(output_type) == "bool"
    shown = _drawn(step, draws, list(step.edges), step.shown, 1, is_bool)
    # Edges stand among the drawn examples, so that the first few shown ones are ordinary.
    shown = shown[len(step.edges) :] + shown[: len(step.edges)]
    largest = max(step.measure(*arguments) for arguments in shown)
    held_out = _drawn(step, draws, [], step.held_out, LARGER, is_bool, LARGER * largest)
    return Task(
        id=step.id,
        name=step.id.replace("-", " "),
        description=step.description,
        input_types=input_types,
        output_type=output_type,
        inputs=tuple(shown),
        outputs=tuple(step.function(*arguments) for arguments in shown),
        test_inputs=tuple(held_out),
        test_outputs=tuple(step.function(*arguments) for arguments in held_out),
        arg_names=names,
        group=step.id,
        constants=step.constants,
        skills=step.allowed,
        solution=step.solution,
        subtasks=step.subtasks,
    )


def make_tasks(steps: Sequence[Step], suite: str) -> list[Task]:
    """Returns the tasks of a curriculum in its order."""
    return [make_task(step, suite) for step in steps]


def known_skills(steps: Sequence[Step]) -> SkillTable:
    """Returns a library of the known solutions, in the order of the steps.

    Raises:
      vm.program.ProgramError: a solution calls a skill that does not stand before it, or may not run.
    """
    table = SkillTable()
    for step in steps:
        program = parse_program(step.solution, table)
        table = table.with_skill(Skill(step.skill_name, step.description, program))
    return table


def _drawn(
    step: Step,
    draws: Draws,
    chosen: list[tuple[Any, ...]],
    count: int,
    larger: int,
    is_bool: bool,
    least: int = 0,
) -> list[tuple[Any, ...]]:
    """Returns the chosen arguments and drawn ones behind them, all different and of at least that size."""
    trues = sum(bool(step.function(*arguments)) for arguments in chosen) if is_bool else 0
    for _ in range(_TRIES):
        if len(chosen) >= count:
            return chosen
        arguments = step.draw(draws, larger)
        unfit = arguments in chosen or step.measure(*arguments) < least
        if unfit or (step.accepts is not None and not step.accepts(*arguments)):
            continue
        if is_bool:
            # A bool says little, so the answers are kept balanced as far as the edges allow.
            wanted = 2 * trues <= len(chosen)
            if step.function(*arguments) != wanted:
                continue
            trues += wanted
        chosen.append(arguments)
    raise ValueError(f"step {step.id}: its sources have too few different or too small arguments")
