"""The verifier: every reason why a program may not run, and what it decides about one that may."""

import pytest

from vm.program import Apply, Bind, Constant, Program, ProgramError
from vm.skill import Skill, SkillTable
from vm.values import parse_type
from vm.verifier import MAX_BOUND, MAX_NESTING, type_program, verify

INT, INTS, BOOL, FLOAT = (parse_type(name) for name in ("int", "list[int]", "bool", "float"))


def reasons(lines, output, output_type=INT, input_types=(INTS, INT)):
    names = tuple(f"x{number}" for number in range(len(input_types)))
    return [str(reason) for reason in verify(Program(names, input_types, output_type, tuple(lines), output))]


def test_good_program_has_no_reasons():
    assert reasons([Apply("sum", (0,))], 2) == []


def test_every_reason_is_given():
    lines = [
        Apply("sun", (0,)),
        Apply("add", (1,)),
        Apply("add", (1, 9)),
        Apply("len", (1,)),
        Apply("neg", (-1,)),
    ]
    found = reasons(lines, 40)
    assert len(found) == 6
    assert "unknown skill 'sun'; did you mean" in found[0]
    assert "add takes 2 operands, not 1" in found[1]
    assert "pointer 9 is written later" in found[2]
    assert "len does not take (int); it takes (list[int])" in found[3]
    assert "pointer -1 does not exist" in found[4]
    assert "the output, pointer 40, does not exist" in found[5]


def test_a_line_that_reads_a_refused_one_is_not_blamed():
    assert len(reasons([Apply("sun", (0,)), Apply("neg", (2,))], 3)) == 1


def test_output_type_is_checked():
    assert reasons([Apply("sum", (0,))], 2, BOOL) == [
        "the output is int, and the program is declared to return bool"
    ]
    assert reasons([Bind("neg")], 2, INT) == [
        "the output is skill, and the program is declared to return int"
    ]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("map(&add, x)", "map calls its skill with 1 operands, and &add(_, _) has 2 free slots"),
        ("map(&add(1, 2), x)", "has 0 free slots"),
        ("map(&add(_, 1, 2), x)", "add takes 2 operands, and &add is given 3 slots"),
        ("map(&nothing, x)", "unknown skill 'nothing'"),
        ("map(3, x)", "map takes (T -> U) [T] -> [U], not (int, list[int])"),
        ("map(&neg, k)", "map takes (T -> U) [T] -> [U], not (a skill, int)"),
        ("map(x, &neg)", "not (list[int], a skill)"),
        ("map(&add(_, x), x)", "&add(_, .) gives list[int], not U"),
        ("map(&add(_, true), x)", "add does not take (int, bool)"),
        ("filter(&neg, x)", "&neg(_) gives int, not bool"),
        ("sort_by(&to_float, x)", "&to_float(_) gives float, not W"),
        ("scan(&lt, x)", "&lt(_, _) gives bool, not int"),
        ("fold(&lt, k, x)", "&lt(_, _) gives bool, not int"),
        ("iterate(&sum, k, x)", "&sum(_) gives int, not list[int]"),
        ("until(&neg, &neg, k)", "&neg(_) gives int, not bool"),
        ("add(&neg, k)", "add does not take (a skill, int)"),
        ("map(&map(_, x), x)", "map takes (T -> U) [T] -> [U], not (int, list[int])"),
    ],
)
def test_skills_of_a_wrong_signature_are_refused(expression, reason):
    with pytest.raises(ProgramError) as caught:
        Program.parse(f"(x: list[int], k: int) -> int; return {expression}")
    assert reason in str(caught.value)


def test_bound_skills_are_typed_at_each_call():
    program = Program.parse(
        "(x: list[int], y: list[float]) -> int; f = &neg; a = map(f, x); b = map(f, y); return len(b)"
    )
    types = type_program(program).types
    assert types[3] == INTS
    assert types[4] == parse_type("list[float]")


def test_compositions_take_exactly_their_types():
    table = SkillTable().with_skill(Skill("inc", "", Program.parse("(x: int) -> int; return add(x, 1)")))
    assert Program.parse("(x: list[int]) -> list[int]; return map(&inc, x)", table)([1, 2]) == [2, 3]
    with pytest.raises(ProgramError, match=r"inc takes \(int\), not \(list\[int\]\)"):
        Program.parse("(x: list[int]) -> list[int]; return inc(x)", table)


def test_skills_nested_too_deep_are_refused():
    lines = [Constant(INT, 1), Bind("neg")]
    for _ in range(MAX_NESTING):
        lines.append(Bind("iterate", (len(lines) + 1, 2, None)))
    lines.append(Apply("iterate", (len(lines) + 1, 2, 1)))
    assert any(f"nested deeper than {MAX_NESTING}" in reason for reason in reasons(lines, len(lines) + 1))


def test_a_program_that_may_not_run_does_not_run():
    program = Program(("x",), (INT,), INT, (Apply("sum", (0,)),), 1)
    with pytest.raises(ProgramError, match="may not run: call 0: sum does not take"):
        program(3)


def test_bound_skills_that_double_with_each_line_are_refused_before_they_grow():
    doubled = [f"f{number} = &until(f{number - 1}, f{number - 1}, _)" for number in range(1, 60)]
    text = "; ".join(["(x: bool) -> bool", "f0 = &not(_)", *doubled, "return until(f59, f59, x)"])
    with pytest.raises(ProgramError, match=f"holds 511 bound skills, more than {MAX_BOUND}"):
        Program.parse(text)
