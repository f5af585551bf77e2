"""The command `train`: fits a prior on programs that are known to be right, or trains a language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError, OutputError, located, shown

if TYPE_CHECKING:
    from priors.training.loop import TrainingProgress

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback()
def top() -> None:
    """Fit a prior, or train a language model for one."""


@app.command()
def frequency(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Run directories (programs found), task files and suites (known solutions).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The weights file to write.")],
    smoothing: Annotated[float, typer.Option("--smoothing", min=1e-6, help="Added to every count.")] = 2.0,
) -> None:
    """Count the skills and constants of solved programs, for the prior `frequency`."""
    if out.exists():
        raise InputError(located("is there already; name another --out", out))
    from priors.frequency import train_frequency

    programs = list(programs_of(sources))
    try:
        weights = train_frequency(
            programs, out, origin=f"programs of {', '.join(sources)}", smoothing=smoothing
        )
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None
    except ValueError as error:
        raise InputError(str(error)) from None
    print(
        f"{out}: {weights.num_programs} programs, "
        f"{len(weights.skills)} skills, {len(weights.constants)} constants"
    )


@app.command()
def lm(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The model directory to write.")],
    init: Annotated[
        Path | None, typer.Option("--init", metavar="DIR", help="The model to start from.")
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="The size of a new model: tiny, small, slim, base, large.")
    ] = "small",
    num_samples: Annotated[
        int, typer.Option("--samples", min=10_000, help="Made-up samples, unless there is --data.")
    ] = 800_000,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Made-up samples that are there already.")
    ] = None,
    from_runs: Annotated[
        list[Path] | None,
        typer.Option("--from-runs", metavar="DIR", help="A run whose solved tasks are trained on."),
    ] = None,
    tasks: Annotated[
        list[str] | None,
        typer.Option(
            "--tasks",
            metavar="SUITE_OR_FILE",
            help="Where the tasks of the runs are; solutions are not read.",
        ),
    ] = None,
    suites: Annotated[
        list[str] | None,
        typer.Option("--suites", metavar="SUITE_OR_FILE", help="Tasks whose solutions are trained on."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=1.0, help="Time to train; 2400 unless there are steps.")
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Batches to train on.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of everything random.")] = 0,
    rate: Annotated[
        float | None,
        typer.Option("--learning-rate", min=1e-6, max=1.0, help="At its highest; 0.0025, 0.001 with --init."),
    ] = None,
    solved_share: Annotated[
        float, typer.Option("--solved-share", min=0.0, max=1.0, help="Of the steps, on solved tasks.")
    ] = 0.5,
    mode: Annotated[
        str, typer.Option("--mode", help="How the prior uses its answers: experts or mixture.")
    ] = "experts",
    strength: Annotated[
        float | None, typer.Option("--strength", min=0.0, max=1.0, help="How strongly.")
    ] = None,
    device: Annotated[str, typer.Option("--device", help="auto or cpu.")] = "auto",
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Of the processor; all by default.")
    ] = None,
) -> None:
    """Train a language model for the prior `bundled`; the same command goes on after a stop."""
    from priors.training.presets import PRESETS

    if preset not in PRESETS:
        raise InputError(f"--preset must be one of {', '.join(PRESETS)}, not {shown(preset)}")
    if seconds is not None and steps is not None:
        raise InputError("--seconds and --steps exclude each other")
    if mode not in ("experts", "mixture"):
        raise InputError(f"--mode must be experts or mixture, not {shown(mode)}")
    if device not in ("auto", "cpu"):
        raise InputError(f"--device must be auto or cpu, not {shown(device)}")
    if tasks and not from_runs:
        raise InputError("--tasks says where the tasks of --from-runs are, and there are no runs")
    from mcts_compose.training.lm_run import DEFAULT_SECONDS, Plan, train_model
    from priors.training.recipe import Recipe

    if threads is not None:
        set_threads(threads)
    plan = Plan(
        out,
        init,
        num_samples,
        data,
        tuple(from_runs or ()),
        tuple(tasks or ()),
        tuple(suites or ()),
        device,
        mode,
        strength,
    )
    recipe = Recipe(
        preset=preset,
        steps=steps or 0,
        seconds=0.0 if steps else seconds or DEFAULT_SECONDS,
        seed=seed,
        learning_rate=rate or (2.5e-3 if init is None else 1e-3),
        solved_share=solved_share,
    )
    training = train_model(plan, recipe, _print_progress)
    print(
        f"{out}: {training['parameters']:,} parameters, {training['samples']:,} samples, "
        f"{training['seconds']:.0f} s"
    )


def set_threads(num_threads: int) -> None:
    """Bounds the threads of the model's arithmetic."""
    try:
        import torch
    except ImportError:
        return  # the run says what is missing
    torch.set_num_threads(num_threads)


def _print_progress(progress: TrainingProgress) -> None:
    """Prints one line on the state of a training run."""
    held_out = progress.held_out
    note(
        f"[{progress.share:4.0%}] {progress.seconds:.0f} s, {progress.step:,} steps, "
        f"{progress.samples:,} samples; held out: bag {held_out.bag:.3f}, program {held_out.program:.3f}, "
        f"arm {held_out.way:.3f}{', the best so far' if progress.is_best else ''}"
    )


def programs_of(sources: Sequence[str]) -> Iterator[str]:
    """Yields the array programs of run directories that fit the shown examples, and such solutions of tasks.

    Those that call learnt skills are left out. Whether a program also fits the held-out examples is not
    asked: they are no part of any training.
    """
    from mcts_compose.results.run_directory import read_results
    from mcts_compose.task import Task
    from mcts_compose.task_sources import find_suite

    for source in sources:
        path = Path(source)
        if path.is_dir():
            yield from (
                result.program_text
                for result in read_results(path)
                if result.solved and result.program_text and not result.is_assembly and not result.skills
            )
        else:
            tasks = find_suite(source).tasks
            yield from (
                task.solution
                for task in tasks
                if isinstance(task, Task)
                and task.solution is not None
                and task.memory is None
                and not task.subtasks
            )
