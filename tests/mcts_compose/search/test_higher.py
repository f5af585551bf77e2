"""Derived actions: loops in the search give what the machine gives for the program they stand for."""

import random

import pytest

from mcts_compose.search.higher import MAX_ROUNDS
from mcts_compose.search.machine_code import program_of_action
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, run_levels, type_of
from tests.mcts_compose.search.derived_runs import assert_equal_batches, run_in_search
from tests.mcts_compose.search.problems import is_right, make_engine, make_problem, problem_of_program, search
from tests.vm.random_values import random_value
from vm.isa import Status
from vm.program import Program
from vm.skill import INSTRUCTIONS_ONLY
from vm.values import Elem, encode, parse_type

EXAMPLES = 5
ENGINE = make_engine(
    make_problem("x: list[int], f: list[float], m: list[bool], s: str, n: int -> list[int]",
                 [([3, 1, 2], [0.5], [True], "ab", 2)] * EXAMPLES, [[9, 9, 9]] * EXAMPLES)
)  # fmt: skip
DERIVED = [action for action in ENGINE.actions if action.skills]


def name_of(action):
    """A readable name of a derived action."""
    skills = ",".join(f"{skill.row.name}{skill.carried}" for skill in action.skills)
    return f"{action.row.name}[{skills}]-{action.overload.result}"


def draw(rng, type_, edges):
    """A value of a type: of any size, or small so that loops are short."""
    if edges:
        return random_value(rng, type_)
    if type_.elem is Elem.INT:
        return (
            rng.randint(0, 6) if type_.rank == 0 else [rng.randint(-9, 9) for _ in range(rng.randint(0, 6))]
        )
    return random_value(rng, type_)


@pytest.mark.parametrize("edges", [False, True], ids=["small", "edges"])
@pytest.mark.parametrize("action", DERIVED, ids=name_of)
def test_twin(action, edges):
    rng = random.Random(name_of(action))
    program = program_of_action(action, INSTRUCTIONS_ONLY)
    for _ in range(40):
        batches = [
            encode([draw(rng, type_, edges) for _ in range(EXAMPLES)], type_)
            for type_ in action.overload.params
        ]
        got = run_in_search(ENGINE, action, batches)
        if got is None:
            assert action.row.name in ("iterate", "until")
            continue
        wanted = program.run(batches)
        assert wanted.status is Status.OK
        assert_equal_batches(got, wanted.output)


def run_text(name, *columns):
    """Runs the derived action of that name on one column of values for each operand."""
    action = next(action for action in DERIVED if name_of(action) == name)
    batches = [encode(column, type_) for column, type_ in zip(columns, action.overload.params, strict=True)]
    got = run_in_search(ENGINE, action, batches)
    return None if got is None else got.words.tolist()


def test_each_example_runs_its_own_number_of_rounds():
    assert run_text("iterate[mul0]-int", [2] * 5, [3, 0, 1, -4, 2], [1, 5, 5, 5, 5]) == [8, 5, 10, 5, 20]
    lists = [[1, 4, 9], [1, 4, 9], [], [7], [1, 2, 4, 8]]
    assert run_text("iterate[diff0]-list[int]", [2, 0, 3, 1, 1], lists) == [2, 1, 4, 9, 1, 2, 4]
    assert run_text("until[mul0,lt1]-int", [3] * 5, [100, 0, 2, 9, 1], [1] * 5) == [243, 1, 3, 27, 3]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("until[mul0,lt1]-int", ([1] * 5, [100] * 5, [1] * 5)),
        ("until[add0,eq0]-int", ([2] * 5, [5] * 5, [0] * 5)),
        ("until[square0,even0]-int", ([3] * 5,)),
        ("iterate[mul0]-int", ([1] * 5, [MAX_ROUNDS + 1] * 5, [1] * 5)),
        ("iterate[diff0]-list[int]", ([MAX_ROUNDS + 1] * 5, [[1]] * 5)),
        ("iterate[cumsum0]-list[int]", ([MAX_ROUNDS] * 5, [[9] * 9] * 5)),
    ],
)
def test_what_does_not_end_in_time_is_a_fault(name, columns):
    assert run_text(name, *columns) is None


def test_what_instructions_do_is_left_out():
    names = {name_of(action) for action in DERIVED}
    assert "scan[gcd0]-list[int]" in names
    assert not names & {
        "scan[add0]-list[int]",
        "scan[max0]-list[int]",
        "fold[min0]-int",
        "iterate[sort0]-list[int]",
    }


@pytest.mark.parametrize(
    ("signature", "rows", "skills"),
    [
        (
            "x: list[int] -> list[int]",
            [([3, 9, 2],), ([8, 4],), ([],)],
            ("scan", "fold", "gcd", "sub", "head"),
        ),
        (
            "x: list[int], n: int -> list[int]",
            [([3, 9, 2], 2), ([8], 0)],
            ("iterate", "diff", "cumsum", "mul", "len"),
        ),
        ("k: int -> int", [(5,), (12,), (0,)], ("until", "add", "mul", "lt", "eq", "odd")),
    ],
)
def test_programs_give_the_contents(signature, rows, skills):
    problem = make_problem(signature, rows, [row[0] for row in reversed(rows)], skills)
    engine = make_engine(problem, prices=dict.fromkeys(skills, 2))
    run_levels(engine, 11)
    derived = 0
    for contents in all_contents(engine):
        if is_derived(engine, contents):
            program = engine.program_of(contents)
            derived += "&" in program.text
            if type_of(engine, contents) == problem.output_type:
                ran = Program.parse(program.text).run(problem.inputs)
                assert_equal_batches(ran.output, engine.values(contents))
    assert derived > 20


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("(x: list[int]) -> list[int]; return scan(&gcd, x)",
         [([36, 24, 54, 9],), ([60, 40, 6],), ([8, 12],), ([],)]),
        ("(x: list[int], n: int) -> list[int]; return iterate(&diff, n, x)",
         [([1, 4, 9, 17], 2), ([5, 3, 8], 0), ([2, 7, 1, 8, 2], 3), ([6, 1], 1)]),
    ],
)  # fmt: skip
def test_search_finds_loops(text, rows):
    problem = problem_of_program(text, rows)
    outcome, _ = search(problem, executions=2_000_000)
    assert outcome.program is not None
    assert "&" in outcome.program.text
    assert is_right(problem, outcome.program)


def test_float_goals_are_reached_within_rounding():
    rows = [([0.1, 0.2, 0.3],), ([0.7, 0.1],), ([1.1, 2.2, 3.3],), ([4.0],)]
    problem = make_problem("x: list[float] -> float", rows, [0.6, 0.8, 6.6, 4.0])
    outcome, _ = search(problem, executions=100_000)
    assert outcome.program.text == "(x: list[float]) -> float; v1 = sum(x); return v1"


def test_a_text_of_one_character_is_offered_as_a_char():
    problem = make_problem("s: str -> str", [("a;b",)], ["a"], constants=(";",))
    engine = make_engine(problem)
    assert (parse_type("char"), ";") in engine.constants
    assert (parse_type("str"), ";") in engine.constants
