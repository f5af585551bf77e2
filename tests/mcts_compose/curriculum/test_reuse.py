import pytest

from mcts_compose.curriculum.admission import Admitted
from mcts_compose.curriculum.learning import Generation
from mcts_compose.curriculum.plan import Plan
from mcts_compose.curriculum.progress import Progress
from mcts_compose.curriculum.reuse import other_solutions, reuse_of
from mcts_compose.library.library import Library
from tests.mcts_compose.curriculum.made_up_library import make_entries, make_entry
from tests.mcts_compose.library.shelf_of_three import make_three
from tests.mcts_compose.make_result import make_result

DOUBLE = ("double", "Doubles.", "(x: int) -> int; return add(x, x)")
FOUR_TIMES = ("four_times", "Doubles twice.", "(x: int) -> int; a = double(x); return double(a)")


def chains(entries, name):
    """Every way down from a skill, call by call, as tuples of names; the plain walk."""
    calls = {entry.name: tuple(entry.calls) for entry in entries}
    found, waiting = [], [(name,)]
    while waiting:
        chain = waiting.pop()
        found.append(chain)
        waiting.extend((*chain, below) for below in calls[chain[-1]])
    return found


@pytest.mark.parametrize("seed", range(12))
def test_counts_are_those_of_every_chain_of_calls(seed):
    entries = make_entries(24, seed)
    reuse = reuse_of(entries)
    all_chains = {entry.name: chains(entries, entry.name) for entry in entries}
    for skill in reuse.skills:
        name = skill.entry.name
        to_here = {
            caller: {len(chain) for chain in found if chain[-1] == name}
            for caller, found in all_chains.items()
        }
        assert list(skill.called_by) == [caller for caller in to_here if 2 in to_here[caller]]
        assert list(skill.reached_by) == [
            caller for caller in to_here if caller != name and to_here[caller] and 2 not in to_here[caller]
        ]
        assert skill.depth == max(map(len, all_chains[name]))
    assert reuse.depth == max(len(chain) for found in all_chains.values() for chain in found)
    called = {chain[1] for found in all_chains.values() for chain in found if len(chain) > 1}
    assert set(reuse.never_called) == {entry.name for entry in entries} - called
    assert reuse.share_never_called == pytest.approx(1 - len(called) / len(entries))


def test_a_library_on_disk_is_counted(tmp_path):
    library = make_three(tmp_path / "lib")
    double, double_all, flip = reuse_of(Library.open(library.path).entries).skills
    assert (double.called_by, double.depth) == (("double_all",), 1)
    assert (double_all.called_by, double_all.depth) == ((), 2)
    assert (flip.num_direct, flip.num_through) == (0, 0)


def test_an_empty_library_has_no_levels():
    reuse = reuse_of([])
    assert (reuse.depth, reuse.never_called, reuse.share_never_called) == (0, (), 0.0)


def test_a_call_of_what_is_lost_counts_for_nothing():
    (skill,) = reuse_of([make_entry("alone", calls=("lost",))]).skills
    assert (skill.depth, skill.num_direct) == (1, 0)


def test_a_solution_that_is_no_skill_counts_apart_from_skills():
    entries = [make_entry("low"), make_entry("high", ("low",)), make_entry("unused")]
    low, high, unused = reuse_of(entries, {"again": ("high", "add", "gone"), "both": ("low", "high")}).skills
    assert (high.tasks, high.tasks_through, high.num_direct) == (("again", "both"), (), 2)
    assert (low.tasks, low.tasks_through, low.called_by) == (("both",), ("again",), ("high",))
    assert (low.num_direct, low.num_through) == (2, 1)
    assert unused.num_direct == unused.num_through == 0


def generation(results, skill_of, new):
    return Generation(
        plan=Plan(generation=1, attempts=(), known=()), results=results, admitted=Admitted(skill_of, new, {}),
        shared=(), progress=Progress((), 0),
    )  # fmt: skip


def test_solutions_that_became_skills_are_not_counted_twice():
    six = "(x: int) -> int; a = four_times(x); b = double(x); return add(a, b)"
    known = {"skills": (DOUBLE, FOUR_TIMES)}
    results = [
        make_result("six-times", program_text=six, **known),
        make_result("six-times-again", program_text=six, **known),
        make_result("as-double", program_text="(x: int) -> int; return double(x)", skills=(DOUBLE,)),
        make_result("wrong", program_text=six, generalises=False, **known),
        make_result("unsolved", program_text=None, solved=False),
    ]
    skill_of = {"six-times": "six_times", "six-times-again": "six_times", "as-double": "double"}
    found = other_solutions([generation(results, skill_of, ("six_times",))])
    assert found == {"six-times-again": ("add", "double", "four_times")}
