"""Exported Python gives the machine's results, stands alone, and is readable."""

import ast

import pytest

from tests.vm.program_generator import ROOMY, Generator
from vm.assembly.program import AssemblyProgram
from vm.isa import Status
from vm.program import Program
from vm.reference import forms_agree, to_form
from vm.skill import Skill, SkillTable
from vm.values import decode, encode


def solve_of(source):
    """Returns the function that an exported source defines."""
    namespace = {}
    exec(compile(source, "exported", "exec"), namespace)
    return namespace["solve"]


@pytest.mark.parametrize("seed", range(8))
def test_export_gives_the_results_of_the_machine(seed):
    generator = Generator(seed, assembly_share=0, function_share=0)
    for _ in range(100):
        case = generator.case(spoilt=False)
        solve = solve_of(case.program.to_python())
        columns = [decode(batch) for batch in case.batches]
        for inputs in zip(*columns, strict=True) if columns else [()]:
            batches = [
                encode([value], type_) for value, type_ in zip(inputs, case.program.input_types, strict=True)
            ]
            run = case.program.run(batches, ROOMY)
            if run.status in (Status.OUT_OF_FUEL, Status.OUT_OF_MEMORY):
                continue
            if run.status is not Status.OK:
                with pytest.raises(ValueError, match=run.status.name):
                    solve(*inputs)
                continue
            type_ = case.program.output_type
            assert forms_agree(to_form(solve(*inputs), type_), to_form(run.outputs()[0], type_)), case.program


def test_export_is_one_line_for_each_call():
    source = Program.parse(
        "(x: list[int], k: int) -> list[int]; a = add(x, k); return filter(&even, sort(a))"
    ).to_python()
    assert source.endswith(
        "def solve(x, k):\n"
        '    """(x: list[int], k: int) -> list[int]"""\n'
        "    v1 = [add(item1, k) for item1 in x]\n"
        "    v2 = sort(v1)\n"
        "    v3 = [item2 for item2 in v2 if even(item2)]\n"
        "    return v3\n"
    )


def test_export_holds_only_what_it_uses():
    source = Program.parse("(x: list[int]) -> list[int]; return reverse(x)").to_python()
    assert [node.name for node in ast.parse(source).body] == ["reverse", "solve"]


def test_export_needs_only_the_standard_library():
    generator = Generator(99, assembly_share=0, function_share=0)
    for _ in range(200):
        tree = ast.parse(generator.case(spoilt=False).program.to_python())
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= {"itertools", "math", "re"}
            elif isinstance(node, ast.ImportFrom):
                assert node.module == "itertools"


def test_export_defines_learnt_skills():
    skills = SkillTable()
    for name, text in (
        ("twice", "(x: int) -> int; return add(x, x)"),
        ("four", "(x: int) -> int; return twice(twice(x))"),
    ):
        skills = skills.with_skill(Skill(name, 'Says "so" \\ much.', Program.parse(text, skills)))
    source = Program.parse("(x: list[int]) -> list[int]; return map(&four, x)", skills).to_python()
    assert solve_of(source)([1, 2]) == [4, 8]
    assert "def skill_twice(x):" in source


@pytest.mark.parametrize("name", ["add", "list", "lambda", "sum", "v1", "item1", "LIMIT", "math", "x_add"])
def test_inputs_with_taken_names_are_renamed(name):
    program = Program.parse(
        f"({name}: list[int], y: list[int]) -> list[int]; return add(add({name}, y), neg(y))"
    )
    assert solve_of(program.to_python())([1, 2], [5, 6]) == [1, 2]


def test_ints_wrap_and_allocation_bombs_end():
    square = solve_of(Program.parse("(x: int) -> int; return mul(x, x)").to_python())
    assert square(2**62 + 1) == -(2**63) + 1
    bomb = Program.parse("(x: list[int]) -> list[int]; return iterate(&concat(_, x), 1000000, x)").to_python()
    with pytest.raises(ValueError, match="OUT_OF_MEMORY"):
        solve_of(bomb)([1] * 1000)
    replicated = Program.parse("(x: int) -> list[int]; return replicate(x, 1000000000)").to_python()
    with pytest.raises(ValueError, match="OUT_OF_MEMORY"):
        solve_of(replicated)(1)


def test_nested_endless_loops_end():
    source = Program.parse(
        "(x: int) -> int; return iterate(&iterate(&neg, 9223372036854775807, _), 9223372036854775807, x)"
    ).to_python()
    with pytest.raises(ValueError, match="OUT_OF_FUEL"):
        solve_of(source)(1)


def test_export_of_a_program_that_calls_assembly():
    texts = {
        "twice": "x86 (a: int) -> a; add a, a",
        "total": "x86 (take: list[int], pop: bool) -> a; again:; cmp i, take_len; jge end; mov p, take; "
        "add p, i; load x, [p]; add a, x; add a, pop; add i, 1; jmp again; end:",
    }
    skills = SkillTable(
        tuple(Skill(name, "Counts.", AssemblyProgram.parse(text)) for name, text in texts.items())
    )
    program = Program.parse(
        "(x: list[int], solve: int) -> int; a = take(x, solve); b = map(&twice, a); c = lt(solve, 3); "
        "return total(b, c)",
        skills,
    )
    solve = solve_of(program.to_python())
    for inputs in (([5, -7, 2**62], 2), ([5, -7, 2**62], 3), ([], 0)):
        assert solve(*inputs) == program(*inputs)
