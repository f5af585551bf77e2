"""Decides what is told of a search with learnt skills beside the same search without: figures and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from benchmarks.paired import GroupOf, by_key
from benchmarks.prior_table import ALL, REPORT_WIDTH, prior_table, summaries_of

if TYPE_CHECKING:
    from rich.console import Console

    from mcts_compose.results.record import Result

MOST_SKILLS = 5
"""Skills of a row that are named."""


class LibrarySize(NamedTuple):
    """What was learnt from a half.

    Attributes:
      half: its name.
      row: the row that is searched with it.
      num_tasks: tasks of the half.
      num_right: those that are solved and right on held-out examples.
      num_skills: skills in the library.
      num_compressed: those of them that came of compression.
    """

    half: str
    row: str
    num_tasks: int
    num_right: int
    num_skills: int
    num_compressed: int


class Use(NamedTuple):
    """What learnt skills were used for in a row, and what differs from the row it is compared with.

    Attributes:
      suite: name of the suite, or `ALL`.
      row: name of the row.
      solved: programs that fit the shown examples and reach a learnt skill.
      right: those of them that also fit the held-out examples.
      skills: how many of these programs reach each learnt skill, the most frequent first.
      gained: tasks that are right in this row only.
      lost: tasks that are right in the other row only.
    """

    suite: str
    row: str
    solved: int
    right: int
    skills: tuple[tuple[str, int], ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def uses_of(rows: Mapping[str, Sequence[Result]], against: str) -> list[Use]:
    """Returns the uses in every row but the one compared with, suite by suite and in all suites together.

    Args:
      rows: results of the same tasks by row.
      against: name of the row that the others are compared with.
    """
    suites = list(dict.fromkeys(result.suite for found in rows.values() for result in found))
    return [
        _use(suite, row, *(_of_suite(each, suite) for each in (results, rows[against])))
        for suite in ([*suites, ALL] if len(suites) > 1 else suites)
        for row, results in rows.items()
        if row != against
    ]


def _of_suite(results: Sequence[Result], suite: str) -> list[Result]:
    return [result for result in results if suite in (result.suite, ALL)]


def _use(suite: str, row: str, ours: Sequence[Result], theirs: Sequence[Result]) -> Use:
    calling = [result for result in ours if result.solved and result.skills]
    others = by_key(theirs)
    differing = [
        (result, others[key])
        for key, result in by_key(ours).items()
        if key in others and result.is_right != others[key].is_right
    ]
    counts = Counter(name for result in calling for name, _, _ in result.skills)
    return Use(
        suite=suite,
        row=row,
        solved=len(calling),
        right=sum(result.is_right for result in calling),
        skills=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        gained=tuple(result.task for result, _ in differing if result.is_right),
        lost=tuple(result.task for result, _ in differing if not result.is_right),
    )


def print_libraries(sizes: Sequence[LibrarySize], out: TextIO) -> None:
    """Prints what the libraries are."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE)
    for title in ("learnt on half", "library"):
        table.add_column(title)
    for title in ("tasks", "right", "skills", "by compression"):
        table.add_column(title, justify="right")
    for size in sizes:
        table.add_row(*map(str, size))
    _console(out).print(table)


def print_transfer(
    bound: str,
    rows: Mapping[str, Sequence[Result]],
    against: str,
    group_of: GroupOf,
    out: TextIO,
    *,
    as_json: bool,
) -> None:
    """Prints the rows of one bound: figures, uses of learnt skills, and the tasks that changed by name.

    Args:
      bound: what bounded the searches, in words.
      rows: results of the same tasks by row.
      against: name of the row that the others are compared with.
      group_of: the group of a result's task.
      out: where to.
      as_json: whether to print one JSON object per row and suite.
    """
    references = {row: against for row in rows if row != against}
    summaries = summaries_of(rows, references, group_of)
    uses = {(use.suite, use.row): use for use in uses_of(rows, against)}
    if as_json:
        import msgspec

        for summary in summaries:
            use = uses.get((summary.suite, summary.row))
            plain = {"bound": bound, **summary.to_plain(), "use": None if use is None else use._asdict()}
            print(msgspec.json.encode(plain).decode(), file=out)
        return
    console = _console(out)
    table = prior_table(summaries, what="library")
    table.title = bound
    console.print(table)
    for use in uses.values():
        console.print(_in_words(use), markup=False, highlight=False, soft_wrap=True)


def _in_words(use: Use) -> str:
    most = ", ".join(f"{name} {count}" for name, count in use.skills[:MOST_SKILLS])
    used = f"{len(use.skills)} skills, most often {most}" if use.skills else "no skill"
    names = f"right only with it: {', '.join(use.gained) or '-'}; only without: {', '.join(use.lost) or '-'}"
    where = f"{use.suite}, {use.row}"
    return f"{where}: {use.solved} solutions call learnt skills, {use.right} of them right ({used}); {names}"


def _console(out: TextIO) -> Console:
    from rich.console import Console

    return Console(file=out, width=None if out.isatty() else REPORT_WIDTH)
