"""What solutions share becomes a skill: found in one half of the tasks, checked in the other."""

import builtins
from pathlib import Path

import pytest
import stitch_core

from mcts_compose.curriculum.compression import add_compressed, shared_compositions
from mcts_compose.curriculum.terms import match, term_of
from mcts_compose.errors import InputError
from mcts_compose.library.library import Library
from vm.program import Program
from vm.skill_text import SkillText, table_of

KNOWN = table_of((SkillText("carried", "-", "(t: int, s: int) -> int; v1 = div(t, 10); return add(v1, s)"),))
TWO_LISTS = "(x: list[int], y: list[int]) -> list[int]; return "
SHARED = "mod(scan(&carried, add({0}, {1})), 10)"
USES = (
    "sort({})",
    "reverse({})",
    "tail({})",
    "cumsum({})",
    "unique({})",
    "rotate({}, 2)",
    "drop({}, 1)",
    "diff({})",
)


def program(text):
    return Program.parse(text, KNOWN)


def solutions():
    """Sixteen programs, half of which contain one composition in different places."""
    made = {}
    for number, use in enumerate(USES):
        inner = SHARED.format("x", ("y", "reverse(y)", "sort(x)")[number % 3])
        made[f"with-{number}"] = program(TWO_LISTS + use.format(inner))
        other = use.format(f"take(x, {number})")
        made[f"without-{number}"] = program(TWO_LISTS + other)
    return made


def library(path: Path) -> Library:
    made = Library.open(path / "lib", create=True)
    made.add([made.new_entry(skill.name, "A digit sum.", skill.body) for skill in KNOWN.learnt])
    return made


def num_calls(text: str) -> int:
    """Calls of a program as a tree, counted in its nested text."""
    return sum(1 for before in text.split("(")[1:]) if text else 0


def test_a_program_as_a_tree_has_the_calls_of_its_text():
    term = term_of(
        program("(x: list[int]) -> list[int]; v1 = sort(x); v2 = scan(&carried, v1); return add(v2, v1)")
    )
    assert term.text({"$0": "x"}) == "add(scan(&carried, sort(x)), sort(x))"
    assert term.num_calls == num_calls(term.text({"$0": "x"})) == 4


def test_equal_holes_match_equal_terms_only():
    pattern = term_of(program("(a: int, b: int) -> int; return add(a, mul(a, b))"))
    holes = {"$0": "#0", "$1": "#1"}

    def with_holes(term):
        return term._replace(head=holes.get(term.head, term.head), args=tuple(map(with_holes, term.args)))

    pattern = with_holes(pattern)
    filled: dict = {}
    assert match(pattern, term_of(program("(x: int) -> int; return add(neg(x), mul(neg(x), 3))")), filled)
    assert filled["#1"].head == "3"
    assert not match(pattern, term_of(program("(x: int) -> int; return add(neg(x), mul(x, 3))")), {})


def test_what_both_halves_share_is_found_and_saves_calls():
    best = shared_compositions(solutions())[0]
    assert best.body == "(x: list[int], y: list[int]) -> list[int]; return mod(scan(&carried, add(x, y)), 10)"
    # Eight uses have two calls fewer each, and the body has three.
    assert best.num_saved == 8 * 2 - 3


def test_what_one_half_has_alone_is_not_kept():
    made = solutions()
    from mcts_compose.curriculum.compression import _half

    lonely = {name: each for name, each in made.items() if name.startswith("without") or _half(name) == 0}
    assert shared_compositions(lonely) == []


def test_programs_without_anything_in_common_give_nothing():
    assert shared_compositions({name: each for name, each in solutions().items() if "out" in name}) == []
    assert shared_compositions({}) == []


def test_a_library_takes_it_once_with_a_name_and_a_doc(tmp_path):
    shelf = library(tmp_path)
    (name,) = add_compressed(shelf, solutions(), "suite", 3)
    entry = shelf.entry(name)
    assert name == "mod_of_scan_of_carried"
    assert entry.doc == "Gives mod(scan(&carried, add(x, y)), 10)."
    assert entry.provenance.origin == "compressed" and entry.provenance.generation == 3
    assert shelf.table.learnt_skill(name).body([8, 9], [4, 9]) == [2, 9]
    assert add_compressed(shelf, solutions(), "suite", 4) == []


def test_compression_without_stitch_is_one_sentence(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name == "stitch_core":
            raise ModuleNotFoundError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'mcts-compose\[compress\]'"):
        shared_compositions(solutions())


@pytest.mark.parametrize("most", [0, 1])
def test_where_stitch_breaks_off_what_it_found_before_counts(monkeypatch, most):
    compress = stitch_core.compress

    def breaks_off(programs, iterations, **more):
        if iterations > most:
            raise stitch_core.StitchException("assertion failed")
        return compress(programs, iterations=iterations, **more)

    monkeypatch.setattr(stitch_core, "compress", breaks_off)
    found = [shared.body for shared in shared_compositions(solutions())]
    whole = "(x: list[int], y: list[int]) -> list[int]; return mod(scan(&carried, add(x, y)), 10)"
    assert found == [whole] * most
