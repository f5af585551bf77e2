"""Spoiled files of every format end in one sentence that names the file, or in tasks."""

import random

import pytest

from benchmarks.formats.importing import import_files, write_task_file
from benchmarks.formats.registry import FORMATS
from mcts_compose.errors import InputError, printable
from mcts_compose.task_files import load_tasks
from tests.benchmarks.formats.mutating import mutated
from tests.benchmarks.formats.small_files import MORE_PROBLEMS, SMALL, SPECIFIED

FILES = [
    *((format_name, name, text) for format_name, (name, text) in SMALL.items()),
    *(("sygus", name, text) for name, text in MORE_PROBLEMS.items()),
]


def spoil(place, count, seed, files=FILES):
    """Imports spoiled files; returns how many were refused and how many became tasks."""
    rng = random.Random(seed)
    num_refused = num_read = 0
    for number in range(count):
        format_name, name, text = files[number % len(files)]
        file = place / name
        content = mutated(text.encode(), rng)
        file.write_bytes(content)
        try:
            found = import_files(FORMATS.load(format_name)(), file)
        except InputError as error:
            sentence = str(error)
            assert name in sentence and sentence == printable(sentence) and len(sentence) < 700, content
            num_refused += 1
            continue
        out = place / "out.jsonl"
        out.unlink(missing_ok=True)
        write_task_file(found.lines, out)
        assert len(load_tasks(out)) == len(found.lines), content
        num_read += 1
    return num_refused, num_read


@pytest.mark.parametrize("seed", range(2))
def test_spoiled_files_end_in_a_sentence(tmp_path, seed):
    num_refused, num_read = spoil(tmp_path, 300, f"fast-{seed}")
    assert num_refused > 150 and num_read > 20


@pytest.mark.slow
def test_ten_thousand_spoiled_files_end_in_a_sentence(tmp_path):
    num_refused, num_read = spoil(tmp_path, 10_000, "all")
    assert num_refused + num_read == 10_000 and num_refused > 5_000 and num_read > 500


@pytest.mark.slow
def test_spoiled_specifications_end_in_a_sentence(tmp_path):
    pytest.importorskip("z3")
    num_refused, num_read = spoil(tmp_path, 200, "specified", [("sygus", "least.sl", SPECIFIED)])
    assert num_refused > 100 and num_read > 10
