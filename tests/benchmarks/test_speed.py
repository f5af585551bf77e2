"""The parts of `python -m benchmarks.speed` that end at once."""

import shutil

import pytest

from benchmarks.speed import against_c, searches, skill_calls, sorting
from benchmarks.speed.compiler import MissingCompilerError
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
    with pytest.raises(MissingCompilerError, match="no-such-compiler"):
        against_c.compare()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_kernels_networks_and_std_sort_agree(monkeypatch):
    """Each sum over all results is compared with numpy's before anything is timed."""
    monkeypatch.setattr(sorting, "REPEATS", 1)
    monkeypatch.setattr(sorting, "SECONDS_A_RUN", 0.0)
    figures, reasons = sorting.compare()
    compared = {figure.name for figure in figures}
    assert {
        f"sort {n} words, cmov kernel of {length}, C" for n, length in ((3, 11), (4, 20), (5, 33))
    } <= compared
    assert all("network" in figure.beside or "std::sort" in figure.beside for figure in figures)
    if shutil.which("c++") is not None:
        assert "sort 3 words, std::sort" in compared and not any("std::sort" in reason for reason in reasons)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_function_that_does_not_sort_is_no_rival(monkeypatch):
    wrong = "x86 (a: int, b: int, c: int) -> (a, b, c); cmp a, b; cmovg a, b"
    monkeypatch.setattr(sorting, "KERNELS", {("cmov", 3): wrong})
    with pytest.raises(AssertionError, match="does not sort"):
        sorting.compare()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_without_a_cpp_compiler_only_std_sort_is_missing(monkeypatch):
    monkeypatch.setattr(sorting, "REPEATS", 1)
    monkeypatch.setattr(sorting, "SECONDS_A_RUN", 0.0)
    monkeypatch.setattr(sorting, "COMPILE_CPP", ("no-such-compiler",))
    figures, reasons = sorting.compare()
    assert figures and not any("std::sort" in figure.beside for figure in figures)
    assert (
        "there is no no-such-compiler here, so the sorting kernels are not compared with std::sort" in reasons
    )


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


def test_a_skill_and_its_instructions_agree(monkeypatch):
    """The words that both give are compared before anything is timed."""
    monkeypatch.setattr(skill_calls, "REPEATS", 1)
    monkeypatch.setattr(skill_calls, "SECONDS_A_RUN", 0.0)
    figures = skill_calls.measure()
    assert len(figures) == 2 * len(skill_calls.BODIES) - 2  # scalars have no lengths
    assert all(figure.ratio > 0 for figure in figures)


def test_a_skill_that_gives_something_else_is_not_timed():
    case = skill_calls._case(skill_calls.BODIES["2 elementwise"], 8)
    with pytest.raises(AssertionError, match="do not agree"):
        skill_calls._alternate(case._replace(instructions=case.instructions[:1]))
