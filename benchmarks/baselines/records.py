"""Decides what is kept of a measurement for the page of baselines: a line of JSON for each row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.baselines.families import FamilyCounts
from benchmarks.baselines.known_sizes import UNITS, TaskSize
from benchmarks.json_lines import read_json_lines
from mcts_compose.errors import OutputError, located
from priors.whole_files import write_whole

RECORDS: Final = Path(__file__).with_name("records.jsonl")
"""The records that the page in `docs` is made of."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much of a suite a system solved.

    Attributes:
      suite: its name.
      part: which of its tasks these are; empty for all.
      num_tasks: how many.
      system: what solved them.
      kind: `ours`, `peer` (run here as we were) or `published` (figures of others).
      version: of the system; empty where it is not known.
      budget: of one task, in words.
      solved: tasks whose program fits all shown examples; of several runs their mean.
      right: those whose program fits all held-out examples as well, tasks without any included; None where no
        solved task has any, or where it is not known.
      late: of the solved tasks those that took over 5 % longer than the seconds of their budget; None where
        it is not known, or where seconds bound nothing.
      num_unsupported: tasks that the system does not do, or on which it failed.
      median_seconds: wall time of a task, over those that were tried; None where it is not known.
      median_length: calls, instructions or operators of a program that fits; None without any, or unknown.
      command: what does it again, `$DATA` being the folder of the suites.
      families: what came of each family, of suites that name some; empty otherwise.
      known: which known sizes there are, a key of `UNITS`; empty without any.
      sizes: by task, the known size and ours.
    """

    suite: str
    part: str
    num_tasks: int
    system: str
    kind: str
    version: str
    budget: str
    solved: float
    right: float | None
    late: float | None
    num_unsupported: int
    median_seconds: float | None
    median_length: float | None
    command: str
    families: dict[str, FamilyCounts] = {}
    known: str = ""
    sizes: dict[str, TaskSize] = {}

    def __post_init__(self) -> None:
        if self.known and self.known not in UNITS:
            raise ValueError(f"there are no known sizes {self.known}")

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What there is one record of."""
        return self.suite, self.part, self.system, self.budget


def read_records(path: Path) -> list[Record]:
    """Returns the records of a file; none if there is no such file.

    Raises:
      InputError: a line is none.
    """
    if not path.exists():
        return []
    return [record for _, record in read_json_lines(path, Record, "a record of a baseline")]


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Writes records in the order of their keys, whole or not at all.

    Raises:
      OutputError: it cannot be written.
    """
    lines = [msgspec.json.encode(record) + b"\n" for record in sorted(records, key=_place)]
    try:
        write_whole(path, b"".join(lines))
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None


def with_new(records: Iterable[Record], new: Iterable[Record]) -> list[Record]:
    """Returns records, new ones in the place of those with their key."""
    by_key = {record.key: record for record in (*records, *new)}
    return sorted(by_key.values(), key=_place)


def _place(record: Record) -> tuple[str, str, int, str, float, str]:
    """Returns where a record stands: ours before peers before published ones, budgets rising."""
    kinds = ("ours", "peer", "published")
    number = record.budget.split(" ")[0]
    seconds = float(number) if number.replace(".", "", 1).isdecimal() else 0.0
    kind = kinds.index(record.kind) if record.kind in kinds else len(kinds)
    return record.suite, record.part, kind, record.system, seconds, record.budget
