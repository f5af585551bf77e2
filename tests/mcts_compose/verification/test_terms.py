import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcts_compose.results.word_runs import outputs_on
from mcts_compose.verification.program_terms import NotStraightError, terms_of
from mcts_compose.verification.term_parser import MAX_DEPTH, TermSyntaxError, parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import argument, as_word
from vm.assembly.isa import ASSEMBLY_ROWS
from vm.assembly.program import AssemblyProgram
from vm.assembly.sets import SETS


def value_of(text, width=8, **words):
    names = {name: argument(index, width) for index, name in enumerate(words)}
    return evaluate([parse_term(text, names)], [[word] for word in words.values()], 1)[0][0]


# The right column is worked out by hand from the definitions of SMT-LIB.
VALUES = [
    ("(bvand x (bvsub x #x01))", {"x": 12}, 8),
    ("(bvadd x y #b00000001)", {"x": 255, "y": 3}, 3),
    ("(bvneg x)", {"x": 1}, 255),
    ("(bvnand x y)", {"x": 12, "y": 10}, 247),
    ("(bvnor x y)", {"x": 12, "y": 10}, 241),
    ("(bvxnor x y)", {"x": 12, "y": 10}, 249),
    ("(bvudiv x y)", {"x": 7, "y": 0}, 255),
    ("(bvurem x y)", {"x": 7, "y": 0}, 7),
    ("(bvsdiv x y)", {"x": 249, "y": 2}, 253),
    ("(bvsdiv x y)", {"x": 249, "y": 0}, 1),
    ("(bvsdiv x y)", {"x": 7, "y": 0}, 255),
    ("(bvsdiv x y)", {"x": 128, "y": 255}, 128),
    ("(bvsrem x y)", {"x": 249, "y": 2}, 255),
    ("(bvsrem x y)", {"x": 249, "y": 0}, 249),
    ("(bvshl x y)", {"x": 255, "y": 8}, 0),
    ("(bvshl x y)", {"x": 3, "y": 7}, 128),
    ("(bvlshr x y)", {"x": 255, "y": 200}, 0),
    ("(bvashr x y)", {"x": 128, "y": 200}, 255),
    ("(bvashr x y)", {"x": 128, "y": 1}, 192),
    ("(bvult x y)", {"x": 1, "y": 255}, True),
    ("(bvslt x y)", {"x": 1, "y": 255}, False),
    ("(bvugt x y)", {"x": 1, "y": 255}, False),
    ("(bvsge x y)", {"x": 1, "y": 255}, True),
    ("(bvcomp x y)", {"x": 4, "y": 4}, 1),
    ("(distinct x y)", {"x": 4, "y": 4}, False),
    ("(ite (= x y) #x0a #x0b)", {"x": 4, "y": 5}, 11),
    ("(=> (= x y) false)", {"x": 4, "y": 4}, False),
    ("(and true (or false (xor true (not true))))", {"x": 0}, True),
    ("((_ extract 7 4) x)", {"x": 0xA5}, 0xA),
    ("((_ sign_extend 8) x)", {"x": 0x80}, 0xFF80),
    ("((_ zero_extend 8) x)", {"x": 0x80}, 0x80),
    ("((_ rotate_left 3) x)", {"x": 0b10010110}, 0b10110100),
    ("((_ rotate_right 11) x)", {"x": 0b10010110}, 0b11010010),
    ("((_ repeat 2) x)", {"x": 0xA5}, 0xA5A5),
    ("(concat x y)", {"x": 1, "y": 2}, 258),
    ("((_ extract 15 8) (bvmul ((_ zero_extend 8) x) ((_ zero_extend 8) y)))", {"x": 200, "y": 200}, 156),
    ("(let ((s (bvlshr x #x07))) (bvadd s s)) ; twice the sign", {"x": 200}, 2),
    ("(bvadd x (_ bv300 8))", {"x": 0}, 44),
]


@pytest.mark.parametrize(("text", "words", "wanted"), VALUES)
def test_terms_mean_what_smt_lib_says(text, words, wanted):
    assert value_of(text, **words) == wanted


MISTAKES = [
    ("(bvand x", "line 1, column 9: the text ends"),
    ("(bvand x y) z", "column 13: there is 'z' after the end"),
    ("(bvand x\n  z)", "line 2, column 3: there is no 'z'; arguments are x, y"),
    ("(bvxand x y)", "column 2: there is no operator 'bvxand'"),
    ("(bvneg x y)", "bvneg takes 1 operands, but has 2"),
    ("(bvand x)", "bvand takes 2 or more operands, but has 1"),
    ("(bvand x #x0001)", "bvand needs words of one width, but has 8 bits and 16 bits"),
    ("(not x)", "not needs truth values, but has 8 bits"),
    ("(bvadd x true)", "bvadd needs words, but has 8 bits and a truth value"),
    ("(ite x x x)", "ite needs a truth value and two operands of one width"),
    ("((_ extract 8 0) x)", "bits 8 to 0 of 8 bits were asked for"),
    ("((_ zero_extend 9999) x)", "longer than the limit of 4096"),
    ("((_ shuffle 1) x)", "there is no operator 'shuffle' with numbers"),
    ("((_ repeat 0) x)", "repeat needs a number from 1"),
    ("(let ((3 x)) x)", "the name is '3'"),
    ("(_ bv1 0)", "should be a value such as bv5"),
    ("", "the text ends"),
    ("()", "there is no operator"),
]


@pytest.mark.parametrize(("text", "problem"), MISTAKES)
def test_mistakes_in_terms_name_their_place(text, problem):
    with pytest.raises(TermSyntaxError) as caught:
        value_of(text, x=1, y=2)
    assert problem in str(caught.value) and str(caught.value).startswith("line ")


def test_hostile_terms_are_refused_in_bounded_time():
    begun = time.process_time()
    for text in ("(" * 100_000, "(bvnot " * 100_000 + "x" + ")" * 100_000, "(bvadd " + "x " * 100_000 + ")"):
        with pytest.raises(TermSyntaxError):
            value_of(text, x=1)
    assert value_of("(bvnot " * MAX_DEPTH + "x" + ")" * MAX_DEPTH, x=1) == 1
    with pytest.raises(TermSyntaxError, match="nested more than"):
        value_of("(bvnot " * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1), x=1)
    assert time.process_time() - begun < 5


def test_shared_parts_of_a_term_are_computed_once():
    doubled = "x"
    for _ in range(60):
        doubled = f"(let ((d {doubled})) (bvadd d d))"
    assert value_of(doubled, width=64, x=1) == 2**60


@settings(max_examples=200, deadline=None)
@given(st.text("()_ xy#b01bvandadd;\n'letite=extract ", max_size=60))
def test_any_text_is_a_term_or_an_error(text):
    try:
        value_of(text, x=1, y=2)
    except TermSyntaxError as error:
        assert str(error).startswith("line ")


def random_line(rng, word_set, registers):
    row = rng.choice([row for row in word_set.rows() if row.is_straight])
    kinds = word_set.operand_kinds(row)
    limit = 2 ** min(word_set.width, 16)
    sources = [rng.choice([*registers, str(rng.randrange(limit))]) for _ in kinds[1:]]
    first = rng.choice(registers)
    return f"{row.name} {', '.join([first, *sources])}"


@pytest.mark.parametrize("name", [name for name in SETS if name != "subleq"])
def test_terms_of_programs_give_what_the_machine_gives(name):
    word_set, rng = SETS[name], random.Random(3)
    seen = set()
    for _ in range(60):
        lines = [random_line(rng, word_set, ("a", "b", "s")) for _ in range(rng.randint(1, 8))]
        seen |= {line.split()[0] for line in lines}
        text = (
            f"{name} (a: {word_set.word}, b: {word_set.word}) -> (a, b, s); {'; '.join([*lines, 'mov s, s'])}"
        )
        program = AssemblyProgram.parse(text)
        edges = [0, 1, 2**word_set.width - 1, 2 ** (word_set.width - 1), rng.getrandbits(word_set.width)]
        inputs = [(x % 2**word_set.width, y % 2**word_set.width) for x in edges for y in [*edges, 3, 70]]
        given = outputs_on(program, inputs)
        columns = [[x for x, _ in inputs], [y for _, y in inputs]]
        wanted = zip(*evaluate(terms_of(program), columns, len(inputs)), strict=True)
        unsigned = [[word % 2**word_set.width for word in row] for row in given]
        assert unsigned == [list(row) for row in wanted], str(program)
    assert seen == {row.name for row in word_set.rows() if row.is_straight}


def test_programs_that_jump_have_no_terms():
    for name, row in ASSEMBLY_ROWS.items():
        if row.is_straight or name in ("subleq", "load", "store"):
            continue
        operand = {"push": " a", "pop": " a", "ret": ""}.get(name, " end")
        program = AssemblyProgram.parse(f"x86 (a: int) -> a; {name}{operand}; end:")
        with pytest.raises(NotStraightError, match=name):
            terms_of(program)


def test_truth_values_become_words():
    truth = parse_term("(bvult x y)", {"x": argument(0, 8), "y": argument(1, 8)})
    assert list(evaluate([as_word(truth, 8)], [[1, 2], [2, 1]], 2)[0]) == [1, 0]
