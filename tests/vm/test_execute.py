"""Execution: batches, loops over skills, compositions, and the bounds on fuel and memory."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.vm.program_generator import Generator
from vm.execute import run_program
from vm.isa import Status
from vm.limits import Limits
from vm.program import Fault, Program, ProgramError
from vm.reference.machine import run_reference
from vm.skill import Skill, SkillTable
from vm.values import decode, encode, parse_type

ROOT = Path(__file__).parents[2]
INTS = parse_type("list[int]")


def run(text, *inputs, limits=None, skills=None, trace=False):
    """Runs a program on host values: for each input one value for each example."""
    program = Program.parse(text, skills or SkillTable())
    batches = [encode(values, type_) for values, type_ in zip(inputs, program.input_types, strict=True)]
    got = program.run(batches, limits, trace=trace)
    wanted = run_reference(program, inputs, limits or Limits())
    assert (got.status, got.line, got.fuel_used) == (wanted.status, wanted.line, wanted.fuel_used)
    return got


LOOPS = [
    ("(x: list[int]) -> list[int]; return map(&mul(_, 2), x)", [5, 3, 8], [10, 6, 16]),
    ("(x: list[int]) -> list[bool]; return map(&lt(4, _), x)", [5, 3, 8], [True, False, True]),
    ("(x: list[int]) -> list[int]; return map(&index(x, _), x)", [1, 2, 0], [2, 0, 1]),
    ("(x: list[int]) -> list[int]; return map(&fold(&add, _, x), x)", [1, 2, 3], [7, 8, 9]),
    ("(x: list[int]) -> list[int]; return filter(&even, x)", [5, 4, 8, 1], [4, 8]),
    ("(x: list[int]) -> list[int]; return sort_by(&mod(_, 3), x)", [5, 3, 4, 6, 2], [3, 6, 4, 5, 2]),
    ("(x: list[int]) -> int; return fold(&sub, 10, x)", [5, 3, 8], -6),
    ("(x: list[int]) -> list[int]; return fold(&append, x, x)", [1, 2], [1, 2, 1, 2]),
    ("(x: list[int]) -> list[int]; return scan(&sub, x)", [5, 3, 8], [5, 2, -6]),
    ("(x: list[int]) -> list[int]; return iterate(&tail, 2, x)", [5, 3, 8], [8]),
    ("(x: list[int]) -> list[int]; return iterate(&tail, -1, x)", [5, 3, 8], [5, 3, 8]),
    ("(x: list[int]) -> int; return until(&mul(_, 2), &gt(_, 9), sum(x))", [1, 2], 12),
    ("(x: list[int]) -> list[int]; return iterate(&scan(&add, _), 2, x)", [1, 1, 1], [1, 3, 6]),
    ("(x: list[int]) -> list[int]; return iterate(&iterate(&add(_, 1), 2, _), len(x), x)", [1, 5], [5, 9]),
    ("(x: list[int]) -> list[int]; return iterate(&map(&mul(_, 2), _), 3, x)", [1, 5], [8, 40]),
    ("(x: list[int]) -> list[int]; return map(&iterate(&add(_, 2), _, 0), x)", [0, 3, 1], [0, 6, 2]),
    ("(x: list[int]) -> list[int]; return scan(&iterate(&add(_, 1), _, _), x)", [1, 2, 3], [1, 3, 6]),
]


@pytest.mark.parametrize(("text", "value", "result"), LOOPS)
def test_loops_over_skills(text, value, result):
    assert run(text, [value]).outputs() == [result]


def test_lanes_run_their_own_number_of_rounds():
    got = run(
        "(x: list[int], k: int) -> list[int]; a = fold(&append, pair(k, k), x); return iterate(&tail, k, a)",
        [[1, 2, 3], [], [4]],
        [1, 0, 3],
    )
    assert got.outputs() == [[1, 1, 2, 3], [0, 0], []]


def test_bound_values_are_those_of_the_lane():
    got = run(
        "(x: list[int], k: int) -> list[int]; return map(&add(_, k), x)", [[1, 2], [], [3]], [10, 20, 30]
    )
    assert got.outputs() == [[11, 12], [], [33]]


def test_until_stops_each_lane_on_its_own():
    got = run("(x: int) -> int; return until(&mul(_, 2), &gt(_, 9), x)", [1, 100, 3])
    assert got.outputs() == [16, 100, 12]


def test_loops_over_nothing_run_nothing():
    assert run("(x: list[int]) -> list[int]; return map(&index(x, _), x)", [[], []]).outputs() == [[], []]
    assert run("(x: list[int]) -> int; return fold(&add, 7, x)", [[]]).outputs() == [7]
    assert run("(x: list[int]) -> list[int]; return scan(&add, x)", [[], []]).outputs() == [[], []]


def test_no_examples_at_all_are_no_fault():
    for text in (
        "(x: list[int]) -> list[int]; return scan(&add, map(&neg, add(x, x)))",
        "(x: list[int]) -> list[int]; return until(&tail, &contains(_, 1), x)",
    ):
        assert Program.parse(text).run([encode([], INTS)]).outputs() == []


def test_operands_of_unequal_shape_are_aligned():
    text = "(x: {0}, y: {0}, k: {1}) -> {0}; return add(mul(x, k), y)"
    assert run(text.format("list[int]", "int"), [[1, 2, 3], []], [[1, 1], [5]], [10, 3]).outputs() == [
        [11, 21],
        [],
    ]
    grid = [[1, 2, 3], [4, 5, 6]]
    assert run(text.format("grid", "int"), [grid], [[[1, 1]]], [10]).outputs() == [[[11, 21]]]


def test_learnt_compositions_are_called_and_bound():
    skills = SkillTable()
    for name, text in (
        ("twice", "(x: int) -> int; return add(x, x)"),
        ("first", "(x: int, y: list[int]) -> int; return x"),
        ("four", "(x: int) -> int; return twice(twice(x))"),
        (
            "clamp",
            "(x: int, low: int, high: int, on: bool) -> int; return select(on, min(max(x, low), high), x)",
        ),
    ):
        skills = skills.with_skill(Skill(name, "", Program.parse(text, skills)))
    assert run("(x: int) -> int; return four(add(x, 1))", [1, 2], skills=skills).outputs() == [8, 12]
    assert run("(x: list[int]) -> list[int]; return map(&four, x)", [[1, 2]], skills=skills).outputs() == [
        [4, 8]
    ]
    text = "(x: list[int], k: int) -> list[int]; return map(&clamp(_, 2, k, true), x)"
    assert run(text, [[1, 3, 9]], [5], skills=skills).outputs() == [[2, 3, 5]]
    assert run(
        "(x: list[int]) -> list[int]; return map(&first(_, x), x)", [[1, 2]], skills=skills
    ).outputs() == [[1, 2]]


def test_endless_loops_run_out_of_fuel():
    for text in (
        "(x: int) -> int; return until(&add(_, 0), &gt(_, 9), x)",
        "(x: int) -> int; return iterate(&neg, 9223372036854775807, x)",
        "(x: int) -> int; return iterate(&until(&neg, &ge(_, -9), _), 9223372036854775807, x)",
    ):
        got = run(text, [1, 2], limits=Limits(fuel=20_000))
        assert got.status is Status.OUT_OF_FUEL
        assert got.fuel_used <= 20_000


def test_endless_loops_end_soon_with_the_default_fuel():
    with pytest.raises(Fault, match="OUT_OF_FUEL"):
        Program.parse("(x: int) -> int; return until(&add(_, 0), &gt(_, 9), x)")(1)


def test_allocation_bombs_run_out_of_memory():
    for text in (
        "(x: int) -> list[int]; return replicate(x, 1000000000)",
        "(x: int) -> list[int]; return range(x, 9223372036854775807)",
        "(x: int) -> list[int]; return iterate(&repeat(_, 1000), 10, [1])",
        "(x: int) -> list[int]; a = iota(200000); b = neg(a); c = neg(b); d = neg(c); return neg(neg(d))",
    ):
        program = Program.parse(text)
        assert program.run([encode([1], parse_type("int"))]).status is Status.OUT_OF_MEMORY


def test_calls_of_compositions_need_as_much_heap_as_the_reference_says():
    """`run` compares status, line and fuel: here with every heap from too little for the inputs to enough."""
    body = Program.parse("(x: list[int], k: int) -> list[int]; v1 = append(x, k); v2 = add(v1, k); return v2")
    skills = SkillTable((Skill("grown", "", body),))
    text = (
        "(x: list[int]) -> list[int]; v1 = grown(x, 1); v2 = grown(v1, 2); v3 = add(x, v2); return sub(v3, 1)"
    )
    ran = [
        run(text, [[5, 3], [], [1]], limits=Limits(heap=heap), skills=skills).status for heap in range(1, 240)
    ]
    assert ran == sorted(ran, reverse=True) and set(ran) == {Status.OK, Status.OUT_OF_MEMORY}


def test_more_lanes_than_a_value_may_have_words_are_out_of_memory():
    program = Program.parse("(x: list[int]) -> list[int]; return x")
    assert program.run([encode([[]] * 9, INTS)], Limits(capacity=8)).status is Status.OUT_OF_MEMORY


@pytest.mark.parametrize("seed", range(40))
def test_one_unit_of_fuel_less_is_out_of_fuel(seed):
    rng = random.Random(seed)
    case = Generator(rng.randint(0, 2**32)).case(spoilt=False)
    run_ = run_program(case.program, case.batches, Limits())
    if run_.status is not Status.OK:
        return
    enough = run_program(case.program, case.batches, Limits(fuel=run_.fuel_used))
    assert enough.status is Status.OK
    if run_.fuel_used > 0:
        less = run_program(case.program, case.batches, Limits(fuel=run_.fuel_used - 1))
        assert less.status is Status.OUT_OF_FUEL
        assert less.fuel_used < run_.fuel_used


def test_runs_do_not_depend_on_what_ran_before():
    generator = Generator(5)
    cases = [generator.case(spoilt=False) for _ in range(50)]
    first = [run_program(case.program, case.batches, case.limits) for case in cases]
    again = [run_program(case.program, case.batches, case.limits) for case in reversed(cases)][::-1]
    for one, other in zip(first, again, strict=True):
        assert (one.status, one.fuel_used) == (other.status, other.fuel_used)
        assert one.output is None or one.output.words.tolist() == other.output.words.tolist()


def test_fault_of_the_first_lane_that_has_one_decides():
    text = "(x: list[int], k: int) -> list[int]; return every(x, index(x, k))"
    assert run(text, [[1, 0], [1, 0]], [1, 5]).status is Status.BAD_INDEX
    assert (
        run("(x: list[int], k: int) -> list[int]; return every(x, k)", [[1], [1]], [1, 0]).status
        is Status.BAD_VALUE
    )


def test_trace_has_the_values_of_every_pointer():
    got = run(
        "(x: list[int]) -> int; a = map(&mul(_, 2), x); return index(a, len(a))", [[1, 2], [3]], trace=True
    )
    assert got.status is Status.BAD_INDEX
    texts = dict(zip(got.program.pointer_texts, got.values, strict=True))
    assert decode(texts["x"]) == [[1, 2], [3]]
    assert decode(texts["v1"]) == [[2, 4], [6]]
    assert decode(texts["v2"]) == [2, 1]
    assert texts["v3"] is None
    assert texts["&mul(_, 2)"] is None


def test_batches_that_do_not_fit_are_refused():
    program = Program.parse("(x: list[int], k: int) -> list[int]; return take(x, k)")
    with pytest.raises(ProgramError, match=r"takes \(list\[int\], int\), not \(int\)"):
        program.run([encode([1], parse_type("int"))])
    with pytest.raises(ProgramError, match="different numbers of examples"):
        program.run([encode([[1]], INTS), encode([1, 2], parse_type("int"))])


def test_threads_run_on_memory_of_their_own():
    program = Program.parse("(x: list[int]) -> list[int]; return iterate(&scan(&add, _), 30, x)")
    wanted = {start: program([start, 1, 2]) for start in range(8)}
    results = {}

    def work(start):
        results[start] = [program([start, 1, 2]) for _ in range(50)]

    threads = [threading.Thread(target=work, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(results[start] == [wanted[start]] * 50 for start in range(8))


GROWTH = """
import gc
from pathlib import Path
from tests.vm.program_generator import Generator
from vm.execute import run_program

def resident_bytes():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

generator = Generator(11)
for number in range(48_000):
    case = generator.case(spoilt=False)
    run_program(case.program, case.batches, case.limits)
    if number == 34_000:  # By then the allocator's free lists have hardly anything to grow for.
        start = resident_bytes()
print(resident_bytes() - start)
"""
"""A process of its own: what other tests left behind would grow or shrink too."""


@pytest.mark.slow
def test_resident_memory_does_not_grow_over_many_programs():
    done = subprocess.run(
        [sys.executable, "-c", GROWTH], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 4_000_000  # measured: 0; 300 bytes a program would be more
