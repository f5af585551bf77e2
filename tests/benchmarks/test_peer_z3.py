"""The solver z3 as a peer: shortest programs of words, and answers that our machine judges."""

import importlib.util
import json

import pytest

from benchmarks.peers import z3 as peer
from benchmarks.peers.errors import PeerError
from benchmarks.peers.peer import run_peer
from benchmarks.peers.word_answers import program_of_words
from benchmarks.peers.z3_process import load, num_free
from benchmarks.suites.bit_tricks_v1 import load as bit_tricks
from benchmarks.suites.from_documents import tasks_of
from mcts_compose.errors import InputError, UnsupportedError

TASKS = {task.id: task for task in bit_tricks()}
needs_z3 = pytest.mark.skipif(
    importlib.util.find_spec("z3") is None, reason="z3 is not installed: it is in the extra `peers`"
)


def answer(task, spec="examples", grammar="task"):
    """Asks in this process, where it takes as long as it takes."""
    found = load()(json.dumps(peer.Z3(spec, grammar).question(task)._asdict()))
    return program_of_words(task, found, "z3")


def word_task(width=8, **fields):
    document = {
        "id": "t", "name": "t", "types": {"inputs": [f"bv{width}"], "output": f"bv{width}"},
        "inputs": [[1], [2], [200]], "outputs": [1, 2, 200], "test_inputs": [[77]], "test_outputs": [4],
    }  # fmt: skip
    (task,) = tasks_of("tests", [document | fields])
    return task


@needs_z3
@pytest.mark.parametrize(("name", "length"), [("p01-w32-exact", 2), ("p07-w8-exact", 3), ("p09-w8-exact", 3)])
def test_programs_are_as_short_as_the_known_ones(name, length):
    program = answer(TASKS[name])
    assert all(
        program(*row) == output for row, output in zip(TASKS[name].inputs, TASKS[name].outputs, strict=True)
    )
    assert program.length == length


@needs_z3
@pytest.mark.parametrize("output", ["eq", "ne", "ult", "ule", "slt", "sle", "ite", "srem", "ashr"])
def test_every_operator_means_the_same_here_and_there(output):
    """One instruction, with examples that come of running it."""
    from vm.assembly.program import AssemblyProgram

    rows = [(x, y, z) for x in (0, 1, 128, 255) for y in (0, 3, 200) for z in (7, 128)]
    operands = "x, y, z" if output == "ite" else "x, y"
    program = AssemblyProgram.parse(f"bv8 (x: bv8, y: bv8, z: bv8) -> t1; {output} t1, {operands}")
    memory = {"kind": "growing", "set": "bv8", "instructions": [output], "constants": []}
    types = {"inputs": ["bv8"] * 3, "output": "bv8"}
    task = word_task(types=types, inputs=[list(row) for row in rows], outputs=[program(*row) for row in rows],
                     memory=memory, test_inputs=[], test_outputs=[])  # fmt: skip
    found = answer(task)
    assert found.length == 1 and [found(*row) for row in rows] == [program(*row) for row in rows]


@needs_z3
def test_the_reference_adds_what_examples_do_not_tell():
    task = word_task(reference="(bvand x #xfe)", inputs=[[2], [4]], outputs=[2, 4], test_outputs=[76])
    assert answer(task).length == 0
    program = answer(task, spec="reference")
    assert [program(x) for x in (1, 3, 255)] == [0, 2, 254]


@needs_z3
def test_the_language_of_the_contest_has_fixed_operands():
    task = word_task(64, inputs=[[1], [5 << 20], [2**64 - 1]], outputs=[0, 5 << 4, 2**48 - 1],
                     test_inputs=[], test_outputs=[])  # fmt: skip
    assert answer(task, grammar="icfp").text == "bv64 (x: bv64) -> t1; lshr t1, x, 16"


def test_nested_operands_are_counted():
    assert num_free(["ite", [["eq", [None, 1]], None, None]]) == 3


@needs_z3
def test_results_are_like_ours_and_held_out_examples_are_not_told(tmp_path):
    task = word_task()
    assert 77 not in peer.Z3("examples").question(task).inputs[0]
    right, wrong = run_peer(peer.Z3("examples"), {"s": [TASKS["p01-w8-exact"], task]}, 30, tmp_path)
    assert (right.solved, right.generalises, right.search, right.stopped) == (True, True, "z3", "solved")
    assert right.verified == "exhaustive"
    assert (wrong.solved, wrong.generalises, wrong.length) == (True, False, 0)


@needs_z3
def test_what_it_does_not_do_is_said():
    texts = {"types": {"inputs": ["str"], "output": "str"}, "inputs": [["a"], ["b"]], "outputs": ["a", "b"]}
    with pytest.raises(UnsupportedError, match="only tasks of words"):
        peer.Z3("examples").check(word_task(**texts, test_inputs=[], test_outputs=[]))
    with pytest.raises(UnsupportedError, match="has no reference"):
        peer.Z3("reference").check(word_task())
    with pytest.raises(PeerError, match="z3's answer has mul, which the task has not"):
        program_of_words(TASKS["p01-w8-exact"], "(bvmul x0 x0)", "z3")
    for flags in (("all", "task"), ("examples", "own")):
        with pytest.raises(InputError, match="but should be"):
            peer.Z3(*flags)


def test_without_z3_one_sentence_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError) as error:
        peer.Z3("examples")
    assert str(error.value) == 'z3 is not installed; install it with: pip install "mcts-compose[peers]"'
