"""The assembler: text and programs go into each other, and errors name line and column."""

import pytest

from vm.assembly.program import AssemblyProgram
from vm.program import Program, ProgramError
from vm.program_text import parse_program
from vm.values import Elem, ValueType

INT = ValueType(Elem.INT, 0)

TEXTS = (
    "x86 (a: int, b: int) -> (a, b); cmp a, b; jle done; mov s, a; mov a, b; mov b, s; done:",
    "bv32 (x: bv32) -> t2; sub t1, x, 1; and t2, x, t1",
    "gates (a: bool, b: bool) -> (t1, t2); xor t1, a, b; and t2, a, b",
    "x86 (xs: list[int]) -> [xs : xs_len]; top:; load a, [xs + 3]; store [a - 1], -5; store [7], a; jmp top",
    "subleq (a: int, b: int) -> b; subleq a, b, end; subleq 1, b; end:",
    "x86 (p: bool) -> p: bool; not p",
    "minmax () -> 3",
    "minmax () -> ()",
)


@pytest.mark.parametrize("text", TEXTS)
def test_canonical_text_round_trips(text):
    program = AssemblyProgram.parse(text)
    assert program.text == text
    assert AssemblyProgram.parse(str(program)) == program
    assert parse_program(text) == program


def test_spaces_comments_and_number_forms_do_not_matter():
    program = AssemblyProgram.parse("# a comment\n bv8(x :bv8)->d # gives d\n\n add d,x,0xff\n;mov e , -1;")
    assert program.text == "bv8 (x: bv8) -> d; add d, x, 255; mov e, 255"


def test_program_text_tells_arrays_from_assembly():
    assert isinstance(parse_program("# list\n(x: int) -> int; return add(x, 1)"), Program)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("", 1, 1, "expected the name of an instruction set"),
        ("x87 (a: int) -> a", 1, 1, "did you mean x86"),
        ("x86 (a: int, a: int) -> a", 1, 14, "the name 'a'"),
        ("x86 (a: list[int], a_len: int) -> a", 1, 20, "the name 'a_len'"),
        ("x86 (a: float) -> a", 1, 9, "not float"),
        ("bv8 (a: list[bv8]) -> a", 1, 9, "not list"),
        ("x86 (a: int) -> r", 1, 17, "unknown register 'r'"),
        ("x86 (a: int) -> a: int", 1, 20, "a word or a bool"),
        ("x86 (a: int) -> a\nmovv a, 1", 2, 1, "did you mean mov"),
        ("x86 (a: int) -> a\nmov a, 1\nadd a", 3, 1, "takes 2 operands, not 1"),
        ("x86 (a: int) -> a; mov 5, a", 1, 24, "should be a register, which it writes"),
        ("x86 (a: int) -> a; jmp 5", 1, 24, "should be a label"),
        ("x86 (a: int) -> a; top:; jmp tap", 1, 30, "did you mean top"),
        ("x86 (a: int) -> a; l:; l:", 1, 24, "a label 'l' already"),
        ("x86 (a: int) -> a; load a, a", 1, 28, "a place in memory"),
        ("x86 (a: int) -> a; mov a, [a]", 1, 27, "a register or a number"),
        ("x86 (a: int) -> a; mov a, 18446744073709551616", 1, 27, "64 bits"),
        ("x86 (a: int) -> a; mov a, " + "9" * 5000, 1, 27, "64 bits"),
        ("bv8 (a: bv8) -> a; mov a, -129", 1, 27, "8 bits"),
        ("x86 (a: int) -> a; mov a 1", 1, 26, "expected ','"),
        ("x86 (a: int) -> a; mov a, @", 1, 27, "unexpected '@'"),
        ("minmax (a: int) -> [a : a]", 1, 20, "no memory"),
    ],
)
def test_errors_name_line_and_column(text, line, column, reason):
    with pytest.raises(ProgramError) as caught:
        AssemblyProgram.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert reason in str(caught.value)


def test_straight_lines_are_made_from_names_and_from_pointers():
    program = AssemblyProgram.straight_line(
        "minmax", {"a": INT, "b": INT}, [("mov", "s", "a"), ("min", "a", "b"), ("max", "b", "s")], ["a", "b"]
    )
    assert program.text == "minmax (a: int, b: int) -> (a, b); mov s, a; min a, b; max b, s"
    lines = [("sub", (0, 1)), ("and", (0, 2))]
    made = AssemblyProgram.from_pointers("bv32", {"t1": INT}, lines, (-1,), (3, 1))
    assert made.text == "bv32 (t1: bv32) -> (t3, 4294967295); sub t2, t1, 4294967295; and t3, t1, t2"
    assert AssemblyProgram.parse(made.text) == made
