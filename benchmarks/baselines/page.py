"""Decides how the page of baselines looks: tables for each suite, of runs, families and known sizes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from benchmarks.baselines.known_sizes import UNITS, TaskSize
from benchmarks.baselines.records import Record

TOP: Final = """# Baselines

How much of public suites is solved: by this package with default settings, by other solvers on the same
tasks under the same limits (wall time a task, one core, 6,000 MB), and by systems whose authors published a
verdict for each task. "Solved" programs fit all shown examples, "right" ones all held-out examples as well,
also where their task has none (as 18 of the 22 of psb1); a dash says that no solved task has any, or that it
is not known. Peers are killed when their time is over; our search may still list and weigh what it has found,
so "late" counts the solved tasks that took over 5 % longer than their budget. A program's length is what it
has of calls, instructions or operators; times are those of a machine that did other work as well. Peers get
the grammars that `benchmarks/peers` describes, which for texts are not those of the competition's files: the
tasks do not have them. Published figures come from other machines and budgets, and say only what their
authors call solved; a mean is one over the runs that were published.

sygus_bv_10 has the tasks of sygus_bv that show 10 examples; what the tasks of the same function with 100 and
1,000 examples show is held out. Each of its tasks is a group of its own, and has the operators and constants
of the competition's grammar, which the rows of sygus_bv lack.

The prices by which our search goes were counted on solutions of some of these suites: of sygus_strings for
tasks over texts, of list_functions, lambdabeam_handwritten, lambdabeam_synthetic and dreamcoder_list for all
others. `benchmarks/RESULTS.md` has these suites with prices of the other half of their groups.

Suites and budgets without a row are not measured yet.

Every row is made again by its command, where `$DATA` is the folder of the suites; the command of a published
row sets it beside a run of ours that has a row as well. `python -m benchmarks.baselines run --data $DATA
--runs runs` measures every suite with every budget, goes on where it was stopped, keeps the figures in
`benchmarks/baselines/records.jsonl`, and writes this page. `python -m benchmarks.baselines select
--data $DATA --runs runs` writes no more than the tasks of sygus_bv_10, and `render` no more than the page.
"""
_HEAD: Final = (
    "| system | budget | solved | late | right | not supported | median s | median length | command |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def page_of(records: Sequence[Record]) -> str:
    """Returns the page that says what records say; they are in order."""
    parts = [TOP]
    for (suite, part), rows in groupby(records, key=lambda record: (record.suite, record.part)):
        own = list(rows)
        title = f"## {suite}" if not part else f"### {suite}: tasks {part}"
        sizes = sorted({row.num_tasks for row in own})
        parts.append(f"\n{title}\n\n{' or '.join(f'{size:,}' for size in sizes)} tasks.\n\n{_HEAD}\n")
        parts += [_row(row) for row in own]
        parts.append(_families([row for row in own if row.families]))
        parts.append(_sizes([row for row in own if row.sizes]))
    return "".join(parts)


def _families(records: Sequence[Record]) -> str:
    """Returns the table of a suite's families; empty if it names none."""
    if not records:
        return ""
    names = sorted({name for record in records for name in record.families})
    heads = ["family", "tasks", *map(_run_name, records)]
    lines = ["", "Solved / right by family:", "", _line(heads), _line(["---"] * len(heads))]
    for name in names:
        counts = [record.families.get(name) for record in records]
        sizes = {count.num_tasks for count in counts if count is not None}
        cells = ["-" if count is None else _pair(count.solved, count.right) for count in counts]
        lines.append(_line([name, " or ".join(map(str, sorted(sizes))), *cells]))
    return "\n".join(lines) + "\n"


def _sizes(records: Sequence[Record]) -> str:
    """Returns the table of a suite's sizes beside known ones; empty if none are known."""
    if not records:
        return ""
    unit = UNITS[records[0].known]  # `Record` takes no other
    heads = ["task", "known", "at least", *map(_run_name, records)]
    text = f"Sizes. Known: {unit.known}. Ours: {unit.ours}"
    text += "" if unit.is_same else "; the two count different things and do not compare"
    text += ". At least: what ours are proved to need."
    lines = ["", text, "", _line(heads), _line(["---"] * len(heads))]
    for task in sorted({task for record in records for task in record.sizes}):
        sizes = [record.sizes.get(task) for record in records]
        known = next(size.known for size in sizes if size is not None)
        least = max((size.least for size in sizes if size is not None and size.least), default=None)
        found = ["-" if size is None else _size(size) for size in sizes]
        lines.append(_line([task, str(known), _number(least), *found]))
    if unit.is_same:
        lines.append(_line(["smaller, as large, larger", "", "", *map(_against_known, records)]))
    return "\n".join(lines) + "\n"


def _size(size: TaskSize) -> str:
    return _number(size.found) + ("" if size.gates is None else f" ({size.gates})")


def _run_name(record: Record) -> str:
    return f"{record.system} {record.version}, {record.budget}"


def _against_known(record: Record) -> str:
    """Returns how many of a run's sizes are smaller than the known ones, as large, and larger."""
    pairs = [(size.found, size.known) for size in record.sizes.values() if size.found is not None]
    smaller, larger = (sum(test(*pair) for pair in pairs) for test in (int.__lt__, int.__gt__))
    return f"{smaller}, {len(pairs) - smaller - larger}, {larger}"


def _pair(solved: float, right: float | None) -> str:
    return _number(solved) if right is None else f"{_number(solved)} / {_number(right)}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _row(record: Record) -> str:
    system = f"{record.system} {record.version}".strip()
    if record.kind == "published":
        system += " (published)"
    unsupported = "-" if record.kind == "published" else str(record.num_unsupported)
    cells = (
        system,
        record.budget,
        _number(record.solved),
        _number(record.late),
        _number(record.right),
        unsupported,
        "-" if record.median_seconds is None else f"{record.median_seconds:.2f}",
        _number(record.median_length),
        f"`{record.command}`",
    )
    return _line(cells) + "\n"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
