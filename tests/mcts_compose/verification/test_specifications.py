"""Formulas, what the solver says of them, and programs that are checked against them."""

import dataclasses
import itertools
import os
import random
import signal
import threading
import time

import pytest

from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.search.outcome import SearchOutcome
from mcts_compose.task import Task
from mcts_compose.task_files import load_tasks
from mcts_compose.verification import smt
from mcts_compose.verification.cegis import search_and_check
from mcts_compose.verification.check import verify
from mcts_compose.verification.formula_solver import FormulaSolver, NoAnswerError
from mcts_compose.verification.formulas import PLAIN, FormulaError, folded, parse_formula
from mcts_compose.verification.number_draws import NumberDraws
from mcts_compose.verification.number_programs import NotNumbersError, term_of_program
from tests.mcts_compose.refusals import task as task_line
from vm.program import Program
from vm.values import INT_MAX, INT_MIN, Elem, ValueType

INT, BOOL = Elem.INT, Elem.BOOL
NAMES = {"x": INT, "y": INT, "p": BOOL, "result": INT}
LARGER = "(and (>= result x) (>= result y) (or (= result x) (= result y)))"
FORMULAS = [
    LARGER,
    "(= result (ite (< x y 3) (- x) (+ x y 2)))",
    "(=> (distinct x y 0) (xor p (not (> result (abs y)))))",
    "(let ((d (- x y 1)) (x (* 2 y))) (or (<= d x) (= p (= x result)) false))",
]


def larger(**changes: object) -> Task:
    number = ValueType(INT, 0)
    given = {"inputs": ((1, 2), (5, 3)), "outputs": (2, 5), "arg_names": ("x", "y"), "specification": LARGER}
    return Task("larger", "larger", None, (number, number), number, **(given | changes))


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_mean_the_same_to_us_and_to_the_solver(text):
    pytest.importorskip("z3")
    formula = parse_formula(text, NAMES)
    solver = FormulaSolver(formula, {"x": INT, "y": INT, "p": BOOL}, INT, 5)
    seen = set()
    for values in itertools.product((-3, 0, 4), (-2, 1), (False, True), (-3, 0, 1, 4)):
        ours = folded(formula, dict(zip(NAMES, values, strict=True)), PLAIN)
        fixed = [variable == value for variable, value in zip(solver.inputs, values[:3], strict=True)]
        theirs = solver.z3.Solver()
        theirs.add(*fixed, solver.holds(values[3]))
        assert bool(ours) == (theirs.check() == solver.z3.sat), values
        seen.add(bool(ours))
    assert seen == {False, True}


def nested(term: str) -> str:
    """Returns a formula in which `y` becomes a term of itself 60 times."""
    return f"(let ((y {term})) " * 60 + "(= x y)" + ")" * 60


BAD_FORMULAS = {
    "(> x": "line 1, column 1: there is '(' without ')'",
    "(> x y) (> y x)": "there are 2 formulas, but there should be one",
    "x": "line 1, column 1: it gives a number, but should be true or false",
    "(> x z)": "line 1, column 6: there is no 'z'; names are x, y, p, result",
    "(> x p)": "column 2: > needs numbers, 2 or more of them",
    "(= x p)": "= needs operands of one kind, 2 or more of them",
    "(gt x y)": "column 2: there is no operator 'gt'",
    "(div x y)": "there is no operator 'div'",
    "(ite x p p)": "ite needs a truth value and two operands of one kind",
    "(let (x) p)": "a binding should be a name and a term, as (y x)",
    "(let ((3 x)) (= x 3))": "a binding should be a name and a term, as (y x)",
    '(let (("a" x)) p)': "a binding should be a name and a term, as (y x)",
    "(let ((false p)) false)": "column 7: true and false are no names",
    "(let ((|true| p)) p)": "column 7: true and false are no names",
    nested("(* y y)"): "column 124: its numbers may have more than 4,096 bits, which is the limit",
    "()": "there should be an operator and its operands",
    '(= x "a")': "there is no 'a'",
}


@pytest.mark.parametrize(("text", "problem"), BAD_FORMULAS.items())
def test_what_is_no_formula_is_refused_with_its_place(text, problem):
    with pytest.raises(FormulaError) as refusal:
        parse_formula(text, NAMES)
    assert problem in str(refusal.value)


CALLS = [
    "neg(x)", "abs(x)", "sign(x)", "square(x)", "add(x, y)", "sub(x, y)", "mul(x, y)", "div(x, y)",
    "mod(x, y)", "min(x, y)", "max(x, y)", "eq(x, y)", "ne(x, y)", "lt(x, y)", "le(x, y)", "gt(x, y)",
    "ge(x, y)", "even(x)", "odd(x)", "not(p)", "and(p, q)", "or(p, q)", "xor(p, q)", "select(p, x, y)",
    "to_int(p)", "div(7, y)",
    "maximum(append(pair(x, y), 3))", "minimum(prepend(x, singleton(y)))", "head(reverse(pair(x, y)))",
    "last(choose(p, pair(x, y), pair(y, x)))", "sum(concat(pair(x, 1), pair(y, y)))", "len(pair(x, y))",
    "count(lt(pair(x, y), 2))", "any(lt(pair(x, y), 0))", "all(ge(pair(x, y), x))",
    "sum(mul(pair(x, y), append(pair(y, 1), 5)))",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_programs_mean_the_same_to_the_machine_and_to_the_solver(call):
    z3 = pytest.importorskip("z3")
    inputs = "x: int, y: int, p: bool, q: bool"
    for output in ("int", "bool"):
        try:
            program = Program.parse(f"({inputs}) -> {output}; return {call}")
            break
        except ValueError:
            continue
    arguments = [z3.Int("x"), z3.Int("y"), z3.Bool("p"), z3.Bool("q")]
    term = term_of_program(program, arguments, z3)
    rng = random.Random(call)
    for _ in range(12):
        values = (*(rng.randint(-6, 6) for _ in range(2)), *(rng.random() < 0.5 for _ in range(2)))
        solver = z3.SimpleSolver()
        solver.add(*(name == value for name, value in zip(arguments, values, strict=True)))
        solver.add(term != program(*values))
        assert solver.check() == z3.unsat, values


@pytest.mark.parametrize("body", ["gcd(x, y)", "sum(iota(x))", "sum(singleton(fold(&add, x, pair(x, y))))"])
def test_a_program_beyond_integers_is_no_term(body):
    z3 = pytest.importorskip("z3")
    program = Program.parse(f"(x: int, y: int) -> int; return {body}")
    with pytest.raises(NotNumbersError, match="no term says what"):
        term_of_program(program, [z3.Int("x"), z3.Int("y")], z3)


def program(body: str) -> Program:
    return Program.parse(f"(x: int, y: int) -> int; return {body}")


def test_a_right_program_is_proved_and_a_wrong_one_refuted():
    pytest.importorskip("z3")
    assert verify(program("max(x, y)"), larger()).method == "smt"
    for wrong in ("x", "max(x, add(y, 1))", "max(x, min(y, 900))", "div(x, y)"):
        (found,) = verify(program(wrong), larger()).counterexamples
        assert found.output == max(found.inputs) != program(wrong)(*found.inputs)


REASONS = {
    "max(x, gcd(y, y))": ("(=> (>= y 0) {})", "no term says what gcd does"),
    "max(x, min(y, 5000000000))": ("{}", "wrong for some numbers beyond"),
    "sub(add(max(x, y), 9223372036854775807), 9223372036854775807)": ("{}", None),
}


@pytest.mark.parametrize(("body", "about"), REASONS.items())
def test_what_cannot_be_proved_has_a_reason(body, about):
    pytest.importorskip("z3")
    formula, reason = about
    found = verify(program(body), larger(specification=formula.format(LARGER)))
    assert not found.counterexamples
    assert found.reason is None if reason is None else reason in found.reason


def test_draws_are_words_whatever_numbers_a_formula_has():
    formula = parse_formula(f"(> (+ {INT_MAX} {INT_MIN} {10**20}) (- {10**20}) x)", NAMES)
    draws = NumberDraws("words", [INT, INT], formula)
    drawn = {number for _ in range(300) for number in draws.draw()}
    assert (min(drawn), max(drawn)) == (INT_MIN, INT_MAX)


def test_a_program_is_checked_where_a_formula_has_numbers_beyond_words():
    pytest.importorskip("z3")
    formula = "(= result (ite (> x 100000000000000000000) y x))"
    found = verify(program("x"), larger(specification=formula, outputs=(1, 5)))
    assert "wrong for some numbers beyond" in found.reason and not found.counterexamples


def test_deep_formulas_with_small_numbers_are_read():
    formula = parse_formula(nested("(+ y y)"), NAMES)
    assert folded(formula, {"x": 3 << 60, "y": 3}, PLAIN) and not folded(formula, {"x": 3, "y": 3}, PLAIN)


def test_a_quoted_name_that_looks_like_a_number_is_a_name():
    formula = parse_formula("(let ((|3| x)) (= |3| 3))", NAMES)
    assert [folded(formula, {"x": x}, PLAIN) for x in (3, 4)] == [True, False]


def test_what_the_solver_cannot_do_is_no_answer(monkeypatch):
    pytest.importorskip("z3")
    solver = FormulaSolver(parse_formula(LARGER, NAMES), {"x": INT, "y": INT}, INT, 5)

    def fail(*_: object, **__: object) -> None:
        raise solver.z3.Z3Exception("out of memory")

    monkeypatch.setattr(solver.z3, "simplify", fail)
    with pytest.raises(NoAnswerError):
        solver.output_at((1, 2))
    monkeypatch.setattr(solver.z3.Solver, "check", fail)
    with pytest.raises(NoAnswerError):
        solver.is_function()


def test_ctrl_c_stops_a_question_at_once():
    z3 = pytest.importorskip("z3")
    one, other = (z3.ZeroExt(64, z3.BitVec(name, 64)) for name in "xy")
    solver = z3.SolverFor("QF_BV")
    solver.add(one * other == (2**61 - 1) * (2**64 - 59))  # factors take it hours
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
    begun = time.monotonic()
    timer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            smt.check(solver, 30)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - begun < 20


def test_inputs_without_a_right_output_refute_nothing():
    pytest.importorskip("z3")
    formula = f"(and {LARGER} (=> (= x 0) (< result result)))"
    assert verify(program("max(x, y)"), larger(specification=formula)).method == "smt"


def test_a_counterexample_becomes_an_example_of_the_next_search():
    pytest.importorskip("z3")
    bodies = iter(["add(2, 0)", "max(x, min(y, 900))", "max(x, y)"])
    shown = []

    def search(task, budget):
        assert task.specification is None
        shown.append(task.inputs)
        return SearchOutcome(
            program=program(next(bodies)), cost=1.0, simulations=1, executions=1, distinct=1, model_calls=0,
            nodes=1, stopped="solved", seconds=0.01, tree_hash="",
        )  # fmt: skip

    checked = search_and_check(larger(inputs=((1, 2),), outputs=(2,)), search, verify, Budget(seconds=10))
    assert checked.verification.method == "smt" and checked.num_counterexamples == 2
    assert [len(inputs) for inputs in shown] == [1, 2, 3]


def test_the_specification_is_part_of_what_a_task_is():
    task = larger()
    assert dataclasses.replace(task, specification=None).hash != task.hash


LISTS = {"inputs": ["int", "list[int]"], "output": "int"}
WORDS = {"inputs": ["bv8", "bv8"], "output": "bv8"}
BAD_SPECIFICATIONS = {
    "no formula": ({"specification": "(>= result"}, "line 1, column 1: there is '('"),
    "a wrong example": ({"outputs": [2, 3]}, "outputs[1] breaks it"),
    "a wrong held-out example": ({"test_inputs": [[9, 1]], "test_outputs": [1]}, "test_outputs[0] breaks"),
    "lists": ({"types": LISTS, "inputs": [[1, []]], "outputs": [1]}, "it is for tasks whose arguments and"),
    "a taken name": ({"arg_names": ["x", "result"]}, "an argument is called result"),
    "words": ({"types": WORDS}, "an assembly task has no specification"),
}


@pytest.mark.parametrize(("changes", "problem"), BAD_SPECIFICATIONS.values(), ids=BAD_SPECIFICATIONS)
def test_a_specification_that_does_not_fit_its_task_is_refused(tmp_path, changes, problem):
    fields = {
        "types": {"inputs": ["int", "int"], "output": "int"}, "inputs": [[1, 2], [5, 3]], "outputs": [2, 5],
        "specification": LARGER,
    }  # fmt: skip
    file = tmp_path / "t.jsonl"
    file.write_bytes(task_line(**fields))
    assert load_tasks(file)[0].specification == LARGER
    file.write_bytes(task_line(**(fields | changes)))
    with pytest.raises(InputError) as refusal:
        load_tasks(file)
    assert f"field specification: {problem}" in str(refusal.value)
