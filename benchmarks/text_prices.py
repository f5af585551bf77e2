"""`python -m benchmarks.text_prices`: fits the prices of skills in tasks over texts.

They stand in `priors/weights/texts.json`, and are counted on known solutions, since programs found for tasks
over texts often fit by chance: letters have an order and codes, but hardly a task is about them. Counted are

* `text_solutions.txt`: programs written for tasks of the public suite sygus_strings, one for each group of
  tasks where one was found that fits all examples of one of them; a line has the group and the program;
* the solutions of those tasks of `lists-v1` that have texts.

What they leave open is lent by the instructions' families and by the shipped counts of list tasks
(priors/backoff.py). `--half` leaves out the groups of sygus_strings of the other half, by the split of
`benchmarks.crossfit`: with weights of one half the other is judged. `--compare` says what a skill of a
solution that was not counted costs on average, for several masses, and for the counts of list tasks alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from benchmarks.crossfit import HALVES, half_of
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, OutputError, located, shown

if TYPE_CHECKING:
    from priors.frequency import FrequencyWeights
    from vm.program import Program

SOLUTIONS: Final = Path(__file__).parent / "text_solutions.txt"
MASS: Final = 40.0
"""What families lend; of `MASSES` the best for solutions left out, of both halves together."""
SMOOTHING: Final = 0.05
"""For names that are not in the table and constants that were never counted (untuned)."""
MASSES: Final = (10.0, 20.0, 40.0, 80.0, 160.0)

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def solutions(half: str | None = None) -> list[Program]:
    """Returns the programs to count; those of sygus_strings only of one half, if it is named."""
    from benchmarks.suites.selection import select_suite
    from mcts_compose.task import Task
    from vm.program import Program
    from vm.values import has_texts

    texts = [line.split(" ", 1) for line in SOLUTIONS.read_text("utf-8").splitlines()]
    found = [Program.parse(text) for group, text in texts if half in (None, half_of(group))]
    for task in select_suite("lists-v1").tasks:
        assert isinstance(task, Task)
        if task.solution and has_texts((*task.input_types, task.output_type)):
            found.append(Program.parse(task.solution))
    return found


def fitted(half: str | None = None) -> FrequencyWeights:
    """Returns the weights; with a half, what is right for judging the other one."""
    from priors.backoff import backed_off
    from priors.frequency import fit, shipped_weights

    programs = solutions(half)
    part = "" if half is None else f" of half {half}"
    origin = (
        f"Known solutions of tasks over texts, of sygus_strings{part} and of lists-v1; made by "
        "`python -m benchmarks.text_prices`."
    )
    weights = fit(programs, origin=origin, smoothing=SMOOTHING)
    skills = backed_off(weights.skills, shipped_weights().skills, MASS)
    likeliest = sorted(skills, key=lambda name: (-skills[name], name))
    return msgspec.structs.replace(weights, skills={name: round(skills[name], 3) for name in likeliest})


def skills_of(programs: Sequence[Program]) -> list[frozenset[str]]:
    """Returns the instructions that each program uses."""
    from priors.backoff import families
    from vm.program import Apply, Bind

    known = families()
    return [
        frozenset(
            line.skill for line in program.lines if isinstance(line, Apply | Bind) and line.skill in known
        )
        for program in programs
    ]


def _nats_by_lists(programs: Sequence[frozenset[str]]) -> float:
    """Returns what a skill of the programs costs on average by the counts of list tasks, in nats."""
    from priors.backoff import families
    from priors.frequency import shipped_weights

    weights = shipped_weights()
    counts = {name: weights.skills.get(name, 0.0) + weights.smoothing for name in families()}
    total = sum(counts.values())
    nats = [math.log(total / counts[name]) for program in programs for name in program]
    return sum(nats) / len(nats)


@app.command()
def text_prices(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The weights file to write.")
    ] = None,
    half: Annotated[
        str | None, typer.Option("--half", help="Which half of sygus_strings is counted: a or b.")
    ] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Print what left-out solutions cost.")] = False,
) -> None:
    """Fit the prices of skills in tasks over texts."""
    from priors.backoff import left_out_nats
    from priors.frequency import save_weights, shipped_weights

    if half not in (None, *HALVES):
        raise InputError(f"--half is {shown(half)}, but should be a or b")
    if out is None and not compare:
        raise InputError("there is nothing to do; name --out FILE, or --compare")
    if out is not None:
        try:
            save_weights(fitted(half), out)
        except OSError as error:
            raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None
    if compare:
        programs = skills_of(solutions(half))
        elsewhere = shipped_weights().skills
        for mass in MASSES:
            print(f"mass {mass:g}: {left_out_nats(programs, elsewhere, mass):.3f} nats a skill")
        print(f"weights of list tasks: {_nats_by_lists(programs):.3f} nats a skill")


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.text_prices")
