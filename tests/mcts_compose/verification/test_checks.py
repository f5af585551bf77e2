import dataclasses
import itertools
import random
import sys

import pytest

from mcts_compose.results.verdicts import does_generalise, fits_table, is_solved
from mcts_compose.task_memory import FixedMemory, WordMemory
from mcts_compose.verification import smt
from mcts_compose.verification.check import verify
from mcts_compose.verification.exhaustive import covers_all_orders, whole_domain
from mcts_compose.verification.program_terms import terms_of
from mcts_compose.verification.references import BadReferenceError, check_reference, reference_terms
from mcts_compose.verification.samples import sample_inputs
from mcts_compose.verification.term_parser import parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import argument
from tests.mcts_compose.verification.word_tasks import BOOL, WORDS, sort_task, table_task, word_task
from vm.assembly.program import AssemblyProgram

needs_z3 = pytest.mark.skipif(not smt.is_available(), reason="z3-solver is not installed")
CLEAR_LOWEST = "(bvand x (bvsub x #x01))"
CLEAR_LOWEST_32 = "(bvand x (bvsub x #x00000001))"
RIGHT = "bv32 (x: bv32) -> t2; sub t1, x, 1; and t2, x, t1"
WRONG = "bv32 (x: bv32) -> t2; sub t1, x, 1; mov t2, t1"
SORT_3 = (
    "x86 (a: int, b: int, c: int) -> (a, b, c); mov s1, b; cmp a, b; cmovg b, a; cmovg a, s1; mov s1, b; "
    "cmp b, c; cmovg b, c; cmovg c, s1; mov s1, a; cmp a, b; cmovg a, b; cmovg b, s1"
)


def clear_lowest(width, inputs=((5,), (12,)), **changes):
    return word_task(lambda x: x & (x - 1), inputs, width, **changes)


def parse(text):
    return AssemblyProgram.parse(text)


def test_words_of_8_bits_are_run_whole():
    task = clear_lowest(8, reference=CLEAR_LOWEST)
    assert verify(parse(RIGHT.replace("32", "8")), task).method == "exhaustive"
    found = verify(parse("bv8 (x: bv8) -> t2; and t1, x, 254; and t2, t1, 251"), task).counterexamples
    assert 1 < len(found) <= 8
    for counterexample in found:
        (word,) = counterexample.inputs
        assert counterexample.output == word & (word - 1) % 256 != word & 250


def test_two_words_of_8_bits_are_run_whole():
    task = word_task(lambda x, y: x + y, [(1, 2)], arg_names=("x", "y"), reference="(bvadd x y)")
    assert len(whole_domain(task)) == 2**16
    assert verify(parse("bv8 (x: bv8, y: bv8) -> t1; add t1, y, x"), task).method == "exhaustive"
    lines = "add t1, y, x; eq t2, x, 77; eq t3, y, 99; and t3, t3, t2; sub t4, t1, t3"
    (only,) = verify(parse(f"bv8 (x: bv8, y: bv8) -> t4; {lines}"), task).counterexamples
    assert only == ((77, 99), 176)


def test_tables_are_exhaustive_and_leave_open_what_they_do():
    task = table_task(["011-"], 2)
    right = parse("gates (x: bool, y: bool) -> (t1); or t1, x, y")
    assert is_solved(right, task) and verify(right, task).method == "exhaustive"
    other = parse("gates (x: bool, y: bool) -> (t1); xor t1, x, y")
    assert is_solved(other, task)
    assert not is_solved(parse("gates (x: bool, y: bool) -> (t1); and t1, x, y"), task)
    part = table_task(["0-01", "0110"], 2)
    assert part.table is not None
    half_adder = "gates (x: bool, y: bool) -> (t1, t2); and t1, x, y; xor t2, x, y"
    assert fits_table(parse(half_adder), part.table)
    assert not fits_table(parse(half_adder.replace("and", "or")), part.table)


def test_all_orders_stand_for_all_different_values():
    program, task = parse(SORT_3), sort_task(3)
    assert is_solved(program, task) and verify(program, task).method == "exhaustive"
    rng = random.Random(1)
    for _ in range(300):
        values = [rng.getrandbits(64) - 2**63 for _ in range(3)]
        assert program(*values) == sorted(values)


NOT_BY_ORDER = {
    "an order is missing": (SORT_3, {"inputs": sort_task(3).inputs[:5], "outputs": sort_task(3).outputs[:5]}),
    "a value is doubled": (SORT_3, {"inputs": ((1, 1, 1),) * 6, "outputs": ([1, 1, 1],) * 6}),
    "it adds": (SORT_3.replace("mov s1, b;", "mov s1, b; add s1, 0;", 1), {}),
    "it compares with a number": (SORT_3.replace("cmp a, b", "cmp a, 2", 1), {}),
    "scratch is read before it is written": (
        SORT_3.replace("mov s1, b; cmp a, b", "cmp a, s1; mov s1, b", 1),
        {},
    ),
}


@pytest.mark.parametrize("kind", NOT_BY_ORDER)
def test_orders_prove_nothing_when(kind):
    text, changes = NOT_BY_ORDER[kind]
    task = sort_task(3, **changes)
    assert not covers_all_orders(parse(text), task)
    assert verify(parse(text), task).method == "examples"


def test_scratch_may_be_written_in_parts_if_no_order_leaves_it_open():
    lines = (
        "cmp b, c; cmovl s1, c; cmovg s1, b; cmovg b, c; cmp a, s1; mov c, s1; cmovg c, a; cmovl s1, a; "
        "cmp a, b; cmovg a, b; cmovg b, s1"
    )
    in_parts = f"x86 (a: int, b: int, c: int) -> (a, b, c); {lines}"
    task = sort_task(3)
    assert is_solved(parse(in_parts), task) and verify(parse(in_parts), task).method == "exhaustive"


def test_a_claim_of_the_task_makes_some_orders_stand_for_all_there_are():
    memory = dataclasses.replace(sort_task(2).memory, is_complete=True)
    merge = (
        "x86 (a: int, b: int, c: int) -> (a, b, c); mov s1, b; cmp b, c; cmovg b, c; cmovg c, s1; mov s1, a; "
    )
    merge = parse(merge + "cmp a, b; cmovg a, b; cmovg b, s1")
    rows = ((1, 2, 3), (1, 3, 2), (2, 3, 1))
    task = sort_task(3, inputs=rows, outputs=([1, 2, 3],) * 3)
    assert is_solved(merge, task) and verify(merge, task).method == "examples"
    assert verify(merge, dataclasses.replace(task, memory=memory)).method == "exhaustive"


def test_jumps_keep_to_the_order():
    text = "x86 (a: int, b: int) -> (a, b); cmp a, b; jle end; mov s1, a; mov a, b; mov b, s1; end:"
    task = sort_task(2, ("mov", "cmp", "jle"))
    assert verify(parse(text), task).method == "exhaustive"
    endless = parse(text.replace("end:", "again:; jmp again; end:"))
    assert not covers_all_orders(endless, task)


def test_ties_are_held_out_and_said():
    ties = tuple(row for row in itertools.product((1, 2, 3), repeat=3) if len(set(row)) < 3)
    task = sort_task(3, test_inputs=ties, test_outputs=tuple(sorted(row) for row in ties))
    assert does_generalise(parse(SORT_3), task)


def test_a_task_may_say_that_its_examples_are_all():
    memory = FixedMemory("x86", ("mov", "add"), (), ("x",), is_complete=True)
    task = word_task(lambda x: x + 1, [(1,), (2,)], 64, memory=memory, output_type=WORDS, outputs=([2], [3]))
    program = parse("x86 (x: int) -> (x); add x, 1")
    assert verify(program, task).method == "exhaustive"
    judged = verify(program, dataclasses.replace(task, test_inputs=((7,),), test_outputs=([9],)))
    assert (judged.method, judged.counterexamples) == ("examples", ())


@needs_z3
def test_equal_programs_are_proved():
    assert verify(parse(RIGHT), clear_lowest(32, reference=CLEAR_LOWEST_32)).method == "smt"
    wide = clear_lowest(64, reference="(bvand x (bvsub x (_ bv1 64)))")
    assert verify(parse(RIGHT.replace("32", "64")), wide).method == "smt"


@needs_z3
def test_what_no_sample_shows_is_found_by_proof():
    task = clear_lowest(32, reference=CLEAR_LOWEST_32)
    secret = 0x12345679
    program = parse(f"bv32 (x: bv32) -> t4; sub t1, x, 1; and t2, x, t1; eq t3, x, {secret}; add t4, t2, t3")
    assert all(words != (secret,) for words in sample_inputs(task))
    assert verify(program, task).counterexamples == (((secret,), secret & (secret - 1)),)


@needs_z3
def test_cells_are_proved_against_an_assembly_reference():
    reference = "minmax (a: int, b: int) -> (x, y); mov x, a; mov y, a; min x, b; max y, b"
    task = sort_task(2, inputs=((1, 2),), outputs=([1, 2],), reference=reference)
    check_reference(task)
    sort_2 = "x86 (a: int, b: int) -> (a, b); mov s1, a; cmp a, b; cmovg a, b; cmovg b, s1"
    assert verify(parse(sort_2), task).method == "smt"
    found = verify(parse(sort_2.replace("cmovg b", "cmovge b")), task)
    assert found.method == "smt"  # equal values may be exchanged
    wrong = verify(parse(sort_2.replace("cmovg a", "cmovl a")), task)
    assert wrong.counterexamples
    for (a, b), output in wrong.counterexamples:
        assert output == [min(a, b), max(a, b)]


@needs_z3
def test_a_solver_out_of_time_is_a_result():
    text = "bv64 (x: bv64) -> t3; udiv t1, x, 7; mul t2, t1, 7; sub t3, x, t2"
    task = word_task(lambda x: x % 7, [(9,)], 64, reference="(bvurem x (_ bv7 64))")
    judged = verify(parse(text), task, seconds=0.05)
    assert (judged.method, judged.counterexamples) == ("examples", ())
    assert judged.reason is not None and "within 0.05 seconds" in judged.reason


def test_without_the_solver_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "z3", None)
    judged = verify(parse(RIGHT), clear_lowest(32, reference=CLEAR_LOWEST_32))
    assert judged.method == "examples" and judged.reason is not None
    assert 'pip install "mcts-compose[smt]"' in judged.reason
    assert verify(parse(WRONG), clear_lowest(32, ((1,),), reference=CLEAR_LOWEST_32)).counterexamples


def test_without_a_reference_examples_are_all_there_is():
    judged = verify(parse(RIGHT), clear_lowest(32))
    assert judged.method == "examples" and "no reference" in str(judged.reason)


BAD_REFERENCES = {
    "no term": ({"reference": "(bvand x"}, "line 1, column 9"),
    "another argument": ({"reference": "(bvnot y)"}, "there is no 'y'; arguments are x"),
    "another width": (
        {"reference": "((_ extract 3 0) x)"},
        "it gives 4 bits, but the words of the task",
    ),
    "wrong on an example": ({"reference": "(bvneg x)"}, r"on inputs\[0\] it gives 251, but outputs says 4"),
    "wrong on a held-out one": (
        {
            "reference": "(bvand x #x04)",
            "inputs": ((5,),),
            "outputs": (4,),
            "test_inputs": ((3,),),
            "test_outputs": (2,),
        },
        r"on test_inputs\[0\] it gives 0, but test_outputs says 2",
    ),
    "no program": ({"reference": "bv8 (x: bv8) -> t1; ad t1, x, x"}, "ad"),
    "a program that jumps": (
        {"reference": "x86 (x: int) -> x; jmp end; end:", "memory": WordMemory("bv64", ("and",))},
        "but it has a jmp",
    ),
    "a program of another width": ({"reference": "bv16 (x: bv16) -> x; neg x, x"}, "have 16 bits, but those"),
    "a program of more inputs": ({"reference": "bv8 (x: bv8, y: bv8) -> x; neg x, y"}, "takes 2 arguments"),
    "a program of more outputs": ({"reference": "bv8 (x: bv8) -> (x, x); neg x, x"}, "gives 2 words"),
}


@pytest.mark.parametrize("kind", BAD_REFERENCES)
def test_a_reference_that_does_not_fit_is_refused(kind):
    changes, problem = BAD_REFERENCES[kind]
    with pytest.raises(BadReferenceError, match=problem):
        check_reference(clear_lowest(8, **changes))


def test_predicates_and_circuits_have_references():
    less = word_task(lambda x, y: x < y, [(1, 2), (2, 1)], arg_names=("x", "y"), reference="(bvult x y)")
    check_reference(less)
    assert verify(parse("bv8 (x: bv8, y: bv8) -> t1; ult t1, x, y"), less).method == "exhaustive"
    either = word_task(
        lambda x, y: x or y, [(False, True)], input_types=(BOOL, BOOL), output_type=BOOL, outputs=(True,),
        arg_names=("x", "y"), memory=WordMemory("gates", ("or",)), reference="(or x y)",
    )  # fmt: skip
    check_reference(either)
    assert verify(parse("gates (x: bool, y: bool) -> t1; or t1, x, y"), either).method == "exhaustive"
    assert len(verify(parse("gates (x: bool, y: bool) -> y; mov y, y"), either).counterexamples) == 1


def test_signed_words_come_back_signed():
    task = word_task(
        lambda x: -x,
        [(3,)],
        64,
        outputs=(-3,),
        memory=FixedMemory("x86", ("neg",), (), ("x",)),
        reference="(bvneg x)",
    )
    check_reference(task)
    assert verify(parse("x86 (x: int) -> x; not x"), task).counterexamples
    assert all(-(2**63) <= words[0] < 2**63 for words in sample_inputs(task))


@needs_z3
@pytest.mark.parametrize(
    "operator",
    ["bvand", "bvor", "bvxor", "bvadd", "bvsub", "bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem", "bvshl",
     "bvlshr", "bvashr", "bvult", "bvule", "bvslt", "bvsle", "=", "concat"],
)  # fmt: skip
def test_the_solver_means_what_the_evaluator_means(operator):
    import z3

    names = {"x": argument(0, 4), "y": argument(1, 4)}
    whole = list(itertools.product(range(16), repeat=2))
    mine = parse_term(f"({operator} x y)", names)
    values = evaluate([mine], [[x for x, _ in whole], [y for _, y in whole]], len(whole))[0]
    for (x, y), value in zip(whole, values, strict=True):
        (theirs,) = smt._translated([mine], [z3.BitVecVal(x, 4), z3.BitVecVal(y, 4)], z3)
        constant = z3.simplify(theirs)
        got = z3.is_true(constant) if mine.width == 0 else constant.as_long()
        assert got == value, (x, y)


def test_reference_terms_are_none_without_one():
    assert reference_terms(clear_lowest(8)) is None
    assert terms_of(parse(RIGHT))[0].width == 32
