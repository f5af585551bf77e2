"""Running assembly: memory, stack, fuel, lanes, and what ends a run."""

import pytest

from vm.assembly.isa import ASSEMBLY_ROWS
from vm.assembly.program import AssemblyProgram
from vm.assembly.state import MAX_STACK
from vm.isa import Status
from vm.limits import Limits
from vm.literals import format_value
from vm.parser import parse_literal
from vm.program import Fault, Program, ProgramError
from vm.skill import Skill, SkillTable
from vm.values import Elem, ValueType, encode

INT, INTS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)

SORT = """
x86 (xs: list[int]) -> [xs : xs_len]
outer:
mov swapped, 0
mov i, 1
inner:
cmp i, xs_len
jge done
load a, [i - 1]
load b, [i]
cmp a, b
jle next
store [i - 1], b
store [i], a
mov swapped, 1
next:
add i, 1
jmp inner
done:
cmp swapped, 0
jne outer
"""


def run(text, *columns, **limits):
    program = AssemblyProgram.parse(text)
    batches = [
        encode(list(column), type_) for column, type_ in zip(columns, program.input_types, strict=True)
    ]
    return program.run(batches, Limits(**limits))


@pytest.mark.parametrize("row", ASSEMBLY_ROWS.values(), ids=lambda row: row.name)
def test_the_example_of_every_row_is_true(row):
    text, _, call = row.example.partition(" | ")
    inputs, _, wanted = call.partition(" = ")
    program = AssemblyProgram.parse(text)
    assert row.name in {line.mnemonic for line in program.instructions}
    given = program(
        *parse_literal(f"[{inputs}]").value if "[" not in inputs else [parse_literal(inputs).value]
    )
    assert format_value(given, program.output_type) == wanted


def test_memory_is_each_lane_s_own_and_begins_empty():
    assert run(SORT, [[3, 1, 2], [], [5, 4]]).outputs() == [[1, 2, 3], [], [4, 5]]
    text = "x86 (x: int) -> r; load r, [100]; store [100], x"
    assert run(text, [7, 8, 9]).outputs() == [0, 0, 0]


def test_calls_return_behind_their_line():
    text = "x86 (n: int) -> r; call fib; ret; fib:; cmp n, 2; jl small; sub n, 1; push n; call fib; pop n; " \
        "push r; sub n, 1; call fib; pop a; add r, a; ret; small:; mov r, n; ret"  # fmt: skip
    assert run(text, range(12)).outputs() == [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]


@pytest.mark.parametrize(
    ("text", "status", "line"),
    [
        ("x86 () -> 0; top:; jmp top", Status.OUT_OF_FUEL, 0),
        ("x86 () -> a; nop:; mov a, 1; call nop", Status.STACK_OVERFLOW, 1),
        ("x86 () -> a; top:; push a; jmp top", Status.STACK_OVERFLOW, 0),
        ("x86 () -> a; top:; store [a], 1; add a, 1; jmp top", Status.BAD_INDEX, 0),
        ("x86 () -> a; load a, [-1]", Status.BAD_INDEX, 0),
        ("x86 () -> a; mov a, 9223372036854775807; store [a + 1], 5", Status.BAD_INDEX, 1),
        ("x86 () -> a; pop a", Status.STACK_UNDERFLOW, 0),
        ("x86 () -> 0; push 3; ret", Status.BAD_INDEX, 1),
        ("x86 () -> [0 : a]; mov a, -1", Status.BAD_INDEX, None),
        ("x86 () -> [a : 2]; mov a, 65535", Status.BAD_INDEX, None),
        ("subleq () -> a; top:; subleq a, a, top", Status.OUT_OF_FUEL, 0),
    ],
)
def test_faults_name_their_line(text, status, line):
    got = run(text, fuel=1_000_000)
    assert (got.status, got.line) == (status, line)
    with pytest.raises(Fault) as caught:
        got.outputs()
    assert caught.value.line == line


def test_a_return_on_an_empty_stack_ends_the_program():
    got = run("x86 () -> a; mov a, 1; ret; mov a, 2")
    assert (got.outputs(), got.fuel_used) == ([1], 2)


def test_a_word_pushed_is_a_line_to_return_to():
    assert run("x86 () -> a; push 3; ret; mov a, 2; add a, 5").outputs() == [5]


def test_fuel_is_one_unit_for_each_instruction_of_each_lane():
    full = run(SORT, [[3, 2, 1], [1, 2]])
    assert run(SORT, [[3, 2, 1], [1, 2]], fuel=full.fuel_used).status is Status.OK
    less = run(SORT, [[3, 2, 1], [1, 2]], fuel=full.fuel_used - 1)
    assert (less.status, less.fuel_used) == (Status.OUT_OF_FUEL, full.fuel_used - 1)


def test_the_first_lane_that_faults_decides():
    text = "x86 (a: int) -> a; cmp a, 0; je empty; load a, [a]; ret; empty:; pop a"
    assert run(text, [1, 0, -1]).status is Status.STACK_UNDERFLOW
    assert run(text, [1, -1, 0]).status is Status.BAD_INDEX


def test_results_are_bounded_over_all_lanes():
    text = "x86 () -> [0 : 6]"
    assert run(text, capacity=6).status is Status.OK
    assert run(text, capacity=5).status is Status.BAD_INDEX
    text = "x86 (x: int) -> [0 : 6]"
    assert run(text, [1, 2], capacity=12).status is Status.OK
    assert run(text, [1, 2], capacity=11).status is Status.OUT_OF_MEMORY


def test_the_stack_has_its_size():
    text = f"x86 () -> a; top:; push a; add a, 1; cmp a, {MAX_STACK}; jl top"
    assert run(text).outputs() == [MAX_STACK]
    assert run(text.replace(str(MAX_STACK), str(MAX_STACK + 1))).status is Status.STACK_OVERFLOW


def test_inputs_are_taken_modulo_the_width_and_bools_are_words():
    assert run("bv8 (x: bv8) -> y; mov y, x", [300, -1]).outputs() == [44, 255]
    assert run("x86 (p: bool) -> (p, 7)", [True, False]).outputs() == [[1, 7], [0, 7]]
    assert run("gates (a: bool) -> (b, a); not b, a", [True]).outputs() == [[False, True]]


def test_what_does_not_fit_is_refused():
    program = AssemblyProgram.parse(SORT)
    with pytest.raises(ProgramError, match="takes"):
        program.run([encode([1], INT)])
    with pytest.raises(ProgramError, match="takes 1 inputs, not 2"):
        program([1], [2])
    with pytest.raises(ProgramError, match="the program may not run: instruction 0"):
        AssemblyProgram.straight_line("minmax", {"a": INT}, [("add", "a", "a")], ["a"])(1)


def test_array_programs_call_assembly_on_all_lanes():
    table = SkillTable().with_skill(Skill("bubble", "Sorts.", AssemblyProgram.parse(SORT)))
    text = "(xs: list[int]) -> int; ys = bubble(concat(xs, xs)); return last(ys)"
    program = Program.parse(text, table)
    got = program.run([encode([[3, 9, 1], [2], [4, 4]], INTS)])
    assert got.outputs() == [9, 2, 4]
    looped = Program.parse("(xs: list[int]) -> list[int]; return iterate(&bubble, 3, xs)", table)
    assert looped([3, 1, 2]) == [1, 2, 3]


def test_array_programs_pay_for_the_assembly_they_call():
    skill = Skill(
        "count_down", "Counts down.", AssemblyProgram.parse("x86 (n: int) -> n; t:; sub n, 1; cmp n, 0; jg t")
    )
    program = Program.parse("(n: int) -> int; return count_down(n)", SkillTable((skill,)))
    small, large = (program.run([encode([n], INT)]).fuel_used for n in (10, 110))
    assert large - small == 300
    endless = program.run([encode([10**12], INT)], Limits(fuel=100_000))
    assert (endless.status, endless.line) == (Status.OUT_OF_FUEL, 0)


def test_faults_of_assembly_are_faults_of_the_call():
    skill = Skill("peek", "Reads.", AssemblyProgram.parse("x86 (p: int) -> r; load r, [p]"))
    program = Program.parse("(p: int) -> int; q = add(p, 1); return peek(q)", SkillTable((skill,)))
    with pytest.raises(Fault, match="BAD_INDEX in `v2 = peek"):
        program(-2)
