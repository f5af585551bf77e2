"""Two ways to make skills of the same solutions, counted in calls."""

from pathlib import Path

import pytest

from benchmarks.compression import compared, compression, solutions_of, written_with
from mcts_compose.curriculum.terms import term_of
from mcts_compose.errors import InputError
from tests.benchmarks.comparison.recorded import write_run
from tests.mcts_compose.make_result import make_result
from vm.program import Program

USES = ("sort({})", "reverse({})", "tail({})", "cumsum({})", "unique({})", "diff({})", "rotate({}, 2)", "{}")
PREFIX = "(x: list[int], y: list[int]) -> list[int]; return "


def pattern(text):
    term = term_of(Program.parse(text))

    def holes(part):
        return type(part)(part.head.replace("$", "#"), tuple(map(holes, part.args)), part.type)

    return holes(term)


def test_a_term_is_written_with_a_skill_wherever_it_is_one():
    add_then_sort = pattern(PREFIX + "sort(add(x, y))")
    term = term_of(Program.parse(PREFIX + "sort(add(sort(add(y, x)), reverse(sort(add(x, x)))))"))
    written = written_with(add_then_sort, "skill0", term)
    assert (term.num_calls, written.num_calls) == (7, 4)
    assert written.text({}) == "skill0(skill0($1, $0), reverse(skill0($0, $0)))"


def test_what_all_share_is_found_by_both_and_helps_the_other_half():
    shared = "mod(scan(&add, mul(x, {0})), 10)"
    solutions = {
        f"t{number}": Program.parse(PREFIX + use.format(shared.format(inner)))
        for number, (use, inner) in enumerate((use, inner) for use in USES for inner in ("y", "sort(y)", "x"))
    }
    none, stitch, ours = compared(solutions)
    assert [row.way for row in (none, stitch, ours)] == ["no skills", "stitch", "ours"]
    assert none.num_skills == 0 and none.own_calls == none.other_calls
    assert none.own_calls == sum(term_of(program).num_calls for program in solutions.values())
    for row in (stitch, ours):
        assert row.num_skills >= 2 and row.other_calls < none.other_calls and row.own_calls < none.own_calls


def test_solutions_are_the_shortest_right_ones(tmp_path: Path, capsys) -> None:
    short, long = PREFIX + "sort(x)", PREFIX + "sort(sort(x))"
    run = write_run(tmp_path / "run", [
        make_result("a", program_text=long), make_result("b", program_text=short, generalises=False),
        make_result("c", solved=False, program_text=None),
    ])  # fmt: skip
    other = write_run(tmp_path / "other", [make_result("a", program_text=short)])
    assert [program.text for program in solutions_of([run, other]).values()] == [Program.parse(short).text]
    compression([run, other])
    assert "1 programs" in capsys.readouterr().out
    nothing = write_run(tmp_path / "none", [make_result("c", solved=False, program_text=None)])
    with pytest.raises(InputError, match="no run has an array program"):
        solutions_of([nothing])
