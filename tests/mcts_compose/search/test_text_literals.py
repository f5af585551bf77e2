"""Constants that examples of texts suggest."""

import time

import pytest

from mcts_compose.search.actions import constants_for
from mcts_compose.search.text_literals import MOST_LITERALS, text_literals
from tests.mcts_compose.search.problems import make_problem
from vm.values import Elem, ValueType


def problem_of(outputs, *columns):
    names = ", ".join(f"x{number}: str" for number in range(len(columns)))
    return make_problem(f"{names} -> str", list(zip(*columns, strict=True)), outputs)


def literals(outputs, *columns):
    return text_literals(problem_of(outputs, *columns))


def test_what_outputs_add_is_offered_and_what_they_copy_is_not():
    found = literals(["Mr. Gray", "Mr. Long", "Mr. Hill"], ["Ann Gray", "Bo Long", "Cy Hill"])
    assert found[0] == "Mr."
    assert not any("Gray" in text for text in found)


def test_pieces_of_inputs_are_offered():
    assert "<NAME>" in literals(["Hi Al!", "Ask Bo."], ["Hi <NAME>!", "Ask <NAME>."], ["Al", "Bo"])


def test_few_answers_are_offered_whole():
    found = literals(["yes", "no", "yes", "yes"], ["a", "bcd", "ef", "gh"])
    assert found[:2] == ("yes", "no")
    assert literals(["ab", "cd", "ef", "gh"], ["xk", "yl", "zm", "wn"]) == ()


@pytest.mark.parametrize(
    ("outputs", "inputs"),
    [
        pytest.param(["", "", ""], ["", "", ""], id="nothing"),
        pytest.param(["é\N{SNOWMAN}\0"] * 3, ["\n\t"] * 3, id="unusual characters"),
        pytest.param(["ab" * 5_000] * 30, ["b" * 9_000] * 30, id="long texts"),
        pytest.param([f"{i}-{j}" for i in range(60) for j in range(60)], ["7"] * 3600, id="many examples"),
    ],
)
def test_any_texts_give_a_few_literals_soon(outputs, inputs):
    problem = problem_of(outputs, inputs)
    begun = time.process_time()
    found = text_literals(problem)
    assert time.process_time() - begun < 2
    assert len(found) <= MOST_LITERALS
    assert len(set(found)) == len(found) and all(found)


def test_tasks_without_texts_have_none():
    assert text_literals(make_problem("x: list[int] -> int", [([1],), ([2],)], [1, 2])) == ()


def test_literals_are_constants_of_the_search():
    problem = make_problem("x: str -> str", [("1",), ("2",), ("34",)], ["+1", "+2", "+34"])
    assert {(ValueType(Elem.CHAR, 1), "+"), (ValueType(Elem.CHAR, 0), "+")} <= set(constants_for(problem))
