import dataclasses
import errno
import json
import os
import sys

import pytest

from mcts_compose.budget import Budget
from mcts_compose.commands.main import main
from mcts_compose.errors import InputError
from mcts_compose.families import circuits, fixed, words
from mcts_compose.families.choice import CIRCUITS, FIXED, JUMPING, WORDS, check_search, family_of
from mcts_compose.memory_fields import AND_INVERTER
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.outcome import SearchOutcome
from mcts_compose.solving import solve
from mcts_compose.task_memory import FixedMemory, WordMemory
from tests.mcts_compose.make_result import make_task
from tests.mcts_compose.verification.word_tasks import WORD, sort_task, table_task, word_task
from vm.assembly.program import AssemblyProgram

SORT_2 = "x86 (a: int, b: int) -> (a, b); mov s1, a; cmp a, b; cmovg a, b; cmovg b, s1"
JUMPS = sort_task(2, ("mov", "cmp", "jle"))
CLEAR_LOWEST = word_task(lambda x: x & (x - 1), [(1,), (12,)], reference="(bvand x (bvsub x #x01))")


def outcome(text, **changes):
    program = None if text is None else AssemblyProgram.parse(text)
    fields = {
        "program": program, "cost": None if program is None else float(program.length), "simulations": 5,
        "executions": 70, "distinct": 6, "model_calls": 0, "nodes": 4, "seconds": 0.25, "tree_hash": "ab",
        "stopped": "solved" if program else "exhausted",
    }  # fmt: skip
    return SearchOutcome(**(fields | changes))


@pytest.fixture
def searches(monkeypatch):
    """Stands for the search of every family: gives the outcomes in turn, and keeps what was asked."""
    asked, outcomes = [], []

    def search(task, request):
        asked.append((task, request))
        return outcomes[min(len(asked), len(outcomes)) - 1]

    monkeypatch.setattr("mcts_compose.solving.warm_up", lambda family, request: None)
    for module in (fixed, words, circuits):
        monkeypatch.setattr(module, "search", search)
    return asked, outcomes


def test_a_task_belongs_to_one_family():
    array = make_task()
    gates = table_task(["0110"], 2)
    assert [family_of(task).name for task in (sort_task(2), JUMPS, CLEAR_LOWEST, gates)] == [
        FIXED.name, JUMPING.name, WORDS.name, CIRCUITS.name
    ]  # fmt: skip
    assert family_of(array).name == "array tasks"


def test_a_searcher_that_a_family_does_not_have_is_named_with_those_that_it_has():
    with pytest.raises(
        InputError, match="'beam' does not do circuits, which have mcts, best-first, enumerate"
    ):
        check_search("beam", table_task(["0110"], 2))
    with pytest.raises(InputError, match="'best-first' does not do tasks of programs with jumps, which have"):
        check_search("best-first", JUMPS)
    check_search("beam", make_task())
    check_search("beam")


def test_cells_are_shown_as_rows():
    memory = FixedMemory("x86", ("mov", "cmp"), ("s1",), ("b", "s1"), (7, -1), max_length=9)
    task = dataclasses.replace(sort_task(2), memory=memory, test_inputs=((8, 8),), test_outputs=([8, 8],))
    problem = fixed.problem_of(task, 6)
    assert problem.registers == ("a", "b", "s1") and problem.num_inputs == 2
    assert problem.rows.tolist() == [[1, 2, 0], [2, 1, 0]]
    assert problem.goals.tolist() == [[1, 2], [1, 2]]
    assert (problem.outputs, problem.constants, problem.max_length) == ((1, 2), (7, -1), 6)
    assert fixed.problem_of(task).max_length == 9


def test_words_are_shown_unsigned():
    task = word_task(lambda x: x, [(2**64 - 1,), (5,)], 64)
    problem = words.problem_of(task)
    assert problem.inputs.tolist() == [[2**64 - 1, 5]] and problem.goals.tolist() == [[2**64 - 1, 5]]
    assert problem.cares.tolist() == [[2**64 - 1] * 2] and problem.width == 64


def test_rows_of_a_table_are_packed_from_the_lowest_bit():
    problem = circuits.problem_of(table_task(["0110", "0-01"], 2))
    assert problem.inputs.tolist() == [[0b1100], [0b1010]]
    assert problem.goals.tolist() == [[0b0110], [0b1000]]
    assert problem.cares.tolist() == [[0b1111], [0b1101]]
    wide = circuits.problem_of(table_task(["01" * 64], 7))
    assert wide.inputs.shape == (7, 2) and wide.inputs[0].tolist() == [0, 2**64 - 1]
    assert wide.goals.tolist() == [[0xAAAA_AAAA_AAAA_AAAA] * 2]


def test_examples_without_a_table_are_rows_too():
    task = dataclasses.replace(table_task(["0110"], 2), table=None)
    shown = dataclasses.replace(task, inputs=task.inputs[1:], outputs=task.outputs[1:])
    problem = circuits.problem_of(shown)
    assert problem.inputs.tolist() == [[0b110], [0b101]] and problem.cares.tolist() == [[0b111]]


def test_inverters_are_free_in_and_inverter_graphs_only():
    assert circuits.free_of(WordMemory("gates", AND_INVERTER)) == ("not",)
    assert circuits.free_of(WordMemory("gates", ("and", "xor", "not"))) == ()


def test_switches_reach_the_search_with_fixed_memory(searches):
    asked, outcomes = searches
    outcomes.append(outcome(SORT_2))
    options = SearchOptions(no_prune=frozenset({"pairs"}), cut=None, all=True, backup="mean", max_length=7)
    solve(sort_task(2), prior="uniform", options=options, seed=4)
    ((_, request),) = asked
    taken = fixed.options_of(request)
    assert "pairs" not in taken.prunes and "viability" in taken.prunes
    assert (taken.cut, taken.all, taken.backup, request.seed) == (None, True, "mean", 4)
    default = fixed.options_of(dataclasses.replace(request, options=SearchOptions()))
    assert (default.cut, default.all) == (1.0, False)


def test_result_says_how_it_is_known(searches):
    _, outcomes = searches
    outcomes.append(outcome(SORT_2, none_shorter_than=4, lossy=(), table_seconds=0.125, num_programs=8))
    result = solve(sort_task(2), prior="uniform")
    assert (result.solved, result.verified, result.unverified) == (True, "exhaustive", None)
    assert (result.optimal, result.none_shorter_than, result.solutions) == (True, 4, 8)
    assert (result.table_seconds, result.lossy, result.counterexamples) == (0.125, (), 0)
    assert result.program is not None and result.program(9, 3) == [3, 9]
    assert solve(sort_task(2), prior="uniform").task_hash == result.task_hash


def test_a_shorter_bound_proves_nothing_optimal(searches):
    _, outcomes = searches
    outcomes.append(outcome(SORT_2, none_shorter_than=3, lossy=("cut",)))
    result = solve(sort_task(2), prior="uniform")
    assert (result.optimal, result.lossy) == (False, ("cut",))


def test_counterexamples_are_counted_and_searched_again(searches):
    asked, outcomes = searches
    outcomes += [
        outcome("bv8 (x: bv8) -> t1; and t1, x, 8"),
        outcome("bv8 (x: bv8) -> t2; sub t1, x, 1; and t2, x, t1"),
    ]
    task = dataclasses.replace(CLEAR_LOWEST, test_inputs=((3,),), test_outputs=(2,))
    result = solve(task, prior="uniform", budget=Budget(seconds=5))
    assert (result.solved, result.generalises, result.verified) == (True, True, "exhaustive")
    assert result.counterexamples == len(asked[1][0].inputs) - 2 > 0
    assert (result.simulations, result.seconds) == (10, 0.5)
    assert asked[1][1].budget.seconds == 4.75
    for shown, _ in asked:
        assert shown.reference is None and (3,) not in (shown.test_inputs)


def test_programs_of_a_refuted_round_are_not_handed_out(monkeypatch):
    wrong = AssemblyProgram.parse("x86 (a: int, b: int) -> (a, b); mov b, a")
    right = AssemblyProgram.parse(SORT_2)
    rounds = []

    def search(task, request):
        rounds.append(task)
        found = wrong if len(rounds) == 1 else right
        request.on_program(found)
        return outcome(found.text)

    monkeypatch.setattr(fixed, "search", search)
    monkeypatch.setattr("mcts_compose.solving.warm_up", lambda family, request: None)
    reference = "minmax (a: int, b: int) -> (x, y); mov x, a; mov y, a; min x, b; max y, b"
    task = sort_task(2, inputs=((1, 1),), outputs=([1, 1],), reference=reference)
    handed = []
    solve(task, prior="uniform", options=SearchOptions(all=True), on_program=handed.append)
    assert len(rounds) == 2 and handed == [right]


def test_a_lie_of_the_search_is_an_error(searches):
    _, outcomes = searches
    outcomes.append(outcome(SORT_2.replace("cmovg a", "cmovl a")))
    result = solve(sort_task(2), prior="uniform")
    assert (result.solved, result.stopped, result.verified) == (False, "error", None)


@pytest.mark.parametrize(
    ("task", "options", "flag"),
    [
        (make_task(), {"all": True}, "--all is not for array tasks"),
        (make_task(), {"prove_none_shorter_than": 3}, "--prove-none-shorter-than is not for array tasks"),
        (make_task(), {"max_length": 3}, "--max-length is not for array tasks"),
        (CLEAR_LOWEST, {"prove_none_shorter_than": 3}, "--prove-none-shorter-than is not for bit tricks"),
        (table_task(["0110"], 2), {"all": True}, "--all is not for circuits"),
    ],
)
def test_an_option_that_a_family_has_no_answer_to_is_refused(task, options, flag):
    with pytest.raises(InputError, match=flag):
        solve(task, prior="uniform", options=SearchOptions(**options))


def test_asked_for_the_shortest_a_bit_trick_is_searched_below_its_length(monkeypatch):
    lengths = []
    programs = {
        None: "bv8 (x: bv8) -> t3; mov t1, x; sub t2, t1, 1; and t3, x, t2",
        2: "bv8 (x: bv8) -> t2; sub t1, x, 1; and t2, x, t1",
        1: None,
    }

    def once(task, request, max_length):
        lengths.append((max_length, request.budget.executions))
        return outcome(programs[max_length])

    monkeypatch.setattr(words, "_once", once)
    monkeypatch.setattr("mcts_compose.solving.warm_up", lambda family, request: None)
    bounds = Budget(executions=1000)
    result = solve(CLEAR_LOWEST, prior="uniform", budget=bounds, options=SearchOptions(optimise="length"))
    assert lengths == [(None, 1000), (2, 930), (1, 860)]
    assert (result.length, result.executions, result.solved) == (2, 210, True)


def document(task):
    return {
        "id": task.id, "types": {"inputs": ["int", "int"], "output": "list[int]"}, "arg_names": ["a", "b"],
        "inputs": [list(row) for row in task.inputs], "outputs": list(task.outputs),
        "memory": {
            "kind": "fixed", "set": "x86", "instructions": ["mov", "cmp", "cmovg"], "scratch": 1,
        },
    }  # fmt: skip


@pytest.fixture
def sort_file(tmp_path):
    path = tmp_path / "sort.json"
    path.write_text(json.dumps(document(sort_task(2))))
    return path


def test_every_shortest_program_is_printed_once_and_counted(sort_file, capsys):
    assert main(["solve", str(sort_file), "--all"]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert len(lines) == len(set(lines)) > 1
    for line in lines:
        program = AssemblyProgram.parse(line)
        assert program.length == 4 and [program(1, 2), program(2, 1)] == [[1, 2], [1, 2]]
    assert f"one of {len(lines)} shortest" in said.err
    assert "verified on all inputs, proved shortest" in said.err


def test_programs_that_cannot_be_printed_are_no_result(sort_file, tmp_path, monkeypatch, capsys):
    run = ["solve", str(sort_file), "--all", "--out", str(tmp_path / "run")]
    for problem, status in ((errno.ENOSPC, 2), (errno.EPIPE, 0)):
        with monkeypatch.context() as patch:
            patch.setattr(sys.stdout, "write", lambda _, problem=problem: fail(problem))
            patch.setattr("mcts_compose.commands.main._drop_output", lambda: None)
            assert main(run) == status
    capsys.readouterr()
    assert main(run) == 0
    assert len(capsys.readouterr().out.splitlines()) > 1
    assert main(run) == 0
    assert AssemblyProgram.parse(capsys.readouterr().out).length == 4


def fail(problem):
    raise OSError(problem, os.strerror(problem))


def test_a_proof_that_was_asked_for_is_a_success(sort_file, capsys):
    assert main(["solve", str(sort_file), "--prove-none-shorter-than", "4"]) == 0
    assert "proved that none has fewer than 4" in capsys.readouterr().err
    assert main(["solve", str(sort_file), "--max-length", "3", "--search", "enumerate"]) == 1
    assert "not solved (exhausted)" in capsys.readouterr().err


def test_programs_with_jumps_are_handed_out_as_the_task_wants_them():
    larger = {
        "output_type": WORD, "outputs": (2, 2),
        "memory": FixedMemory("x86", ("cmp", "jle", "mov"), (), ("a",), max_length=3),
    }  # fmt: skip
    listed = []
    result = solve(
        dataclasses.replace(JUMPS, **larger), budget=Budget(seconds=30), on_program=listed.append,
        options=SearchOptions(all=True),
    )  # fmt: skip
    assert [program.output_type for program in listed] == [WORD] * result.solutions != []
    assert result.program in listed


@pytest.mark.parametrize("task", [table_task(["0011"], 2), table_task(["1111"], 2)])
def test_nothing_is_shorter_than_a_program_of_no_instruction(task):
    result = solve(task, budget=Budget(seconds=30), options=SearchOptions(optimise="length"))
    assert (result.length, result.optimal) == (0, True)


def test_trace_of_unsigned_words_is_right(tmp_path, capsys):
    path = tmp_path / "words.json"
    types = {"inputs": ["bv64"], "output": "bv64"}
    task = {"id": "w", "types": types, "inputs": [[2**64 - 1]], "outputs": [2**64 - 2]}
    path.write_text(json.dumps(task))
    program = "bv64 (x: bv64) -> t2; sub t1, x, 1; and t2, x, t1"
    assert main(["show", "trace", program, str(path)]) == 0
    assert capsys.readouterr().out.endswith(": right\n")


def test_trace_of_a_truth_table_leaves_open_what_may_be_any(tmp_path, capsys):
    path = tmp_path / "table.json"
    types = {"inputs": ["bool", "bool"], "output": "list[bool]"}
    task = {"id": "t", "types": types, "encoding": "truth_table", "truth_tables": ["0-11", "01-0"]}
    path.write_text(json.dumps(task))
    program = "gates (x: bool, y: bool) -> (t1, t2); or t1, x, y; xor t2, x, y"
    assert main(["show", "trace", program, str(path), "--example", "1"]) == 0
    said = capsys.readouterr().out
    assert said.endswith("returns [True, True]; the task wants [any, True]: right\n")
    program = "gates (x: bool, y: bool) -> (x, y)"
    assert main(["show", "trace", program, str(path), "--example", "3"]) == 0
    assert capsys.readouterr().out.endswith("the task wants [True, False]: wrong\n")


def test_what_only_array_tasks_have_is_refused(sort_file, tmp_path, capsys):
    assert main(["show", "tree", str(sort_file), "--out", str(tmp_path / "tree.html")]) == 2
    assert "only trees of array tasks are shown" in capsys.readouterr().err
    task = document(sort_task(2)) | {"solution": SORT_2}
    sort_file.write_text(json.dumps(task))
    assert main(["train", "frequency", str(sort_file), "--out", str(tmp_path / "weights.json")]) == 2
    assert "no solved programs" in capsys.readouterr().err


def test_table_of_a_run_counts_what_is_verified_and_proved(sort_file, tmp_path, capsys):
    run = ["bench", "run", str(sort_file), "--optimise", "length", "--out", str(tmp_path / "run")]
    assert main(run) == 0
    said = capsys.readouterr()
    assert "verified" in said.out and "1/1" in said.err
    assert main([*run, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["num_verified"], summary["num_optimal"], summary["num_assembly"]) == (1, 1, 1)


def test_result_in_json_has_the_new_fields(sort_file, tmp_path, capsys):
    assert main(["solve", str(sort_file), "--all", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verified"], found["optimal"], found["none_shorter_than"]) == ("exhaustive", True, 4)
    assert found["solutions"] > 1
    out = ["--out", str(tmp_path / "run"), "--optimise", "length"]
    assert main(["solve", str(sort_file), *out]) == 0
    capsys.readouterr()
    assert main(["solve", str(sort_file), *out, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["verified"], again["length"]) == ("exhaustive", 4)


@pytest.mark.parametrize("searcher", ["mcts", "best-first", "enumerate"])
def test_each_family_solves_a_small_task(searcher):
    bounds = Budget(seconds=20)
    for task, length in (
        (sort_task(2, memory=dataclasses.replace(sort_task(2).memory, max_length=4)), 4),
        (CLEAR_LOWEST, 2),
        (table_task(["0110", "0001"], 2), None),
    ):
        result = solve(task, search=searcher, prior="uniform", budget=bounds)
        assert result.solved and result.verified == "exhaustive", (task.id, result)
        assert length is None or result.length == length
    assert WORD == CLEAR_LOWEST.output_type
