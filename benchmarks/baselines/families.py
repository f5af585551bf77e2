"""Decides how the families of a suite are counted: tasks of one kind, where the suite names kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.json_lines import read_json_lines

if TYPE_CHECKING:
    from mcts_compose.results.record import Result


class FamilyCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a family a system solved.

    Attributes:
      num_tasks: how many it has.
      solved: as of a record.
      right: as of a record.
    """

    num_tasks: int
    solved: float
    right: float | None


class _Row(msgspec.Struct):
    """What a task file says of a task, of that which is read here."""

    id: str = ""
    family: str = ""
    subset: str = ""


def family_by_task(path: Path) -> dict[str, str]:
    """Returns by id the families of a file's tasks, or the parts that its source had; some tasks have none.

    Raises:
      InputError: a line is no task, or the file cannot be read.
    """
    rows = read_json_lines(path, _Row, "a task")
    return {row.id: family for _, row in rows if (family := row.family or row.subset)}


def counts_by_family(
    results: Sequence[Result], families: Mapping[str, str], num_seeds: int, *, may_be_right: bool
) -> dict[str, FamilyCounts]:
    """Returns by family what came of its tasks, families in the order of their names; empty for only one.

    Args:
      results: of one suite.
      families: by id of a task; tasks without are not counted.
      num_seeds: how often each task was run.
      may_be_right: whether it is known what is right.
    """
    by_family: dict[str, list[Result]] = {}
    for result in results:
        if result.task in families:
            by_family.setdefault(families[result.task], []).append(result)
    if len(by_family) == 1:
        return {}
    return {
        family: FamilyCounts(
            len({result.task for result in found}),
            sum(result.solved for result in found) / num_seeds,
            sum(result.is_right for result in found) / num_seeds if may_be_right else None,
        )
        for family, found in sorted(by_family.items())
    }
