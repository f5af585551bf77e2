"""Exported C, x86-64 and Python compute what the machine does, for programs of every set."""

import random

import pytest

from tests.vm.assembly.generator import AssemblyGenerator
from tests.vm.assembly.native import STRICT, aborts, call, compiled, needs_compiler, needs_x86
from vm.assembly.program import AssemblyProgram
from vm.assembly.sets import SETS
from vm.isa import Status
from vm.limits import Limits
from vm.program import ProgramError
from vm.values import encode

FUEL = 20_000
PROGRAMS = 60
INPUTS = 6

HANDWRITTEN = [
    # jumps with a label behind the last line, and a loop
    "x86 (n: int) -> s; loop:; cmp n, 0; jle end; add s, n; sub n, 1; jmp loop; end:",
    # recursion with calls and the stack
    "x86 (n: int) -> r; call sum; ret; sum:; cmp n, 0; jg more; mov r, 0; ret; more:; push n; sub n, 1; "
    "call sum; pop n; add r, n; ret",
    # an insertion sort in memory
    "x86 (xs: list[int]) -> [xs : xs_len]; mov i, 1; outer:; cmp i, xs_len; jge end; mov j, i; inner:; "
    "cmp j, 0; jle next; mov p, xs; add p, j; load x, [p]; load y, [p - 1]; cmp y, x; jle next; "
    "store [p], y; store [p - 1], x; sub j, 1; jmp inner; next:; add i, 1; jmp outer; end:",
    # a return to a word that was pushed
    "x86 (a: int) -> a; push 3; ret; mov a, 7; add a, 1",
    # names that mean something elsewhere
    "x86 (int: int, values: int, r_int: int, in: int) -> (memory, int); mov memory, values; add int, r_int; "
    "sub int, in; while:; sub int, 1; cmp int, 0; jg while",
    "x86 (sum: int, lambda: int, line: int) -> (sum, lambda, stack); mov stack, line; add sum, lambda",
    # conditions before any comparison, and after one on some ways only
    "x86 (a: int, b: int) -> (a, b); cmovge a, b; cmovne a, b; jle end; cmp a, b; end:",
    "x86 (a: int, b: int) -> (a, b); cmovle a, b; again:; cmovg a, 5; cmp a, b; cmovl b, 100; jl again",
    "subleq (a: int, b: int) -> b; subleq a, z; subleq z, b",
    "subleq (n: int, a: int) -> (a, n); loop:; subleq 1, a; subleq 1, n, end; subleq z, z, loop; end:",
    "bv8 (x: bv8, flag: bool) -> d: bool; ite t, flag, x, 7; sdiv d, t, 255",
    "gates (a: bool, b: bool) -> (c, 1, 0); xnor c, a, 1; orn c, c, b",
    "x86 () -> (5, -9223372036854775808)",
    "x86 () -> 5",
    "x86 (a: int) -> (); mov a, 1",
]


def random_programs(set_name, count=PROGRAMS):
    generator = AssemblyGenerator(f"{set_name} exports")
    return [generator.program(SETS[set_name]) for _ in range(count)]


def examples_of(program, seed=0):
    """Returns rows of inputs as the machine takes them; small numbers are frequent, so that loops end."""
    generator = AssemblyGenerator(seed)
    rows = [[generator.value(type_) for type_ in program.input_types] for _ in range(INPUTS)]
    small = random.Random(seed)
    for row in rows[::2]:
        for place, type_ in enumerate(program.input_types):
            if not type_.rank and not isinstance(row[place], bool):
                row[place] = small.randint(-3, 9)
    return rows


def run(program, row):
    """Returns status and output of the machine on one row; its memory is as large as that of the exports."""
    batches = [encode([value], type_) for value, type_ in zip(row, program.input_types, strict=True)]
    ran = program.run(batches, Limits(fuel=FUEL))
    return ran.status, ran.outputs()[0] if ran.status is Status.OK else None


def solve_of(program):
    namespace = {}
    exec(compile(program.to_python(), "exported", "exec"), namespace)
    return namespace["solve"]


def check_function(function, program):
    """Compares an exported function with the machine; returns how many runs were compared."""
    compared = faults = 0
    for row in examples_of(program):
        status, output = run(program, row)
        if status is Status.OK:
            assert as_bits(program, call(function, program, row)) == as_bits(program, output), program
            compared += 1
        elif status is not Status.OUT_OF_FUEL and faults < 1:
            assert aborts(function, program, row), program
            faults += 1
    return compared


def as_bits(program, output):
    """Returns an output with its words unsigned; of gates only one case counts."""
    mask = (1 << program.instruction_set.width) - 1
    if isinstance(output, list):
        return [int(word) & mask for word in output]
    return int(output) if isinstance(output, bool) else output & mask


@pytest.mark.parametrize("set_name", SETS)
def test_python_gives_what_the_machine_gives(set_name):
    compared = 0
    for program in [*random_programs(set_name), *map(AssemblyProgram.parse, HANDWRITTEN)]:
        solve = solve_of(program)
        for row in examples_of(program):
            status, output = run(program, row)
            if status is Status.OK:
                assert solve(*row) == output, program
                compared += 1
            elif status is not Status.OUT_OF_FUEL:
                with pytest.raises(ValueError, match=status.name):
                    solve(*row)
    assert compared > 4 * PROGRAMS


def test_python_ends_an_endless_loop():
    solve = solve_of(AssemblyProgram.parse("x86 (a: int) -> a; loop:; add a, 1; jmp loop"))
    with pytest.raises(ValueError, match="OUT_OF_FUEL"):
        solve(1)


@needs_compiler
@pytest.mark.parametrize("set_name", SETS)
def test_c_gives_what_the_machine_gives(set_name, tmp_path):
    programs = random_programs(set_name)
    library = compiled(tmp_path, [p.to_c(f"f{n}") for n, p in enumerate(programs)], ".c")
    compared = sum(check_function(getattr(library, f"f{n}"), program) for n, program in enumerate(programs))
    assert compared > 2 * PROGRAMS


@needs_compiler
def test_c_gives_what_the_machine_gives_on_programs_with_jumps_stack_and_memory(tmp_path):
    programs = [AssemblyProgram.parse(text) for text in HANDWRITTEN]
    library = compiled(tmp_path, [p.to_c(f"f{n}") for n, p in enumerate(programs)], ".c")
    for number, program in enumerate(programs):
        assert check_function(getattr(library, f"f{number}"), program)


@needs_compiler
@pytest.mark.parametrize("set_name", ["bv8", "bv16", "bv32", "bv64", "x86", "minmax"])
def test_c_has_the_edges_of_every_operator(set_name, tmp_path):
    """Divisions by zero and by -1, shifts by the width and more, with registers and with immediates."""
    set_ = SETS[set_name]
    low, ones = 1 << (set_.width - 1), (1 << set_.width) - 1
    words = sorted(
        {set_.normal(word) for word in (0, 1, 2, 7, 8, set_.width - 1, set_.width, low, low - 1, ones)}
    )
    programs = []
    for row in set_.rows():
        if not row.is_operator or row.name == "ite":
            continue
        for second in ("y", *words):
            kinds = set_.operand_kinds(row)
            operands = (
                ("t", "x", second)[: len(kinds)] if set_.addresses == 3 else ("x", second)[: len(kinds)]
            )
            lines = [(row.name, *operands)]
            inputs = dict.fromkeys("xy", set_.word_type)
            programs.append(AssemblyProgram.straight_line(set_name, inputs, lines, [operands[0]]))
    rows = [[x, y] for x in words for y in words]
    batches = [encode(list(column), set_.word_type) for column in zip(*rows, strict=True)]
    library = compiled(tmp_path, [p.to_c(f"f{n}") for n, p in enumerate(programs)], ".c")
    for number, program in enumerate(programs):
        function = getattr(library, f"f{number}")
        for row, output in zip(rows, program.run(batches).outputs(), strict=True):
            assert as_bits(program, call(function, program, row)) == as_bits(program, output), (program, row)


@needs_compiler
def test_gates_in_c_compute_64_cases_side_by_side(tmp_path):
    program = AssemblyProgram.parse(
        "gates (a: bool, b: bool, c: bool) -> (s, t, u, 1); xor t, a, b; xor s, t, c; nand t, t, c; "
        "andn u, a, t; orn t, u, b; nor u, u, 0; not u, u"
    )
    function = compiled(tmp_path, [program.to_c("adder")], ".c").adder
    draws = random.Random(0)
    inputs = [draws.getrandbits(64) for _ in range(3)]
    outputs = call(function, program, inputs)
    for case in range(64):
        expected = program(*(bool(word >> case & 1) for word in inputs))
        assert [bool(word >> case & 1) for word in outputs] == expected


@needs_compiler
def test_readable_c_has_no_warnings(tmp_path):
    program = AssemblyProgram.parse(
        "bv32 (x: bv32, y: bv32) -> t; sub t, x, 1; and t, x, t; udiv t, t, y; ashr t, t, y; shl t, t, 3"
    )
    others = [AssemblyProgram.parse(text) for text in HANDWRITTEN[:2]]
    flags = (*STRICT, "-Wall", "-Wextra", "-Werror")
    compiled(tmp_path, [p.to_c(f"f{n}") for n, p in enumerate([program, *others])], ".c", flags)


def test_c_of_a_sorting_kernel_is_in_place():
    source = AssemblyProgram.parse(
        "x86 (a: int, b: int) -> (a, b); mov s, a; cmp a, b; cmovg a, b; cmovg b, s"
    ).to_c("sort2")
    assert source == (
        "/* x86 (a: int, b: int) -> (a, b) */\n"
        "#include <stdint.h>\n"
        "\n"
        "void sort2(int64_t *values)\n"
        "{\n"
        "    int64_t a = values[0];\n"
        "    int64_t b = values[1];\n"
        "    int64_t s = 0;\n"
        "    int64_t left = 0, right = 0;\n"
        "\n"
        "    s = a;\n"
        "    left = a;\n"
        "    right = b;\n"
        "    if (left > right) a = b;\n"
        "    if (left > right) b = s;\n"
        "\n"
        "    values[0] = a;\n"
        "    values[1] = b;\n"
        "}\n"
    )


@needs_x86
@pytest.mark.parametrize("set_name", ["x86", "minmax"])
def test_x86_gives_what_the_machine_gives(set_name, tmp_path):
    """All random programs are tried; those that the processor cannot run are refused with a reason."""
    programs, sources, refused = [], [], 0
    for program in [*random_programs(set_name, 600), *map(AssemblyProgram.parse, HANDWRITTEN)]:
        try:
            sources.append(program.to_x86(f"f{len(programs)}"))
            programs.append(program)
        except ProgramError:
            refused += 1
    assert len(programs) >= 60 and refused
    library = compiled(tmp_path, sources, ".s")
    compared = 0
    for number, program in enumerate(programs):
        for row in examples_of(program):
            status, output = run(program, row)
            if status is Status.OK:
                given = call(getattr(library, f"f{number}"), program, row)
                assert as_bits(program, given) == as_bits(program, output), program
                compared += 1
    assert compared > 200


@needs_x86
@pytest.mark.parametrize("count", [1, 6, 7, 9, 14])
@pytest.mark.parametrize("outputs", ["one", "in place", "arrays"])
def test_x86_uses_all_registers(count, outputs, tmp_path):
    names = [f"a{number}" for number in range(count)]
    gives = {"one": names[-1], "in place": f"({', '.join(names)})", "arrays": f"({', '.join(names[::-1])})"}[
        outputs
    ]
    lines = "; ".join(f"add {name}, {number + 1}" for number, name in enumerate(names))
    header = f"x86 ({', '.join(f'{name}: int' for name in names)}) -> {gives}"
    program = AssemblyProgram.parse(f"{header}; {lines}; imul {names[-1]}, {names[0]}")
    function = compiled(tmp_path, [program.to_x86("f")], ".s").f
    row = [10 * number - 40 for number in range(count)]
    assert call(function, program, row) == run(program, row)[1]


@needs_x86
def test_x86_keeps_the_flags_over_operators(tmp_path):
    program = AssemblyProgram.parse(
        "x86 (a: int, b: int) -> (a, b, c, d); cmp a, b; add a, 5; xor b, a; shl a, 2; cmovl c, a; "
        "imul b, -3; cmovge d, b; cmovge c, 70000000000; neg a; cmove d, 4"
    )
    source = program.to_x86("f")
    assert source.count("pushfq") == source.count("popfq") == 5
    function = compiled(tmp_path, [source], ".s").f
    for row in ([1, 2], [2, 1], [3, 3], [-(1 << 63), 1 << 62]):
        assert call(function, program, row) == run(program, row)[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bv32 (x: bv32) -> t; not t, x", "bv32 has no words of x86-64"),
        ("x86 (a: bool) -> a", "input a is of type bool"),
        ("x86 (a: int) -> a; load a, [a]", "instruction 0, `load a, \\[a\\]` uses the machine's memory"),
        ("x86 (a: int, b: int) -> a; shl a, b", "`shl a, b`: the processor takes the amount modulo 64"),
        ("x86 (a: int) -> a; again:; cmove a, 1; cmp a, 1; je again", "may come before any comparison"),
        ("x86 (a: int) -> a; pop a", "instruction 0 takes a word that was not pushed there"),
        ("x86 (a: int) -> a; push a; ret", "instruction 1 returns to a word that was pushed"),
        ("x86 (a: int) -> a; push a; cmp a, 1; je end; pop a; end:", "reached with the stack in different"),
        ("x86 (a: int) -> a; call f; f:; add a, 1; ret", "reached with the stack in different"),
        ("x86 (a: int) -> a; again:; sub a, 1; cmp a, 0; jl end; call again; end:", "reached with the stack"),
        ("x86 (a: int) -> a; call f; ret; f:; add a, 1", "ends in the middle of a procedure"),
        ("x86 (a: int) -> a; " + "; ".join(f"mov r{n}, a" for n in range(15)), "16 registers and constants"),
    ],
)  # fmt: skip
def test_x86_says_why_a_program_is_refused(text, reason):
    with pytest.raises(ProgramError, match=reason):
        AssemblyProgram.parse(text).to_x86("f")


@pytest.mark.parametrize("name", ["", "2x", "a b", "int", "x;y"])
def test_bad_names_of_functions_are_refused(name):
    program = AssemblyProgram.parse("x86 (a: int) -> a")
    for export in (program.to_c, program.to_x86):
        with pytest.raises(ProgramError, match="is no name of a function"):
            export(name)


@needs_x86
def test_a_function_may_have_the_name_of_a_register(tmp_path):
    program = AssemblyProgram.parse("x86 (a: int) -> a; loop:; add a, 1; cmp a, 10; jl loop")
    library = compiled(tmp_path, [program.to_x86("rax"), program.to_x86("and")], ".s")
    assert call(library.rax, program, [3]) == call(getattr(library, "and"), program, [3]) == 10


@needs_compiler
def test_c_aborts_where_the_machine_faults(tmp_path):
    texts = {
        "bad_index": "x86 (xs: list[int]) -> a; load a, [-1]",
        "overflow": "x86 () -> 1; again:; call again",
        "underflow": "x86 () -> a; pop a",
        "result": "x86 () -> [65530 : 7]",
    }
    programs = {name: AssemblyProgram.parse(text) for name, text in texts.items()}
    library = compiled(tmp_path, [program.to_c(name) for name, program in programs.items()], ".c")
    for name, program in programs.items():
        row = [[1, 2]] if program.num_inputs else []
        assert run(program, row)[0] not in (Status.OK, Status.OUT_OF_FUEL)
        assert aborts(getattr(library, name), program, row)
