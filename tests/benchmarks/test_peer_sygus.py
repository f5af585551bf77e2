"""What a solver that works from a grammar is told of a task."""

import pytest

from benchmarks.peers.sygus import problem_text
from benchmarks.suites.bit_tricks_v1 import load
from benchmarks.suites.from_documents import tasks_of
from mcts_compose.errors import UnsupportedError

TASKS = {task.id: task for task in load()}


def task(**fields):
    document = {
        "id": "t", "name": "t", "types": {"inputs": ["bv8", "bv8"], "output": "bv8"},
        "inputs": [[1, 2], [255, 0]], "outputs": [3, 255],
        "test_inputs": [[77, 0]], "test_outputs": [77],
    }  # fmt: skip
    (made,) = tasks_of("tests", [document | fields])
    return made


def test_examples_are_constraints_and_held_out_ones_are_not():
    text = problem_text(task(), "examples")
    assert "(constraint (= (answer #x01 #x02) #x03))" in text
    assert "(constraint (= (answer #xff #x00) #xff))" in text
    assert text.count("constraint") == 2
    assert "#x4d" not in text


def test_the_reference_is_shown_only_when_it_is_asked_for():
    made = task(reference="(bvadd x y)")
    assert "bvadd x0 x1" not in problem_text(made, "examples")
    text = problem_text(made, "reference")
    assert "(constraint (= (answer x0 x1) (bvadd x0 x1)))" in text
    assert text.count("constraint") == 1


def test_a_reference_can_be_a_program():
    made = task(reference="bv8 (x: bv8, y: bv8) -> t1; add t1, x, y")
    assert "(constraint (= (answer x0 x1) (bvadd x0 x1)))" in problem_text(made, "reference")


@pytest.mark.parametrize(
    ("instructions", "constants", "rules"),
    [
        (["and", "sub"], [1], "((W (_ BitVec 8)))\n((W (_ BitVec 8) (x0 x1 #x01 (bvand W W) (bvsub W W))))"),
        (["neg", "ult"], [],
         "((W (_ BitVec 8) (x0 x1 (bvneg W) (ite B #x01 #x00)))\n (B Bool ((bvult W W))))"),
        (["ite"], [], "((W (_ BitVec 8) (x0 x1 (ite B W W)))\n (B Bool ((distinct W #x00))))"),
        (["ite", "eq", "ne"], [0, 1],
         "((W (_ BitVec 8) (x0 x1 #x00 #x01 (ite B W W)))\n (B Bool ((= W W) (distinct W W))))"),
        (["ite", "sle"], [1],
         "((W (_ BitVec 8) (x0 x1 #x01 (ite B #x01 #x00) (ite B W W)))\n"
         " (B Bool ((bvsle W W) (distinct W #x00))))"),
    ],
)  # fmt: skip
def test_the_grammar_has_the_tasks_operators_and_constants(instructions, constants, rules):
    memory = {"kind": "growing", "set": "bv8", "instructions": instructions, "constants": constants}
    assert rules in problem_text(task(memory=memory), "examples")


def test_the_whole_table_is_in_the_grammar():
    text = problem_text(TASKS["p01-w32-full"], "examples")
    for operator in (
        "bvneg",
        "bvnot",
        "bvudiv",
        "bvsrem",
        "bvashr",
        "bvslt",
        "bvule",
        "distinct",
        "ite B W W",
    ):
        assert f"({operator}" in text


@pytest.mark.parametrize(
    ("fields", "spec", "message"),
    [
        ({}, "reference", "has no reference"),
        ({"types": {"inputs": ["int", "int"], "output": "int"}}, "examples", "only tasks of words"),
    ],
)
def test_other_tasks_are_not_supported(fields, spec, message):
    with pytest.raises(UnsupportedError, match=message):
        problem_text(task(**fields), spec)
