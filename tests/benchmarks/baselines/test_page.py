"""The page of baselines says what its records say, and nothing else."""

import errno
import os
from pathlib import Path

import pytest

from benchmarks.baselines.__main__ import render
from benchmarks.baselines.families import FamilyCounts
from benchmarks.baselines.known_sizes import TaskSize
from benchmarks.baselines.page import page_of
from benchmarks.baselines.records import RECORDS, Record, read_records, with_new, write_records
from mcts_compose.errors import InputError, OutputError

ROOT = Path(__file__).parents[3]


def record(**changes: object) -> Record:
    fields = {
        "suite": "texts", "part": "", "num_tasks": 94, "system": "mcts-compose", "kind": "ours",
        "version": "0.1.0", "budget": "1 s", "solved": 60.0, "late": 3.0, "right": None, "num_unsupported": 2,
        "median_seconds": 0.0312, "median_length": 2.5, "command": "again",
    }  # fmt: skip
    return Record(**(fields | changes))


def test_the_page_in_the_docs_is_what_its_records_say() -> None:
    records = read_records(RECORDS)
    assert records == with_new([], records), "records.jsonl should be in the order of its keys"
    page = (ROOT / "docs" / "baselines.md").read_text(encoding="utf-8")
    assert page == page_of(records), "run: python -m benchmarks.baselines render"


def test_what_published_rows_stand_beside_is_a_row() -> None:
    records = read_records(RECORDS)
    published = [each.command.split()[3] for each in records if each.kind == "published"]
    ours = {run for each in records if each.kind == "ours" for run in each.command.split()}
    assert published and set(published) <= ours


def test_rows_stand_in_order_and_say_what_is_known() -> None:
    told = record(system="Other", kind="published", version="", budget="50 values | <=1 s", solved=21.6,
                  median_seconds=None, median_length=None, num_unsupported=0, late=None)  # fmt: skip
    peer = record(system="cvc5", kind="peer", version="1.4.2", right=7.0)
    rows = page_of(with_new([told, record(budget="10 s"), peer], [record()])).splitlines()[-4:]
    assert rows == [
        "| mcts-compose 0.1.0 | 1 s | 60 | 3 | - | 2 | 0.03 | 2.5 | `again` |",
        "| mcts-compose 0.1.0 | 10 s | 60 | 3 | - | 2 | 0.03 | 2.5 | `again` |",
        "| cvc5 1.4.2 | 1 s | 60 | 3 | 7 | 2 | 0.03 | 2.5 | `again` |",
        "| Other (published) | 50 values &#124; <=1 s | 21.6 | - | - | - | - | - | `again` |",
    ]  # fmt: skip


def test_a_part_of_a_suite_has_a_table_of_its_own() -> None:
    page = page_of(with_new([], [record(), record(part="with published results", num_tasks=52)]))
    assert page.index("## texts\n\n94 tasks.") < page.index(
        "### texts: tasks with published results\n\n52 tasks."
    )


def test_families_have_a_column_for_each_run() -> None:
    short = record(families={"fill": FamilyCounts(50, 7, 6), "flip": FamilyCounts(44, 40, None)})
    longer = record(budget="10 s", families={"fill": FamilyCounts(50, 9.5, 6)})
    assert page_of([short, record(budget="5 s"), longer]).endswith(
        "\nSolved / right by family:\n\n"
        "| family | tasks | mcts-compose 0.1.0, 1 s | mcts-compose 0.1.0, 10 s |\n"
        "| --- | --- | --- | --- |\n"
        "| fill | 50 | 7 / 6 | 9.5 / 6 |\n"
        "| flip | 44 | 40 | - |\n"
    )
    assert "family:" not in page_of([record()])


def test_sizes_stand_beside_known_ones_and_are_compared_only_in_one_unit() -> None:
    sizes = {"a": TaskSize(10, 9), "b": TaskSize(12, 12, 11), "c": TaskSize(30, 40), "d": TaskSize(7, None)}
    gates = record(known="best_aig_and_nodes", sizes=sizes)
    page = page_of(
        [gates, record(budget="10 s", known="best_aig_and_nodes", sizes={"b": TaskSize(12, 11, 8)})]
    )
    assert page.endswith(
        "| task | known | at least | mcts-compose 0.1.0, 1 s | mcts-compose 0.1.0, 10 s |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| a | 10 | - | 9 | - |\n"
        "| b | 12 | 11 | 12 | 11 |\n"
        "| c | 30 | - | 40 | - |\n"
        "| d | 7 | - | - | - |\n"
        "| smaller, as large, larger |  |  | 1, 1, 1 | 1, 0, 0 |\n"
    )
    tables = record(known="best_lut6_count", sizes={"a": TaskSize(25, 34, gates=67)})
    assert "| a | 25 | - | 34 (67) |\n" in page_of([tables])
    page = page_of([record(known="source_cubes", sizes=sizes)])
    assert "do not compare" in page and "smaller, as large" not in page


def test_records_come_back_and_a_new_one_takes_the_place_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    assert read_records(path) == []
    write_records(path, [record(), record(suite="a")])
    changed = record(solved=61.0, families={"fill": FamilyCounts(50, 7, None)}, known="source_cubes",
                     sizes={"a": TaskSize(10, 9, 8)})  # fmt: skip
    write_records(tmp_path / "changed.jsonl", [changed])
    assert read_records(tmp_path / "changed.jsonl") == [changed]
    assert with_new(read_records(path), [changed]) == [record(suite="a"), changed]


@pytest.mark.parametrize("line", ["{}", "[", "null", '{"suite": "a", "more": 1}'])
def test_what_is_no_record_is_refused_by_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "records.jsonl"
    write_records(path, [record()])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match="line 2: should be a record of a baseline"):
        read_records(path)


def test_without_records_or_a_place_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are no records"):
        render(tmp_path / "none.jsonl", tmp_path / "page.md")
    write_records(tmp_path / "records.jsonl", [record()])
    with pytest.raises(InputError, match="its directory does not exist"):
        render(tmp_path / "records.jsonl", tmp_path / "nowhere" / "page.md")


def test_a_page_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(tmp_path / "records.jsonl", [record()])
    (tmp_path / "page.md").write_text("earlier")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        render(tmp_path / "records.jsonl", tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == "earlier"
