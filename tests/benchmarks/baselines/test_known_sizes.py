"""Known sizes are read from the fields of a task file, and stand beside what was found."""

import json
from pathlib import Path

import pytest

from benchmarks.baselines.known_sizes import NO_SIZES, UNITS, KnownSizes, TaskSize, known_sizes, sizes_of
from mcts_compose.errors import InputError
from tests.mcts_compose.make_result import make_result

INVERTED = "gates (a: bool, b: bool) -> (t1, t2); and t1, a, b; not t2, t1"


def tasks_file(tmp_path: Path, rows: list[dict[str, object]]) -> Path:
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("field", [field for field in UNITS if field != "instructions"])
def test_a_field_of_the_file_is_the_known_size(tmp_path: Path, field: str) -> None:
    path = tasks_file(tmp_path, [{"id": "a", "inputs": None, field: 7}, {"id": "b"}, {"id": "c", field: 9}])
    assert known_sizes(path) == (field, {"a": 7, "c": 9})


def test_a_trick_is_as_long_as_its_published_program(tmp_path: Path) -> None:
    names = ["hd-01 turn off", "hd-20 next higher", "hd-21 another function", "hd-26 no trick", "PRE_1"]
    path = tasks_file(tmp_path, [{"id": name[:5], "name": name} for name in names])
    assert known_sizes(path) == ("instructions", {"hd-01": 2, "hd-20": 7})
    assert known_sizes(tasks_file(tmp_path, [{"id": "a", "name": "b"}])) == NO_SIZES


def test_the_smallest_that_was_found_is_told_and_free_inverters_do_not_count() -> None:
    def made(task: str, **changes: object):
        fields = {"program_text": INVERTED, "length": 2, "cost": 1.0, "none_shorter_than": 1}
        return make_result(task, **(fields | changes))

    results = [
        made("a", seed=0, length=5, cost=4.0, none_shorter_than=2),
        made("a", seed=1, length=3, cost=3.0),
        made("b", solved=False, program_text=None, length=None, cost=None, none_shorter_than=None),
        made("c"),
        made("unknown"),
        make_result("array", length=3, cost=17.5),
    ]
    known = KnownSizes("source_cubes", {"a": 2, "b": 3, "c": 1, "array": 4, "not run": 1})
    assert sizes_of(results, known) == {
        "a": TaskSize(2, 3, 2),
        "array": TaskSize(4, 3, None),
        "b": TaskSize(3, None, None),
        "c": TaskSize(1, 1, 1),
    }


def test_a_circuit_is_counted_in_tables_where_these_are_known() -> None:
    text = "gates (a: bool, b: bool, c: bool) -> (t2, t3); and t1, a, b; and t2, t1, c; or t3, a, t1"
    found = make_result("a", program_text=text, length=3, cost=3.0, none_shorter_than=2)
    unsolved = make_result("a", seed=1, solved=False, program_text=None, length=None, cost=None)
    known = KnownSizes("best_lut6_count", {"a": 1})
    assert sizes_of([found, unsolved], known) == {"a": TaskSize(1, 2, gates=3)}
    assert sizes_of([unsolved], known) == {"a": TaskSize(1, None)}


def test_what_is_no_task_is_refused_by_line(tmp_path: Path) -> None:
    path = tasks_file(tmp_path, [{"id": "a"}, {"id": "b", "source_cubes": "many"}])
    with pytest.raises(InputError, match="line 2: should be a task"):
        known_sizes(path)
    with pytest.raises(InputError, match="cannot be read"):
        known_sizes(tmp_path / "none.jsonl")
