"""The solver cvc5 as a peer: its answers, judged by our machine, in results like ours."""

import importlib.util
import json

import pytest
from typer.testing import CliRunner

from benchmarks.peers import cvc5 as peer
from benchmarks.peers.__main__ import app
from benchmarks.peers.errors import PeerError
from benchmarks.peers.peer import run_peer
from benchmarks.peers.sygus import problem_text
from benchmarks.suites.bit_tricks_v1 import load
from benchmarks.suites.from_documents import tasks_of
from mcts_compose.errors import InputError, UnsupportedError
from mcts_compose.results.run_directory import read_results

TASKS = {task.id: task for task in load()}
needs_cvc5 = pytest.mark.skipif(
    importlib.util.find_spec("cvc5") is None, reason="cvc5 is not installed: it is in the extra `peers`"
)


def answer_of(task_id, body):
    task = TASKS[task_id]
    arguments = " ".join(f"(x{index} (_ BitVec 8))" for index in range(len(task.arg_names)))
    return peer.program_of_answer(task, f"(\n(define-fun answer ({arguments}) (_ BitVec 8) {body})\n)\n")


def test_an_answer_becomes_a_program_of_the_task():
    program = answer_of("p19-w8-full", "(bvxor x0 (bvshl x1 (bvlshr x2 #b00000001)))")
    assert program.text == "bv8 (x: bv8, m: bv8, k: bv8) -> t3; lshr t1, k, 1; shl t2, m, t1; xor t3, x, t2"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("(bvmul x0 x0)", "has mul, which the task has not"),
        ("(bvfoo x0)", "bvfoo"),
        ("y", "'y'"),
        ("((_ zero_extend 1) x0)", "words of 9 bits"),
        ("(bvneg x0", "no program of bv8"),
    ],
)
def test_an_answer_outside_the_grammar_is_refused(body, message):
    with pytest.raises(PeerError, match=message):
        answer_of("p01-w8-exact", body)


@pytest.mark.parametrize("printed", ["fail\n", "", "(\n(define-fun other () Int 3)\n)\n"])
def test_what_is_no_function_is_refused(printed):
    with pytest.raises(PeerError, match="gave no function"):
        peer.program_of_answer(TASKS["p01-w8-exact"], printed)


def test_without_cvc5_one_sentence_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError) as error:
        peer.Cvc5("examples")
    assert str(error.value) == 'cvc5 is not installed; install it with: pip install "mcts-compose[peers]"'


@needs_cvc5
@pytest.mark.parametrize("spec", ["examples", "reference"])
def test_a_small_task_is_solved_and_judged_by_our_machine(spec, tmp_path):
    suites = {"bit-tricks-v1": [TASKS["p01-w32-exact"], TASKS["p11-w8-exact"]]}
    results = run_peer(peer.Cvc5(spec), suites, 30, tmp_path)
    assert [(result.solved, result.generalises, result.stopped) for result in results] == [
        (True, True, "solved")
    ] * 2
    assert results[0].program_text == "bv32 (x: bv32) -> t2; sub t1, x, 1; and t2, x, t1"
    for result in results:
        assert (result.search, result.prior) == ("cvc5", "")
        assert result.length > 1
        assert 0 < result.seconds < 30
    assert read_results(tmp_path) == results


@needs_cvc5
@pytest.mark.parametrize(
    ("instruction", "stopped"), [("mov", "exhausted"), ("neg", "budget:seconds")], ids=["claim", "no end"]
)
def test_no_answer_is_told_from_none_in_time(instruction, stopped, tmp_path):
    """Only x can be said with `mov`; with `neg` the terms never end."""
    document = {
        "id": "t", "name": "t", "types": {"inputs": ["bv8"], "output": "bv8"},
        "inputs": [[1]], "outputs": [5],
        "memory": {"kind": "growing", "set": "bv8", "instructions": [instruction], "constants": []},
    }  # fmt: skip
    (result,) = run_peer(peer.Cvc5("examples"), {"s": tasks_of("s", [document])}, 2, tmp_path)
    assert (result.solved, result.program_text, result.error) == (False, None, None)
    assert result.stopped == stopped


@needs_cvc5
def test_the_command_prints_a_table_resumes_and_refuses_other_settings(tmp_path):
    command = ["cvc5", "bit-tricks-v1:p03-w8-exact", "--seconds", "30", "--out", str(tmp_path)]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    assert "bit-tricks-v1:p03-w8-exact" in first.output
    kept = (tmp_path / "results.jsonl").read_bytes()
    assert CliRunner().invoke(app, command).exit_code == 0
    assert (tmp_path / "results.jsonl").read_bytes() == kept
    other = CliRunner().invoke(app, [*command, "--spec", "reference"])
    assert isinstance(other.exception, InputError)
    assert "was made with peer" in str(other.exception)


@needs_cvc5
def test_tasks_of_texts_and_numbers_are_judged_by_an_evaluator_of_ours(tmp_path):
    """The held-out example of the second task is one that the shown ones do not tell."""
    texts = {"name": "t", "types": {"inputs": ["str", "str"], "output": "str"}}
    documents = [
        {"id": "joined", **texts, "inputs": [["ab", "c"], ["x", "yz"]], "outputs": ["ab c", "x yz"],
         "test_inputs": [["", ""]], "test_outputs": [" "]},
        {"id": "other", **texts, "inputs": [["ab", "c"], ["x", "yz"]], "outputs": ["ab", "x"],
         "test_inputs": [["q", "r"]], "test_outputs": ["r"]},
        {"id": "more", "name": "m", "types": {"inputs": ["int"], "output": "bool"},
         "inputs": [[3], [4], [9]], "outputs": [False, True, True]},
    ]  # fmt: skip
    joined, other, more = run_peer(peer.Cvc5("examples"), {"s": tasks_of("s", documents)}, 30, tmp_path)
    assert (joined.solved, joined.generalises, joined.program_text) == (True, True, None)
    assert joined.answer.count("str.++") == joined.length == 2
    assert (other.solved, other.generalises, other.answer, other.length) == (True, False, "x0", 0)
    assert (more.solved, more.generalises, more.verified) == (True, None, "examples")
    assert read_results(tmp_path) == [joined, other, more]


@needs_cvc5
def test_tasks_of_other_kinds_are_recorded_with_their_reason(tmp_path, capsys):
    task = {"id": "t", "name": "t", "types": {"inputs": ["list[int]"], "output": "int"},
            "inputs": [[[1]], [[2]]], "outputs": [1, 2]}  # fmt: skip
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(task))
    run = CliRunner().invoke(app, ["cvc5", str(path), "--out", str(tmp_path / "run")])
    assert run.exit_code == 0, run.output
    (result,) = read_results(tmp_path / "run")
    assert result.stopped == "error" and result.task_hash == tasks_of("s", [task])[0].hash
    assert "only texts, whole numbers and truth values can be put in SyGuS, not list[int]" in result.error
    assert "not supported: 1 of 1 results" in run.output + capsys.readouterr().err


@needs_cvc5
def test_words_may_be_made_in_the_language_of_the_contest(tmp_path):
    document = {"id": "t", "name": "t", "types": {"inputs": ["bv64"], "output": "bv64"},
                "inputs": [[1], [5], [32]], "outputs": [2**64 - 1, 10, 64]}  # fmt: skip
    (task,) = tasks_of("s", [document])
    text = problem_text(task, "examples", "icfp")
    assert "(bvlshr W #x0000000000000010)" in text and "(ite (= W #x0000000000000001) W W)" in text
    assert "bvmul" not in text
    (result,) = run_peer(peer.Cvc5("examples", "icfp"), {"s": [task]}, 30, tmp_path)
    assert result.solved and "mul" not in result.program_text
    with pytest.raises(UnsupportedError, match="the grammar icfp is one of bv64"):
        peer.Cvc5("examples", "icfp").check(TASKS["p01-w32-full"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["cvc4"], "unknown peer 'cvc4'; known ones are cvc5, z3; did you mean 'cvc5'"),
     (["cvc5", "--spec", "all"], "--spec is 'all', but should be examples or reference"),
     (["cvc5", "--grammar", "own"], "--grammar is 'own', but should be task or icfp"),
     (["cvc5", "--memory-mb", "0"], "memory_mb is 0, but should be a whole number from 1")],
)  # fmt: skip
def test_wrong_names_are_refused_in_one_sentence(arguments, message, tmp_path):
    name, *flags = arguments
    run = CliRunner().invoke(app, [name, "bit-tricks-v1", "--out", str(tmp_path), *flags])
    assert isinstance(run.exception, InputError)
    assert message in str(run.exception)
