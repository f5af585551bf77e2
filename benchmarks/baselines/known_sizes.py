"""Decides which known sizes the programs of a suite stand beside, and what both count.

Programs of truth tables are and-inverter graphs: their length is the number of ANDs of two inputs, inverters
being free. Only where the known size counts the same is one that is smaller better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from benchmarks.baselines.table_cover import gates_of, num_tables
from benchmarks.json_lines import read_json_lines
from benchmarks.suites.bit_tricks.tricks import TRICKS
from vm.assembly.program import AssemblyProgram

if TYPE_CHECKING:
    from mcts_compose.results.record import Result


class Unit(NamedTuple):
    """What known sizes count.

    Attributes:
      known: of the known one, in words.
      ours: what the length of a program that is found counts.
      is_same: whether these two are one.
    """

    known: str
    ours: str
    is_same: bool


_GATES: Final = "ANDs with free inverters"
UNITS: Final[Mapping[str, Unit]] = {
    "best_aig_and_nodes": Unit(f"{_GATES}, the best of the IWLS 2022 contest", _GATES, True),
    "best_lut6_count": Unit(
        "look-up tables of six inputs, the best known",
        f"such tables in a plain cover of our circuit, which was made for few {_GATES} (in brackets)",
        True,
    ),
    "source_cubes": Unit(
        "products of the sum that the source's file is, which is not the smallest", _GATES, False
    ),
    "instructions": Unit(
        "instructions of the program in `benchmarks/suites/bit_tricks`, after Gulwani et al., PLDI 2011",
        "calls, of a machine with other operations",
        False,
    ),
}
"""By the field of a task file that has a known size; `instructions` go by the number of a trick instead."""
_OTHER_TRICKS: Final = frozenset({21})
"""Numbers that stand for another function in the suite than in the paper."""


class TaskSize(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The sizes of one task.

    Attributes:
      known: the known one, in its unit.
      found: size of the smallest program that fits, over seeds; None: none was found.
      least: it is proved that no program is smaller than this; None: nothing is.
      gates: of that program the gates, where its size counts something else.
    """

    known: int
    found: int | None
    least: int | None = None
    gates: int | None = None


class _Row(msgspec.Struct):
    """What a task file says of a task, of that which is read here."""

    id: str = ""
    name: str = ""
    best_aig_and_nodes: int | None = None
    best_lut6_count: int | None = None
    source_cubes: int | None = None

    @property
    def instructions(self) -> int | None:
        """Instructions of our spelling of a trick of 32 bits, called `hd-NUMBER what it does`."""
        number = self.name.partition(" ")[0].removeprefix("hd-")
        if not self.name.startswith("hd-") or not number.isdecimal():
            return None
        lengths = {each.number: len(each.lines(32)) for each in TRICKS if each.number not in _OTHER_TRICKS}
        return lengths.get(int(number))


class KnownSizes(NamedTuple):
    """The known sizes of a suite.

    Attributes:
      field: which they are, a key of `UNITS`; empty where there are none.
      by_task: by the task's id.
    """

    field: str
    by_task: Mapping[str, int]


NO_SIZES: Final = KnownSizes("", {})


def known_sizes(path: Path) -> KnownSizes:
    """Returns the known sizes of the tasks of a file.

    Raises:
      InputError: a line is no task, or the file cannot be read.
    """
    rows = [row for _, row in read_json_lines(path, _Row, "a task")]
    for field in UNITS:
        sizes = {row.id: size for row in rows if (size := getattr(row, field)) is not None}
        if sizes:
            return KnownSizes(field, sizes)
    return NO_SIZES


def sizes_of(results: Sequence[Result], known: KnownSizes) -> dict[str, TaskSize]:
    """Returns by task its known size and what was found, for tasks that were run and have a known size."""
    by_task: dict[str, list[Result]] = {}
    for result in results:
        if result.task in known.by_task:
            by_task.setdefault(result.task, []).append(result)
    size_of = _in_tables if known.field == "best_lut6_count" else _in_gates
    return {task: size_of(known.by_task[task], found) for task, found in sorted(by_task.items())}


def _in_gates(known: int, results: Sequence[Result]) -> TaskSize:
    proved = [each.none_shorter_than for each in results if each.none_shorter_than is not None]
    return TaskSize(known, min(map(_length, _solved(results)), default=None), max(proved, default=None))


def _in_tables(known: int, results: Sequence[Result]) -> TaskSize:
    """Returns the size in look-up tables; what is proved of gates says nothing of these."""
    sizes = [
        (num_tables(gates_of(program)), _length(result))
        for result in _solved(results)
        if isinstance(program := result.program, AssemblyProgram)
    ]
    tables, gates = min(sizes, default=(None, None))
    return TaskSize(known, tables, gates=gates)


def _solved(results: Sequence[Result]) -> list[Result]:
    return [result for result in results if result.solved and result.length is not None]


def _length(result: Result) -> int:
    """Returns the length of a program that fits, without instructions that do not count: free inverters."""
    assert result.length is not None
    return int(result.cost) if result.is_assembly and result.cost is not None else result.length
