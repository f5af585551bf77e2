"""Operators of SyGuS-IF: what sorts they take and give."""

import pytest

from benchmarks.formats.sygus.reading import read_problem
from benchmarks.formats.text_file import TextFile
from mcts_compose.errors import InputError

PROBLEM = """(set-logic ALL) (synth-fun f () Int)
(declare-var i Int) (declare-var p Bool) (declare-var s String) (declare-var w (_ BitVec 8))
(constraint (= {term} {same})) (check-synth)"""

SORTS = {
    "i": "(+ i 1 i) (* 2 i) (- i) (- i 1 2) (div i 2) (mod i 2) (abs i) (ite p i 1) (str.len s) "
    "(str.to.int s) (str.to_int s) (str.indexof s s i) (str.to_code s) (let ((j i) (i s)) j) "
    "(let ((j Int i)) j) -3 f",
    "p": "(and p p p) (or p p) (xor p p) (=> p p p) (not p) (= i i i) (distinct w w) (< i i) (<= i i 3) "
    "(> i 1) (>= i 1) (str.prefixof s s) (str.suffixof s s) (str.contains s s) (str.< s s) (str.<= s s) "
    "(str.is_digit s) (bvult w w) (bvsge w w) true",
    "s": '(str.++ s s "x") (str.at s 0) (str.substr s 0 1) (str.replace s s s) (str.replace_all s s s) '
    "(int.to.str i) (str.from_int 3) (str.from_code i) (ite (= s s) s s)",
    "w": "(bvand w w w) (bvnot w) (bvneg w) (bvsub w w) (bvudiv w w) (bvsmod w w) (bvnand w w) #x0f "
    "#b00001111 (_ bv5 8) ((_ extract 8 1) (concat w w)) ((_ extract 7 0) ((_ zero_extend 3) w)) "
    "((_ rotate_left 2) w) ((_ repeat 1) w) ((_ extract 7 0) ((_ sign_extend 1) w)) "
    "(concat ((_ repeat 7) (bvcomp w w)) #b1)",
}


def terms_of(text):
    """Splits a text into its terms."""
    depth, start = 0, 0
    for at, mark in enumerate(text + " "):
        depth += (mark == "(") - (mark == ")")
        if mark == " " and depth == 0:
            yield text[start:at]
            start = at + 1


@pytest.mark.parametrize("same", SORTS)
def test_operators_give_their_sort(same):
    for term in terms_of(SORTS[same]):
        read_problem(TextFile("p.sl", PROBLEM.format(term=term, same=same)))
        for other in SORTS.keys() - {same}:
            with pytest.raises(InputError, match="two or more operands of one sort"):
                read_problem(TextFile("p.sl", PROBLEM.format(term=term, same=other)))


BAD_TERMS = [
    "(+ i)", "(+ i s)", "(not i)", "(not p p)", "(ite i i i)", "(ite p i s)", "(- s)", "(abs i i)",
    "(str.at s s)", "(str.len i)", "(str.++ s)", "(bvand w)", "(bvadd w #x1)", "(bvnot w w)", "(bvult w i)",
    "(concat w i)", "((_ extract 8 0) w)", "((_ extract 0 1) w)", "((_ extract 1) w)", "((_ repeat 0) w)",
    "((_ repeat 999) w)", "((_ zero_extend 9999) w)", "((_ extract a 0) w)", "((_ bvadd 1) w)", "(_ bv5 0)",
    "(_ w 8)", "()", "(1 2)", "((f) 1)", "(let (i) i)", "(let i i)", "(f i)", "(let ((j i) (k j)) k)", "2.5",
    ":key", "nothing",
]  # fmt: skip


@pytest.mark.parametrize("term", BAD_TERMS)
def test_misplaced_operands_are_refused_with_their_place(term):
    with pytest.raises(InputError, match=r"p\.sl, line 3, column \d+: "):
        read_problem(TextFile("p.sl", PROBLEM.format(term=term, same=term)))
