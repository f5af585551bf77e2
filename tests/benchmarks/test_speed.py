"""The parts of `python -m benchmarks.speed` that end at once."""

import shutil

import pytest

from benchmarks.speed import against_c, searches
from benchmarks.speed.report import Figure, table_of


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_machine_and_c_agree(monkeypatch):
    monkeypatch.setattr(against_c, "REPEATS", 1)
    monkeypatch.setattr(against_c, "SECONDS_A_RUN", 0.0)
    figures = against_c.compare()
    assert [figure.name.partition(",")[0] for figure in figures] == [
        "add",
        "compress",
        "sort",
        "add through dispatch",
    ]
    assert all(figure.ratio > 0 for figure in figures)


def test_without_a_c_compiler_that_is_said(monkeypatch):
    monkeypatch.setattr(against_c, "COMPILE", ("no-such-compiler",))
    with pytest.raises(against_c.MissingCompilerError, match="no-such-compiler"):
        against_c.compare()


def test_hopeless_tasks_are_the_same_in_every_process():
    tasks = [searches.hopeless_task(*signature) for signature in searches.SIGNATURES]
    assert tasks == [searches.hopeless_task(*signature) for signature in searches.SIGNATURES]
    assert len(tasks[0].outputs) == 5


def test_the_table_begins_with_the_ratio():
    table = table_of(
        [Figure("something", 1.234, "at most 2", "5 ns", "4 ns in C"), Figure("other", None, "", "1 B", "")]
    )
    assert table.columns[0].header == "ratio"
    assert list(table.columns[0].cells) == ["1.23", "-"]
