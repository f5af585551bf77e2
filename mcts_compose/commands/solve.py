"""The command `solve`: one task, one search."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.libraries import LibraryFlag, task_with_library
from mcts_compose.commands.main import NOT_SOLVED, SOLVED
from mcts_compose.commands.terminal import announce_compilation, note, run_progress, verdict
from mcts_compose.errors import InputError, OutputError, printable
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.results.record import Result
    from mcts_compose.search.fixed.crew import Crew
    from mcts_compose.task_sources import NamedTask
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
@flags.takes_settings(without=("deadline", "retries"))
def solve(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="TASK", help="A task file, FILE#ID, or SUITE#ID.")],
    seed: flags.SeedFlag = 0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Keep the result in this run directory.")
    ] = None,
    library: LibraryFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    *,
    settings: Settings,
) -> int:
    """Search for a program that fits a task's examples."""
    if settings.parts == 1 and (settings.workers > 1 or settings.ray_address is not None):
        raise InputError(
            "solve searches one task in one process, but was given workers; bench run spreads the tasks of a "
            "suite or file, and --parts splits the search of an array task or of one with fixed memory"
        )
    if settings.save_every is not None and out is None:
        raise InputError("--save-every is given without --out, but should stand with a run directory")
    alone = replace(settings, workers=0, ray_address=None)
    from mcts_compose.commands.recording import recording
    from mcts_compose.families.choice import check_parts, family_of
    from mcts_compose.results.suite_run import run_suite
    from mcts_compose.solving import solve as solve_task
    from mcts_compose.task_sources import find_task

    found = find_task(task)
    found = found._replace(task=task_with_library(found.task, library))
    printer = _ProgramPrinter()
    on_program = printer if settings.all and not as_json else None
    check_parts(found.task, settings.parts)
    with ExitStack() as stack:
        crew, served = _shared_out(found, settings, stack)
        if out is not None:
            with run_progress() as tell:
                source = task.rpartition("#")[0] or task
                report = recording(tell, out, context.obj or (), [source], library=library)
                result = run_suite(
                    {found.suite: [found.task]}, alone, out, [seed], report, on_program=on_program, crew=crew,
                    served=served, are_checked_first=True,
                )[0]  # fmt: skip
        else:
            result = solve_task(
                found.task, search=alone.search, prior=next(iter(served.values()), alone.prior),
                prior_args=alone.prior_args,
                base_prior=alone.base_prior, base_prior_args=alone.base_prior_args,
                budget=alone.budget_for(found.task.budget), seed=seed, options=alone.options(),
                on_start=partial(announce_compilation, room=family_of(found.task).room),
                on_program=on_program, suite=found.suite, crew=crew,
            )  # fmt: skip
    _print(result, as_json=as_json, are_all_printed=printer.count > 0)
    return SOLVED if result.solved or _is_proved(result, settings) else NOT_SOLVED


def _shared_out(
    found: NamedTask, settings: Settings, stack: ExitStack
) -> tuple[Crew | None, dict[str, Prior]]:
    """Returns who does the parts of a search, and the prior by name if a server has it.

    The ray session that they need ends with the stack.
    """
    if settings.parts == 1:
        return None, {}
    from mcts_compose.cluster.jobs import prior_name
    from mcts_compose.cluster.spreading import Spreading
    from mcts_compose.families.choice import family_of
    from mcts_compose.solving import load_prior

    name = prior_name(found.task, settings)
    spreading = Spreading(settings, stack)
    spreading.serve({name: load_prior(name, settings.prior_args)})
    return spreading.crew(family_of(found.task), settings.parts, name), spreading.served


class _ProgramPrinter:
    """Prints programs as they come, one a line.

    Attributes:
      count: how many there were: none if an earlier run has found the result.
    """

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, program: AssemblyProgram) -> None:
        """Prints one.

        Raises:
          OutputError: it cannot be written.
          BrokenPipeError: nobody reads any more.
        """
        self.count += 1
        try:
            sys.stdout.write(program.text + "\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"the output cannot be written ({error.strerror})") from None


def _is_proved(result: Result, settings: Settings) -> bool:
    """Says whether the proof that was asked for was found."""
    wanted = settings.prove_none_shorter_than
    return wanted is not None and result.none_shorter_than is not None and result.none_shorter_than >= wanted


def _print(result: Result, *, as_json: bool, are_all_printed: bool) -> None:
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
        return
    program = result.program
    if program is not None and not are_all_printed:
        print(program)
    rate = result.executions / result.seconds if result.seconds > 0 else 0.0
    note(
        f"{verdict(result)}; {_length(result)}, {_seconds(result)}, "
        f"{result.simulations:,} simulations, {result.executions:,} candidates ({rate:,.0f} a second)"
    )
    if result.model_calls or result.cache_hits or result.prior_failures:
        note(_model(result))
    if result.unverified is not None and result.verified == "examples" and result.is_assembly:
        note(f"checked on examples only: {result.unverified}")


def _model(result: Result) -> str:
    """Returns what the model did, and how often it failed."""
    share = result.model_seconds / result.seconds if result.seconds > 0 else 0.0
    parts = [
        f"{result.model_calls:,} calls",
        f"{result.model_tokens:,} tokens",
        f"{result.model_seconds:.2f} s ({share:.0%} of the search's time)",
        f"{result.refined:,} nodes ranked",
    ]
    if result.reused_tokens:
        parts.insert(2, f"{result.reused_tokens:,} more from a cache")
    if result.cache_hits:
        parts.insert(1, f"{result.cache_hits:,} answers from a record")
    text = f"prior {result.prior}: {', '.join(parts)}"
    if result.prior_failures:
        text += f"; {result.prior_failures:,} failures, the first: {printable(str(result.prior_failure))}"
    return text


def _length(result: Result) -> str:
    """Returns the length of the program, in calls or in instructions."""
    length = result.length if result.solved else 0
    if not result.is_assembly:
        return f"{length} calls"
    are_some_free = result.solved and result.cost is not None and result.cost != length
    return f"{length} instructions" + (f", {result.cost:g} of which count" if are_some_free else "")


def _seconds(result: Result) -> str:
    """Returns the time of the search, and of what stands beside it."""
    parts = [f"{result.seconds:.2f} s"]
    if result.save_seconds >= 0.005:
        parts[0] += f" ({result.save_seconds:.2f} s of it for saves)"
    if result.table_seconds:
        parts.append(f"tables {result.table_seconds:.2f} s")
    if result.check_seconds >= 0.005:
        parts.append(f"checks {result.check_seconds:.2f} s")
    return " + ".join(parts)
