"""The choice among programs that fit: by what they do on made-up inputs, priced by the base prior."""

import math
import time
from unittest.mock import patch

import numpy as np
import pytest

from mcts_compose.search import choosing
from mcts_compose.search.choosing import Weights, choose, program_of
from mcts_compose.search.fitting import fitting
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.pricing import price_request
from mcts_compose.search.probes import probes
from priors.frequency import FrequencyPrior
from tests.mcts_compose.search.bank_contents import run_levels
from tests.mcts_compose.search.problems import is_right, make_engine, make_problem, problem_of_program, search
from vm.isa import Status
from vm.program import Apply, Bind, Constant
from vm.values import decode, encode, parse_type

SKILLS = ("take", "sort", "reverse", "head", "last", "maximum", "minimum", "init", "tail", "every")
ROWS = [([1, 3, 4, 8],), ([2, 4, 5, 9, 9],), ([0, 7],)]
PROBLEM = problem_of_program("(x: list[int]) -> int; return maximum(x)", ROWS, SKILLS)
OPTIONS = SearchOptions(goal_directed=False, inferred_constants=False, split=False)


def weights_for(engine, **nats):
    """Weights of 2 nats for every skill and constant not named, and of 1 nat for a skill called again."""
    skills = {action.row.name: nats.get(action.row.name, 2.0) for action in engine.actions}
    return Weights(skills, {repr(value): 2.0 for _, value in engine.constants}, again=1.0)


@pytest.fixture(scope="module")
def engine():
    made = make_engine(PROBLEM, OPTIONS, dict.fromkeys(SKILLS, 2))
    run_levels(made, 9)
    return made


def called_again(names):
    """The calls of skills that were called before."""
    return [name for number, name in enumerate(names) if name in names[:number]]


def plain_choice(engine, weights):
    """The text of the program that is chosen, by the definition: every program on every row by itself."""
    scored = []
    rows = probes(engine.problem.inputs, choosing.PROBES)
    arguments = list(zip(*map(decode, rows), strict=True))
    for fit in fitting(engine):
        program = program_of(engine, fit.tree)
        names = [line.skill for line in program.lines if isinstance(line, Apply | Bind)]
        nats = sum(weights.skills[name] for name in dict.fromkeys(names))
        nats += sum(min(weights.skills[name], weights.again) for name in called_again(names))
        nats += sum(
            weights.constants[repr(line.value)] for line in program.lines if isinstance(line, Constant)
        )
        given = []
        for row in arguments:
            batches = [encode([value], type_) for value, type_ in zip(row, program.input_types, strict=True)]
            run = program.run(batches)
            given.append(repr(run.outputs()[0]) if run.status is Status.OK else "fault")
        scored.append((nats, program.text, tuple(given)))
    scored.sort(key=lambda each: each[0])
    mass = {}
    for nats, _, behaviour in scored[: choosing.MOST_WEIGHED]:
        mass[behaviour] = mass.get(behaviour, 0.0) + math.exp(-choosing.SHARPNESS * nats)
    heaviest = max(mass.values())
    return next(text for _, text, behaviour in scored if mass.get(behaviour) == heaviest), len(set(mass))


@pytest.mark.parametrize("nats", [{}, {"maximum": 9.0}, {"last": 0.1}, {"sort": 0.1, "maximum": 5.0}])
def test_the_choice_is_that_of_the_plain_definition(engine, nats):
    weights = weights_for(engine, **nats)
    choice = choose(engine, weights)
    text, num_behaviours = plain_choice(engine, weights)
    assert num_behaviours > 2
    assert choice.program.text == text
    assert choice.num_weighed == min(choosing.MOST_WEIGHED, len(fitting(engine)))
    assert is_right(PROBLEM, choice.program)


def test_when_the_time_is_over_a_few_of_the_likeliest_are_weighed(engine):
    weights = weights_for(engine)
    in_time, late = choose(engine, weights, time.perf_counter() + 60), choose(engine, weights, 0.0)
    assert in_time == choose(engine, weights)
    assert late.num_weighed == choosing.LEAST_WEIGHED < in_time.num_weighed
    assert is_right(PROBLEM, late.program)
    offers = choosing.offers_of(engine, weights)
    assert choosing.choose_among(PROBLEM, [offers], 0.0).num_weighed == choosing.LEAST_WEIGHED


def test_many_spellings_of_one_thing_outweigh_a_likelier_program(engine):
    # `last` alone is likelier than any one program that gives the largest element, not than all of them.
    weights = weights_for(engine, last=1.7, maximum=1.9, sort=0.2, reverse=0.2)
    alone = min(fitting(engine), key=lambda fit: choosing._nats(engine, fit.tree, weights))
    assert "last(x)" in program_of(engine, alone.tree).text
    program = choose(engine, weights).program
    assert program([5, 9, 1]) == 9


def test_prices_decide_between_two_behaviours(engine):
    assert choose(engine, weights_for(engine, maximum=0.1, last=6.0)).program([5, 9, 1]) == 9
    assert choose(engine, weights_for(engine, maximum=9.0, sort=9.0, last=0.1)).program([5, 9, 1]) == 1


@pytest.mark.parametrize(("task", "again"), [("str -> str", choosing.AGAIN), ("list[int] -> int", math.inf)])
def test_only_in_tasks_over_texts_calling_again_is_cheaper(task, again):
    rows, goal = ([("a",)], ["a"]) if "str" in task else ([([1],)], [1])
    request = price_request(make_problem(f"x: {task}", rows, goal))
    assert choosing.weights_of(request, FrequencyPrior().price_skills([request])[0]).again == again


TEXTS = [("b", "B"), ("a", "b"), ("Cd", "cD")]
"""Two texts that are equal but for the case of letters, or not."""


def test_a_skill_that_is_called_again_costs_less():
    program = "(x: str, y: str) -> bool; return same(lower(x), lower(y))"
    skills = ("lower", "same", "upper", "title")
    made = make_engine(problem_of_program(program, TEXTS, skills), OPTIONS, dict.fromkeys(skills, 2))
    run_levels(made, 12)
    weights = weights_for(made, lower=5.0, upper=5.0, title=5.0)
    nats = {program_of(made, fit.tree).text: choosing._nats(made, fit.tree, weights) for fit in fitting(made)}
    twice = next(text for text in nats if text.count("lower") == 2 and "upper" not in text)
    assert nats[twice] == 5.0 + 1.0 + 2.0
    mixed = [text for text in nats if "lower" in text and "upper" in text]
    assert mixed and all(nats[text] >= 11.0 for text in mixed)


def test_no_program_no_choice():
    problem = make_problem("x: list[int] -> int", ROWS, [10**6, 10**7, 3], SKILLS)
    made = make_engine(problem, OPTIONS)
    run_levels(made, 5)
    assert choose(made, weights_for(made)) is None


def test_a_search_hands_out_its_choice_with_its_own_cost():
    cheapest, kept = search(PROBLEM, executions=30_000, choose="cheapest", prior=FrequencyPrior())
    likeliest, other = search(PROBLEM, executions=30_000, prior=FrequencyPrior())
    assert cheapest.program.text == kept.engine.best_program().text
    assert cheapest.num_weighed == 1
    assert likeliest.num_weighed > 1
    assert likeliest.cost >= cheapest.cost == other.engine.best_cost
    assert likeliest.cost <= cheapest.cost + SearchOptions().margin
    assert (
        search(PROBLEM, executions=30_000, prior=FrequencyPrior())[0].program.text == likeliest.program.text
    )


def test_a_fault_on_one_row_says_nothing_of_the_others(engine):
    program = program_of(engine, fitting(engine)[0].tree)
    faulty = type(program).parse("(x: list[int]) -> int; return index(x, 2)")
    rows = (encode([[1, 2, 3], [1], [4, 5, 6], []], parse_type("list[int]")),)
    runner = choosing._Runner(PROBLEM, rows)
    keys = runner._outputs(faulty, rows)
    assert [key == choosing.FAULT for key in keys] == [False, True, False, True]
    assert keys[0] == runner._outputs(faulty, (encode([[9, 9, 3]], parse_type("list[int]")),))[0] != keys[2]


def test_what_does_not_end_faults_everywhere():
    endless = "(x: int) -> int; return until(&neg, &lt(10000, _), x)"
    problem = make_problem("x: int -> int", [(1,), (2,)], [1, 2])
    runner = choosing._Runner(problem, problem.inputs)
    with patch.object(choosing, "LIMITS", choosing.Limits(fuel=200)):
        assert runner._outputs(type_of_program(endless), problem.inputs) == [choosing.FAULT] * 2
    assert runner.num_runs == 1


def type_of_program(text):
    from vm.program import Program

    return Program.parse(text)


def test_floats_that_differ_by_rounding_are_one_behaviour():
    numbers = parse_type("list[float]")
    one, near, far = (encode([[value, 2.0]], numbers) for value in (0.1 + 0.2, 0.3, 0.31))
    assert choosing._keys(one) == choosing._keys(near) != choosing._keys(far)


TYPES = ["int", "bool", "float", "char", "str", "list[int]", "list[bool]", "list[float]", "list[str]", "grid"]
VALUES = {
    "int": [3, 8, -1], "bool": [True, False, True], "float": [0.5, 2.0, -1.5], "char": ["a", "b", "c"],
    "str": ["abc", "", "zz"], "list[int]": [[1, 2], [], [7, 7, 9]], "list[bool]": [[True], [], [False, True]],
    "list[float]": [[0.5], [], [2.5, 3.0]], "list[str]": [["ab", "cd"], ["ef"], ["gh"]],
    "grid": [[[1, 2], [3, 4]], [[5]], [[6, 7]]],
}  # fmt: skip


@pytest.mark.parametrize("name", TYPES)
def test_made_up_inputs_are_of_the_type_and_like_the_shown_ones(name):
    type_ = parse_type(name)
    shown = (encode(VALUES[name], type_), encode([4, 5, 6], parse_type("int")))
    made = probes(shown, 50)
    values = decode(made[0])
    assert [batch.num_examples for batch in made] == [50, 50]
    assert made[0].type == type_
    assert len({repr(value) for value in values}) > 1
    if type_.rank == 1 and name != "str":
        assert any(value not in VALUES[name] for value in values)
        assert {len(value) for value in values} - {len(value) for value in VALUES[name]}
    again = probes(shown, 50)
    for one, other in zip(made, again, strict=True):
        assert np.array_equal(one.words, other.words)
        assert np.array_equal(one.rows, other.rows)
