"""`python -m benchmarks.model_share`: what of one core the kernels keep while a model works on the other.

Three clocks of the thread that searches, from the search's first candidate to its last:

    wall = kernels + other CPU time + waiting for the model's thread (the interpreter's lock) + queue

`queue` is the time in which the thread could have run, but other programs had the core (Linux counts it). The
share is that of the kernels in the rest, so that other load on the machine does not count against the search;
yet what else runs may also hold up the model's thread while it has the lock, and then it does count. A
machine with two free cores gives the figure that is meant; the last column says whether it was one.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import numpy as np
import typer

from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError
from mcts_compose.task import Task
from priors.base import PriceRequest, Prices, Prior, RankRequest, Ranks, Usage
from priors.uniform import UniformPrior

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

SUITE: Final = "deepcoder-v1:t8"
WARMING_S: Final = 0.5


class SleepingModel(Prior):
    """Stands for a model on other hardware: answers take so long, and nothing of this machine.

    It prices as the base prior does, and gives arms made-up ranks and values.
    """

    name = "sleeping"
    is_model = True

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What it has done; a batch of ranks is one pass."""
        return self._usage

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns the base prior's prices at once, uniform ones where there is no base prior."""
        return [request.base or UniformPrior().price_skills([request])[0] for request in requests]

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns the same draw for the same number of arms, after a while."""
        if not requests:
            return []
        began = time.perf_counter()
        time.sleep(self.seconds)
        answers: list[Ranks | None] = []
        for request in requests:
            logits = np.random.default_rng(len(request.arms)).normal(size=len(request.arms))
            values = 1 / (1 + np.exp(-logits))
            logits -= np.logaddexp.reduce(logits)
            answers.append(Ranks(logits.astype(np.float32), values.astype(np.float32)))
        used = self._usage
        self._usage = used._replace(
            calls=used.calls + len(requests),
            passes=used.passes + 1,
            seconds=used.seconds + time.perf_counter() - began,
        )
        return answers


class Clocks(NamedTuple):
    """Seconds of the thread that asks.

    Attributes:
      wall: of the wall clock.
      cpu: in which it ran.
      queue: in which it could have run; 0 where the system does not say.
    """

    wall: float
    cpu: float
    queue: float

    @classmethod
    def now(cls) -> Clocks:
        """Reads the clocks."""
        try:
            queue = int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, IndexError):
            queue = 0.0
        return cls(time.perf_counter(), time.thread_time(), queue)

    def since(self, earlier: Clocks) -> Clocks:
        """Returns what passed between `earlier` and now."""
        return Clocks(self.wall - earlier.wall, self.cpu - earlier.cpu, self.queue - earlier.queue)


class Measured(NamedTuple):
    """One search.

    Attributes:
      result: of the search.
      kernels: CPU seconds in kernels.
      spent: all seconds of the search's thread, without what comes before the first candidate.
    """

    result: Result
    kernels: float
    spent: Clocks

    @property
    def share(self) -> float:
        """The kernels' share of the time in which the thread had a core or waited for the model's thread."""
        return self.kernels / (self.spent.wall - self.spent.queue)

    @property
    def share_of_cpu(self) -> float:
        """The kernels' share of the thread's CPU time, which waiting does not lower."""
        return self.kernels / self.spent.cpu


class Stopwatch:
    """Measures searches of the process while it is on; one at a time.

    Attributes:
      kernels: CPU seconds in kernels so far.
      spent: of the last search.
    """

    def __init__(self) -> None:
        self.kernels = 0.0
        self.spent = Clocks(0.0, 0.0, 0.0)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Puts clocks around every kernel that a search calls, and around its loop."""
        from mcts_compose.search import engine, focus_tree, run

        kernels = ((engine, "run_level"), (engine, "rehash"), (focus_tree, "simulate"))
        around: list[tuple[Any, str, Callable[..., Any]]] = [
            (module, name, self._kernel) for module, name in (*kernels, (focus_tree, "refresh_root"))
        ]
        around.append((run, "_run_until_stopped", self._search))
        before = [getattr(module, name) for module, name, _ in around]
        for (module, name, measure), function in zip(around, before, strict=True):
            setattr(module, name, measure(function))
        try:
            yield
        finally:
            for (module, name, _), function in zip(around, before, strict=True):
                setattr(module, name, function)

    def _kernel(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            began = time.thread_time()
            try:
                return function(*arguments)
            finally:
                self.kernels += time.thread_time() - began

        return call

    def _search(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.kernels, began = 0.0, Clocks.now()
            try:
                return function(*arguments)
            finally:
                self.spent = Clocks.now().since(began)

        return call


def measure(task: Task, prior: Prior, seconds: float) -> Measured:
    """Returns what a search of so many seconds did with its core."""
    from mcts_compose import solve
    from mcts_compose.budget import Budget

    watch = Stopwatch()
    with watch.on():
        result = solve(task, prior=prior, budget=Budget(seconds=seconds))
    return Measured(result, watch.kernels, watch.spent)


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def model_share(
    source: Annotated[str, typer.Argument(metavar="[SUITE_OR_FILE]", help="As in `bench run`.")] = SUITE,
    priors: Annotated[
        str, typer.Option("--priors", metavar="PRIOR;...", help="Each NAME or NAME:K=V,K=V.")
    ] = "frequency;bundled:rank=yes",
    answers: Annotated[
        str, typer.Option("--answers", metavar="S,...", help="Made-up models that take so long for a batch.")
    ] = "0.005,0.05,0.5",
    tasks: Annotated[int, typer.Option("--tasks", min=1, help="How many of the suite.")] = 3,
    repeat: Annotated[int, typer.Option("--repeat", min=1, help="Searches of each task.")] = 3,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="Wall time of one search.")] = 4.0,
) -> None:
    """Measure the kernels' share of one core while a model works on another."""
    from rich.console import Console
    from rich.table import Table

    from benchmarks.commands import suites_of
    from benchmarks.prior_rows import names_of, settings_of_prior
    from mcts_compose.solving import load_prior, prepare_prior

    rows: dict[str, Prior] = {}
    for spec in names_of(priors):
        chosen = settings_of_prior(spec)
        rows[spec] = load_prior(chosen["prior"], chosen["prior_args"])
        prepare_prior(rows[spec])
    try:
        rows |= {f"answers of {text} s": SleepingModel(float(text)) for text in answers.split(",") if text}
    except ValueError:
        raise InputError(f"--answers is {answers!r}, but should be seconds such as 0.05,0.5") from None
    (of_source,) = suites_of([source], None).values()
    chosen_tasks = [task for task in of_source if isinstance(task, Task)]
    found: dict[str, list[Measured]] = {name: [] for name in rows}
    for prior in rows.values():
        measure(chosen_tasks[0], prior, WARMING_S)  # loads what is not loaded yet
    for _ in range(repeat):
        for task in chosen_tasks[:tasks]:
            for name, prior in rows.items():  # in turn, so that other load meets all of them
                found[name].append(measure(task, prior, seconds))
    table = Table(
        "prior", "kernels' share", "least", "of its CPU time", "model busy", "asked a second", "queue"
    )
    for name, each in found.items():
        calls = sum(one.result.model_calls for one in each)
        wall = sum(one.spent.wall for one in each)
        table.add_row(
            name,
            f"{statistics.median(one.share for one in each):.2f}",
            f"{min(one.share for one in each):.2f}",
            f"{statistics.median(one.share_of_cpu for one in each):.2f}",
            f"{sum(one.result.model_seconds for one in each) / wall:.2f}",
            f"{calls / wall:.0f}",
            f"{sum(one.spent.queue for one in each) / wall:.2f}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.model_share")
