"""Decides when a command that makes a run directory records itself there: once the directory is its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.results.origin import origin_of, record_origin

if TYPE_CHECKING:
    from mcts_compose.results.suite_run import RunProgress


def recording(
    tell: Callable[[RunProgress], None],
    directory: Path,
    arguments: Sequence[str],
    sources: Sequence[str],
    *,
    show_examples: int | None = None,
    library: Path | None = None,
) -> Callable[[RunProgress], None]:
    """Returns what a run reports to: it records the command at the first report, and passes all on.

    Args:
      tell: where reports go.
      directory: the run directory; it is there, and locked, when the first report comes.
      arguments: of the command as it was typed; empty where that is not known.
      sources: the suites and task files that it names.
      show_examples: how many examples of a task it shows; None for all.
      library: the library that it offers.
    """
    origin = origin_of(arguments, sources, show_examples, library)

    def on_progress(progress: RunProgress) -> None:
        if progress.is_opening:
            record_origin(directory, origin)
        tell(progress)

    return on_progress
