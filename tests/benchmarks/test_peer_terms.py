"""Terms of SMT-LIB and programs of words become each other, and say the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peers.smtlib import literal, term_text
from benchmarks.peers.term_programs import TermOperatorError, program_of_term
from mcts_compose.verification.program_terms import terms_of
from mcts_compose.verification.term_parser import parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import argument
from vm.assembly.program import AssemblyProgram, Returns
from vm.assembly.sets import SETS
from vm.reference.assembly import apply_operator
from vm.values import Elem, ValueType

WORD = ValueType(Elem.INT, 0)
EDGES = (0, 1, 2, 3, 7, 8, 100, 127, 128, 129, 254, 255)
NAMES = {"x": argument(0, 8), "y": argument(1, 8)}


def parsed(text):
    return parse_term(text, NAMES)


def program(text):
    return program_of_term(parsed(text), "bv8", ("x", "y"))


def run(program, *words):
    """Runs a straight-line program on 8 bits, one line at a time."""
    registers = dict(zip(program.input_names, words, strict=True))

    def value(operand):
        return operand if isinstance(operand, int) else registers[operand]

    for line in program.instructions:
        registers[line.operands[0]] = apply_operator(line.mnemonic, 8, *map(value, line.operands[1:]))
    return value(program.outputs[0])


@st.composite
def programs(draw):
    """Draws straight-line programs over two words."""
    rows = SETS["bv8"].rows()
    constants = draw(st.lists(st.sampled_from(EDGES), max_size=2, unique=True))
    lines = []
    for number in range(draw(st.integers(1, 8))):
        row = draw(st.sampled_from(rows))
        pointers = st.integers(0, 1 + len(constants) + number)
        lines.append((row.name, [draw(pointers) for _ in row.three[1:]]))
    output = 1 + len(constants) + len(lines)
    return AssemblyProgram.from_pointers(
        "bv8", {"x": WORD, "y": WORD}, lines, constants, [output], Returns.WORD
    )


@settings(max_examples=200, deadline=None)
@given(programs(), st.sampled_from(EDGES), st.sampled_from(EDGES))
def test_a_program_made_a_text_and_a_program_again_says_the_same(known, x, y):
    (term,) = terms_of(known)
    text = term_text(term, ("x", "y"))
    assert run(program(text), x, y) == run(known, x, y), text


@settings(max_examples=200, deadline=None)
@given(programs(), st.sampled_from(EDGES), st.sampled_from(EDGES))
def test_the_text_of_a_term_has_its_value(known, x, y):
    (term,) = terms_of(known)
    read = parsed(term_text(term, ("x", "y")))
    first, second = evaluate([term, read], [[x], [y]], 1)
    assert first[0] == second[0]


def test_shared_parts_are_written_once():
    (term,) = terms_of(
        AssemblyProgram.parse("bv8 (x: bv8) -> t4; " + "; ".join(
            f"mul t{n}, {f't{n - 1}' if n > 1 else 'x'}, {f't{n - 1}' if n > 1 else 'x'}" for n in range(1, 5)
        ))
    )  # fmt: skip
    assert term_text(term, ("x",)).count("bvmul") == 4


@pytest.mark.parametrize(
    ("width", "word", "text"), [(8, 10, "#x0a"), (32, 1, "#x00000001"), (1, 1, "#b1"), (7, 5, "#b0000101")]
)
def test_constants_have_all_their_digits(width, word, text):
    assert literal(word, width) == text


@pytest.mark.parametrize(
    ("term", "body"),
    [
        ("(bvand x (bvsub x #x01))", "t2; sub t1, x, 1; and t2, x, t1"),
        ("(bvand x (bvsub x #b00000001))", "t2; sub t1, x, 1; and t2, x, t1"),
        ("(bvadd (bvmul x y) (bvmul x y))", "t2; mul t1, x, y; add t2, t1, t1"),
        ("x", "x"),
        ("#x2a", "42"),
        ("(ite (bvult x y) #x01 #x00)", "t1; ult t1, x, y"),
        ("(ite (distinct x y) #x01 #x00)", "t1; ne t1, x, y"),
        ("(ite (bvslt x y) x y)", "t2; slt t1, x, y; ite t2, t1, x, y"),
        ("(ite (distinct x #x00) x y)", "t1; ite t1, x, x, y"),
        ("(ite (= x #x00) x y)", "t1; ite t1, x, y, x"),
        ("(ite (not (bvule x y)) #x01 #x00)", "t1; ult t1, y, x"),
        ("(ite (bvuge x y) #x01 #x00)", "t1; ule t1, y, x"),
        ("(let ((a (bvneg x))) (bvxor a (bvneg x)))", "t2; neg t1, x; xor t2, t1, t1"),
    ],
)
def test_a_term_becomes_the_shortest_obvious_program(term, body):
    assert program(term).text == f"bv8 (x: bv8, y: bv8) -> {body}"


@pytest.mark.parametrize(
    "term", ["(bvadd ((_ zero_extend 4) ((_ extract 3 0) x)) y)", "((_ extract 7 0) ((_ zero_extend 8) x))"]
)
def test_words_of_other_widths_are_no_program(term):
    with pytest.raises(TermOperatorError):
        program(term)


@pytest.mark.parametrize(
    "condition",
    ["(and (= x y) (bvult x #x05))", "(xor (= x #x00) (= y #x00))", "(not (or (= x y) (= y #x01)))"],
)
def test_connected_conditions_say_the_same(condition):
    text = f"(ite {condition} x (bvnot y))"
    for x in EDGES:
        for y in EDGES:
            assert run(program(text), x, y) == evaluate([parsed(text)], [[x], [y]], 1)[0][0]
