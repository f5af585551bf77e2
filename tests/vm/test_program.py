"""Programs: canonical form, text, equality, hash, and running on one input."""

import random

import pytest

from tests.vm.program_generator import random_draft, random_skills
from vm.isa import Status
from vm.program import Apply, Bind, Constant, Fault, Program, ProgramError
from vm.skill import Skill, SkillTable
from vm.values import BadValueError, parse_type

INT, INTS = parse_type("int"), parse_type("list[int]")


def test_text_gives_the_same_program_back():
    rng = random.Random(3)
    for _ in range(300):
        skills = random_skills(rng)
        types = tuple(
            rng.choice((INT, INTS, parse_type("str"), parse_type("grid"))) for _ in range(rng.randint(0, 3))
        )
        program = random_draft(rng, skills, types, rng.randint(0, 4)).program()
        assert Program.parse(str(program), skills) == program
        assert Program.parse(program.text, skills) == program
        assert str(Program.parse(program.text, skills)) == str(program)


def test_nested_calls_become_lines():
    program = Program.parse("(x: list[int]) -> int; return sum(compress(x, even(x)))")
    assert program.text_lines == (
        "(x: list[int]) -> int",
        "v1 = even(x)",
        "v2 = compress(x, v1)",
        "v3 = sum(v2)",
        "return v3",
    )
    assert program.length == 3


def test_constants_and_bound_skills_stand_once_and_before_their_first_reader():
    lines = (
        Constant(INT, 9),
        Apply("sum", (0,)),
        Constant(INT, 2),
        Constant(INT, 2),
        Bind("add", (None, 3)),
        Bind("add", (None, 4)),
        Apply("map", (5, 0)),
        Apply("map", (6, 7)),
    )
    program = Program(("x",), (INTS,), INTS, lines, 8)
    assert program.lines == (
        Apply("sum", (0,)),
        Constant(INT, 2),
        Bind("add", (None, 2)),
        Apply("map", (3, 0)),
        Apply("map", (3, 4)),
    )
    assert program.output == 5
    assert str(program).splitlines()[2] == "v2 = map(&add(_, 2), x)"


def test_names_of_lines_avoid_those_of_inputs():
    program = Program.parse("(v1: int, v3: int) -> int; return neg(add(v1, v3))")
    assert program.text_lines[1:] == ("v2 = add(v1, v3)", "v4 = neg(v2)", "return v4")
    assert program(1, 2) == -3


def test_bind_without_slots_is_all_free():
    assert Bind("add", (None, None)) == Bind("add")
    assert Program.parse("(x: list[int]) -> list[int]; return scan(&add(_, _), x)").text.endswith(
        "scan(&add, x); return v1"
    )


def test_programs_are_equal_by_text_and_learnt_skills():
    text = "(x: int) -> int; return twice(x)"
    double = SkillTable().with_skill(Skill("twice", "", Program.parse("(x: int) -> int; return add(x, x)")))
    square = SkillTable().with_skill(Skill("twice", "", Program.parse("(x: int) -> int; return mul(x, x)")))
    assert Program.parse(text, double) == Program.parse(text, double)
    assert Program.parse(text, double) != Program.parse(text, square)
    assert len({Program.parse(text, double), Program.parse(text, double), Program.parse(text, square)}) == 2
    assert Program.parse(text, double)(5) == 10
    assert Program.parse(text, square)(5) == 25


def test_negative_zero_and_nan_are_constants_of_their_own():
    for text in ("-0.0", "0.0", "nan", "inf", "-inf", "1e+300", "0.1"):
        program = Program.parse(f"() -> float; return {text}")
        assert program.text == f"() -> float; return {text}"
    assert Program.parse("() -> float; return 0.0") != Program.parse("() -> float; return -0.0")


def test_constant_refuses_a_value_of_another_type():
    with pytest.raises(BadValueError):
        Constant(INT, "text")
    assert Constant(parse_type("float"), 3).text == "3.0"


def test_program_runs_on_one_input():
    program = Program.parse("(x: list[int], k: int) -> list[int]; return take(sort(x), k)")
    assert program([3, 1, 2], 2) == [1, 2]
    assert program([], 2) == []
    with pytest.raises(ProgramError, match="takes 2 inputs, not 1"):
        program([1])
    with pytest.raises(BadValueError):
        program("abc", 1)


def test_fault_names_status_and_line():
    program = Program.parse("(x: list[int]) -> int; a = sort(x); return index(a, 7)")
    with pytest.raises(Fault, match=r"BAD_INDEX in `v2 = index\(v1, 7\)`") as caught:
        program([1])
    assert caught.value.status is Status.BAD_INDEX
    assert program.lines[caught.value.line] == Apply("index", (1, 2))


def test_skill_table_refuses_doubles_and_forward_calls():
    one = Skill("one", "", Program.parse("() -> int; return 1"))
    table = SkillTable().with_skill(one)
    with pytest.raises(ValueError, match="two skills with the name 'one'"):
        table.with_skill(one)
    with pytest.raises(ValueError, match="two skills with the name 'add'"):
        table.with_skill(Skill("add", "", one.body))
    two = Skill("two", "", Program.parse("() -> int; return add(one(), 1)", table))
    with pytest.raises(ValueError, match="'two' calls 'one', which does not stand before it"):
        SkillTable((two, one))
    assert table.with_skill(two).hash != table.hash
