"""Terms over texts and numbers: what they give, beside z3, and how tasks are put in them."""

import importlib.util
import random

import pytest

from benchmarks.peers.scalar_terms import ScalarProgram, ScalarTermError, literal, parse_tree
from benchmarks.peers.sygus_scalars import scalar_answer, scalar_problem
from benchmarks.suites.from_documents import tasks_of
from mcts_compose.errors import UnsupportedError

needs_z3 = pytest.mark.skipif(
    importlib.util.find_spec("z3") is None, reason="z3 is not installed: it is in the extra `smt`"
)
SIGNATURES = {
    "S": [("str.++", "SS"), ("str.replace", "SSS"), ("str.at", "SI"), ("str.substr", "SII"),
          ("str.from_int", "I"), ("ite", "BSS")],
    "I": [("+", "II"), ("-", "II"), ("-", "I"), ("*", "II"), ("str.len", "S"), ("str.to_int", "S"),
          ("str.indexof", "SSI"), ("ite", "BII")],
    "B": [("=", "II"), ("=", "SS"), ("<=", "II"), ("<", "II"), (">", "II"), (">=", "II"), ("not", "B"),
          ("and", "BB"), ("or", "BB"), ("str.prefixof", "SS"), ("str.suffixof", "SS"),
          ("str.contains", "SS")],
}  # fmt: skip
ATOMS = {
    "S": ["", "a", "ab", "ba b", "012", "7", 'q"', "é\\", "aa"],
    "I": [0, 1, 2, 3, -1, -7, 40],
    "B": [True, False],
}


def drawn(generator, sort, depth):
    if depth == 0 or generator.random() < 0.2:
        return literal(generator.choice(ATOMS[sort]))
    head, operands = generator.choice(SIGNATURES[sort])
    return f"({head} {' '.join(drawn(generator, each, depth - 1) for each in operands)})"


def evaluated(text, **names):
    return ScalarProgram(tuple(names), parse_tree(text))(*names.values())


@needs_z3
def test_terms_give_what_z3_says():
    import z3

    generator = random.Random(1)
    terms = [drawn(generator, generator.choice("SIB"), 3) for _ in range(400)]
    claims = " ".join(f"(assert (= {term} {literal(evaluated(term))}))" for term in terms)
    for term, claim in zip(terms, z3.parse_smt2_string(claims), strict=True):
        assert z3.is_true(z3.simplify(claim)), term


@pytest.mark.parametrize("text", ["", 'say "é"', "\\u{41}", "a\\b", "\t\n", "\U0001f600", '""'])
def test_texts_come_back_from_their_literals(text):
    assert evaluated(literal(text)) == text


def test_shared_parts_and_escapes_of_four_digits_are_read():
    assert evaluated('(let ((a (str.++ x "!"))) (str.++ a a))', x="y") == "y!y!"
    assert evaluated('"\\u0041\\u{42}"') == "AB"


@pytest.mark.parametrize(
    "text",
    ["", "(", ")", "x y", "(+ 1", '"open', "(str.rev x)", "y", "(+ x 1)", "()", "((+ 1 2))", "(str.len)"],
)
def test_what_is_no_term_is_said_to_be_none(text):
    with pytest.raises(ScalarTermError):
        evaluated(text, x="a")


def task(**fields):
    document = {
        "id": "t", "name": "t", "types": {"inputs": ["str", "int"], "output": "str"},
        "inputs": [["a-b", 7], ["c+d", 8]], "outputs": ["b: no", "d: no"],
        "test_inputs": [["q*r", 90]], "test_outputs": ["r; no"],
    }  # fmt: skip
    (made,) = tasks_of("tests", [document | fields])
    return made


def test_constants_are_those_of_the_task_and_of_shown_examples():
    text = scalar_problem(task(constants=["=>", 12]))
    assert '(S String (x0 "=>" "" " " "+" "-" ":" ": no" (str.++ S S)' in text
    assert "(I Int (x1 12 0 1 2 3 4 5 (+ I I)" in text
    assert '(constraint (= (answer "c+d" 8) "d: no"))' in text and text.count("constraint") == 2
    assert "*" not in text and "90" not in text and ";" not in text


def test_the_grammar_begins_with_the_sort_of_the_answer():
    lengths = task(types={"inputs": ["str", "int"], "output": "int"}, outputs=[1, 2], test_outputs=[3])
    assert "((I Int) (S String) (B Bool))" in scalar_problem(lengths)
    sums = {"types": {"inputs": ["int"], "output": "int"}, "inputs": [[1], [-2]], "outputs": [2, -4]}
    text = scalar_problem(task(**sums, test_inputs=[], test_outputs=[]))
    assert "(set-logic NIA)" in text and "String" not in text and "(answer (- 2)) (- 4)" in text


def test_other_types_are_refused():
    lists = {"types": {"inputs": ["list[int]"], "output": "int"}, "inputs": [[[1]], [[2]]], "outputs": [1, 2]}
    with pytest.raises(UnsupportedError, match=r"not list\[int\]"):
        scalar_problem(task(**lists, test_inputs=[], test_outputs=[]))


def test_an_answer_is_the_body_of_the_function():
    printed = '(\n(define-fun answer ((x0 String) (x1 Int)) String\n  (str.++ x0  ")  "))\n)\n'
    program = scalar_answer(task(), printed)
    assert (program.text, program.length, program("a", 1)) == ('(str.++ x0 ")  ")', 1, "a)  ")


@pytest.mark.parametrize("printed", ["fail", "", "(\n)\n", "((define-fun other () Int 3))"])
def test_what_is_no_answer_is_refused(printed):
    with pytest.raises(ScalarTermError):
        scalar_answer(task(), printed)
