"""Last calls are found as soon as the contents they need is there, for whatever numbers it holds."""

import random

import pytest

from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine
from mcts_compose.search.form_calls import form_call, is_possible
from mcts_compose.search.options import SearchOptions
from tests.mcts_compose.search.last_calls import LAST_CALLS, PREDICATES, UNDONE
from tests.mcts_compose.search.problems import is_right, make_engine, problem_of_program
from vm.program import Program
from vm.values import parse_type

DIRECTED = SearchOptions(split=False)
SKILLS = (
    "sum", "product", "maximum", "minimum", "head", "last", "sort", "sort_down", "unique", "cummax", "cummin",
    "tail", "init", "square", "abs", "div", "mod", "max", "min", "count", "compress", "even", "odd", "lt",
    "neg", "bit_not", "cumsum",
)  # fmt: skip
INTS = ("sum", "product", "maximum", "minimum", "head", "last", "count")


def rows_of(seed):
    """Four lists of up to nine numbers: small and large, of both signs, with repeats; one may be empty."""
    draw = random.Random(seed)
    width = draw.choice([3, 12, 100, 10**6])
    low = draw.choice([0, -width])
    sizes = [draw.randint(0 if example == 3 else 2, 9) for example in range(4)]
    return [([draw.randint(low, width) for _ in range(size)],) for size in sizes]


def texts(seed):
    """Every last call, and every filter and count by a predicate, with constants drawn by the seed."""
    draw = random.Random(seed)
    for form, call in LAST_CALLS.items():
        for mask in ["x"] if form != "count" else PREDICATES.values():
            k = draw.randint(2, 20) if "constant" in form else 0
            yield form, "int" if form in INTS else "list[int]", call.format(mask=mask, k="{k}").format(k=k)
    for form, mask in PREDICATES.items():
        yield form, "list[int]", f"compress(x, {mask.format(k=draw.randint(-9, 9))})"
    for form, call in UNDONE.items():
        yield form, "list[int]", call


@pytest.mark.parametrize("seed", range(40))
def test_a_last_call_on_an_input_is_found_before_anything_is_tried(seed):
    rows = rows_of(seed)
    for form, result, call in texts(seed):
        text = f"(x: list[int]) -> {result}; return {call}"
        problem = problem_of_program(text, rows, SKILLS)
        if "compress" in call and not problem.goal.words.size:
            continue  # what keeps nothing says nothing about the predicate
        engine = make_engine(problem, DIRECTED)
        assert engine.memory[at.CANDIDATES] == 0
        assert engine.best_cost < at.INFINITE_COST, (form, text, rows)
        assert is_right(problem, engine.best_program())


@pytest.mark.parametrize("form", [*LAST_CALLS, *PREDICATES])
def test_without_its_form_a_last_call_is_not_seen(form):
    class Without(Engine):
        def _form_address(self, name, goal, values):
            return (
                0
                if name in (form, "index", "take", "drop", "remove_at")
                else super()._form_address(name, goal, values)
            )

    rows = [([5, -3, 8, 2, -40, 7, 9],), ([4, 1, -6, 3, 11, 2],), ([1, 17, 2, -2],)]
    call = LAST_CALLS.get(form) or f"compress(x, {PREDICATES[form]})"
    call = call.format(mask="even(x)", k="{k}").format(k=3)
    text = f"(x: list[int]) -> {'int' if form in INTS else 'list[int]'}; return {call}"
    problem = problem_of_program(text, rows, SKILLS)
    assert make_engine(problem, DIRECTED).best_cost < at.INFINITE_COST
    engine = make_engine(problem, DIRECTED, kind=Without)
    found = engine.best_program()
    assert found is None or call.split("(")[0] not in found.text


def test_a_form_is_dropped_where_the_goal_cannot_come_from_it():
    assert is_possible("sort", [[1, 2, 2], []])
    assert not is_possible("sort", [[1, 2], [2, 1]])
    assert is_possible("sort_down", [[3, 1]])
    assert not is_possible("cummax", [[3, 1]])
    assert not is_possible("unique", [[1, 1]])


def test_every_form_names_a_call_of_the_table_for_some_goal():
    goals = [parse_type(name) for name in ("int", "list[int]", "list[bool]")]
    for form in at.FORMS:
        calls = [call for goal in goals if (call := form_call(form, goal))]
        assert calls, form
        for call in calls:
            names = ", ".join(f"a{number}: {type_}" for number, type_ in enumerate(call.params))
            operands = ", ".join(f"a{number}" for number in range(len(call.params)))
            assert any(
                _parses(f"({names}) -> {goal}; return {call.skill}({operands})")
                for goal in (*goals, parse_type("list[bool]"))
            ), call


def _parses(text):
    try:
        Program.parse(text)
    except ValueError:
        return False
    return True
