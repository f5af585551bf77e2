"""The goal-directed test and the split: every form finds its goal long before the enumeration would."""

import random

import pytest

from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine
from mcts_compose.search.options import SearchOptions
from tests.mcts_compose.search.last_calls import LAST_CALLS, PREDICATES
from tests.mcts_compose.search.problems import PLAIN, is_right, make_engine, problem_of_program

LISTS = "x: list[int], y: list[int]"
WITH_K = "x: list[int], y: list[int], k: int"
FAR = "cumsum(sort(x))"
"""The operand that is found last; the other one is known by then, or is a constant to be inferred."""

# A program for each form: it goes from FAR and a nearer operand to the goal.
PROGRAMS = {
    "add": f"({LISTS}) -> list[int]; return add({FAR}, sort(y))",
    "add_scalar": f"({LISTS}) -> list[int]; return add({FAR}, sum(y))",
    "sub": f"({LISTS}) -> list[int]; return sub({FAR}, sort(y))",
    "sub_scalar": f"({LISTS}) -> list[int]; return sub({FAR}, sum(y))",
    "sub_from": f"({LISTS}) -> list[int]; return sub(sort(y), {FAR})",
    "sub_from_scalar": f"({LISTS}) -> list[int]; return sub(sum(y), {FAR})",
    "mul": f"({LISTS}) -> list[int]; return mul({FAR}, sort(y))",
    "mul_scalar": f"({LISTS}) -> list[int]; return mul({FAR}, sum(y))",
    "take": f"({WITH_K}) -> list[int]; return take({FAR}, k)",
    "drop": f"({WITH_K}) -> list[int]; return drop({FAR}, k)",
    "concat": f"({LISTS}) -> list[int]; return concat({FAR}, sort(y))",
    "concat_before": f"({LISTS}) -> list[int]; return concat(sort(y), {FAR})",
    "append": f"({LISTS}) -> list[int]; return append({FAR}, sum(y))",
    "prepend": f"({LISTS}) -> list[int]; return prepend(sum(y), {FAR})",
    "compress": f"({LISTS}) -> list[int]; return compress({FAR}, even(y))",
    "gather": "(x: list[int], p: list[int]) -> list[int]; return gather(cumsum(sort(x)), tail(p))",
    "interleave": f"({LISTS}) -> list[int]; return interleave({FAR}, sort(y))",
    "interleave_second": f"({LISTS}) -> list[int]; return interleave(sort(y), {FAR})",
    "rotate": f"({WITH_K}) -> list[int]; return rotate({FAR}, k)",
    "remove_at": f"({WITH_K}) -> list[int]; return remove_at({FAR}, k)",
    "insert": f"({WITH_K}) -> list[int]; return insert({FAR}, k, sum(y))",
    "replace": f"({WITH_K}) -> list[int]; return replace({FAR}, k, sum(y))",
    "swap": f"({WITH_K}) -> list[int]; return swap({FAR}, 0, k)",
    "index": f"({WITH_K}) -> int; return index({FAR}, k)",
    "replicate": f"({WITH_K}) -> list[int]; return replicate(sum({FAR}), k)",
    "lt_constant": f"({LISTS}) -> list[bool]; return lt({FAR}, 61)",
    "gt_constant": f"({LISTS}) -> list[bool]; return lt(61, {FAR})",
    "eq_constant": "(x: list[int], y: list[int]) -> list[bool]; return eq(sort(reverse(y)), 50)",
}  # fmt: skip
# Forms that stand in for each other: the kernel asks for both at once, or waits for what it asked for.
PAIRED = {
    form: pair for pair in (("interleave", "interleave_second"), ("concat", "concat_before")) for form in pair
}
SPLITS = {
    "choose": f"({WITH_K}) -> list[int]; return choose(lt(k, 3), cumsum(sort(x)), cumsum(y))",
    "select": "(x: list[int], y: list[int]) -> list[int]; return select(even(x), cumsum(sort(x)), cumsum(y))",
    "select of numbers": f"({WITH_K}) -> int; return select(lt(k, 3), sum(sort(x)), last(y))",
}  # fmt: skip
EASY = ("sort", "cumsum", "sum", "tail", "even", "last")


def rows_for(names):
    """Six examples with distinct positive numbers; `k` and the elements of `p` are positions within."""
    draw = random.Random(4)
    rows = []
    for _ in range(6):
        size = draw.randint(5, 8)
        values = {
            "x": draw.sample(range(2, 40), size),
            "y": [
                *draw.sample(range(51, 90), size // 2),
                50,
                *draw.sample(range(2, 49), size - size // 2 - 1),
            ],
            "k": draw.randint(1, size - 2),
            "p": [draw.randrange(size) for _ in range(4)],
        }
        rows.append(tuple(values[name] for name in names))
    return rows


def task_of(text, skills):
    names = [part.split(":")[0].strip() for part in text[1 : text.index(")")].split(", ")]
    return problem_of_program(text, rows_for(names), skills)


def skills_of(text):
    """The easy skills and those that the program calls."""
    called = [
        part.split("(")[0] for part in text.replace("return ", "").replace("(", "( ").split() if "(" in part
    ]
    return tuple(dict.fromkeys((*EASY, *(name for name in called if name))))


def engine_for(problem, skills, options, without=()):
    """An engine in which the forms `without` are not available."""
    prices = {name: 2 for name in skills}

    class Restricted(Engine):
        def _form_address(self, form, goal, values):
            return 0 if form in without else super()._form_address(form, goal, values)

        def _want(self, batch, action, target):
            """Leaves out the calls that undo the goal: they would be a second way to it."""

    return make_engine(problem, options, prices, Restricted)


def work_to_solve(problem, engine, most=400_000):
    """Calls tried until the first program that fits."""
    while engine.memory[at.CANDIDATES] < most:
        engine.run_root(2000)
        if engine.best_cost < at.INFINITE_COST:
            assert is_right(problem, engine.best_program())
            return int(engine.memory[at.FIRST_HIT_AT])
    return most


def test_every_form_has_a_task():
    assert {*PROGRAMS, *LAST_CALLS, *PREDICATES} == set(at.FORMS)


@pytest.mark.parametrize("form", PROGRAMS)
def test_each_form_finds_its_goal_and_without_it_the_search_takes_far_longer(form):
    text = PROGRAMS[form]
    skills = skills_of(text)
    problem = task_of(text, skills)
    directed = SearchOptions(split=False)
    engine = engine_for(problem, skills, directed)
    work = work_to_solve(problem, engine)
    last_call = engine.best_program().text.split("; ")[-2]
    skill = {"lt_constant": "lt", "gt_constant": "lt", "eq_constant": "eq"}.get(form)
    assert (
        f"= {skill or next(name for name in skills if form.startswith(name) and name not in EASY)}("
        in last_call
    )
    assert work_to_solve(problem, make_engine(problem, PLAIN, {name: 2 for name in skills})) > 4 * work
    assert work_to_solve(problem, engine_for(problem, skills, directed, PAIRED.get(form, (form,)))) > 2 * work


@pytest.mark.parametrize("name", SPLITS)
def test_the_split_joins_two_half_right_contents(name):
    text = SPLITS[name]
    skills = skills_of(text)
    problem = task_of(text, skills)
    prices = {skill: 2 for skill in skills}
    engine = make_engine(problem, SearchOptions(goal_directed=False, inferred_constants=False), prices)
    work = work_to_solve(problem, engine)
    assert f"= {name.split()[0]}(" in engine.best_program().text.split("; ")[-2]
    assert work_to_solve(problem, make_engine(problem, PLAIN, prices)) > 4 * work


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(x: list[int]) -> list[int]; return add(x, 137)", "add(x, 137)"),
        ("(x: list[int]) -> list[int]; return take(x, 5)", "take(x, 5)"),
        ("(x: list[int]) -> list[int]; return append(x, 500)", "append(x, 500)"),
        ("(x: list[int]) -> list[int]; return concat([77, 78], x)", "concat([77, 78], x)"),
    ],
)
def test_inputs_themselves_are_one_call_from_the_goal(text, expected):
    skills = (expected.split("(")[0], "neg", "sort", "tail")
    engine = make_engine(task_of(text, skills), SearchOptions())
    assert engine.best_program().text.split("; ")[-2].endswith(f"= {expected}")
    assert engine.memory[at.CANDIDATES] == 0


def test_constants_are_inferred_from_three_examples_on_only():
    text = "(x: list[int]) -> list[int]; return add(x, 137)"
    for examples, found in ((2, False), (3, True)):
        problem = problem_of_program(text, rows_for("x")[:examples], ("add", "neg"))
        engine = make_engine(problem, SearchOptions())
        assert (engine.best_cost < at.INFINITE_COST) == found
        engine = make_engine(problem, SearchOptions(inferred_constants=False))
        assert engine.best_cost >= at.INFINITE_COST
