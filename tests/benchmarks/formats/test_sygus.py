"""What SyGuS-IF problems become."""

import itertools
import json

import pytest

from benchmarks.formats.sygus.expansion import expanded
from benchmarks.formats.sygus.reading import read_problem
from benchmarks.formats.text_file import TextFile
from mcts_compose.task_files import load_tasks
from mcts_compose.verification.check import verify
from mcts_compose.verification.term_parser import parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import argument
from tests.benchmarks.formats.reading import imported, read_one
from tests.benchmarks.formats.small_files import CIRCUIT, SPECIFIED, STRINGS, TRICK, WORDS
from vm.assembly.program import AssemblyProgram


def test_examples_are_read_with_the_constants_of_the_grammar(tmp_path):
    fields = read_one(tmp_path, "sygus", "strings.sl", STRINGS)
    assert fields["types"] == {"inputs": ["str", "int"], "output": "str"}
    assert fields["inputs"] == [['Ada "L" \u00e9', 3], ["Al", -2]] and fields["outputs"] == ["Ada", "Al"]
    assert fields["constants"] == [" ", 0, 1, -1] and "skills" not in fields
    assert fields["arg_names"] == ["x", "y"]  # v1 names a line of programs


def test_operators_of_words_become_instructions(tmp_path):
    fields = read_one(tmp_path, "sygus", "words.sl", WORDS)
    assert fields["inputs"] == [[3, 5], [16, 0]] and fields["outputs"] == [4, 8]
    assert fields["memory"] == {
        "kind": "growing", "set": "bv8", "instructions": ["add", "lshr"], "constants": [1, 2]
    }  # fmt: skip


def test_an_operator_that_no_skill_does_leaves_all_skills(tmp_path):
    fields = read_one(tmp_path, "sygus", "w.sl", WORDS.replace("(halve Start)", "(bvsmod Start Start)"))
    assert "instructions" not in fields["memory"] and fields["memory"]["constants"] == [2]


def test_operators_on_numbers_become_skills(tmp_path):
    text = """(set-logic LIA)
        (synth-fun f ((x Int)) Int ((S Int) (B Bool))
          ((S Int (x 7 (+ S S) (ite B S S))) (B Bool ((<= S S)))))
        (constraint (= (f 3) 4)) (check-synth)"""
    fields = read_one(tmp_path, "sygus", "n.sl", text)
    assert fields["skills"] == ["add", "le", "select"] and fields["constants"] == [7]


def test_a_term_becomes_a_reference_that_programs_are_checked_against(tmp_path):
    fields = read_one(tmp_path, "sygus", "trick.sl", TRICK)
    assert len(fields["inputs"]) == 20 and len(fields["test_inputs"]) == 50
    for (word,), output in zip(fields["inputs"] + fields["test_inputs"],
                               fields["outputs"] + fields["test_outputs"], strict=True):  # fmt: skip
        assert output == (word + 1) & -(word + 1) & 0xFF
    (tmp_path / "task.jsonl").write_text(json.dumps(fields))
    (task,) = load_tasks(tmp_path / "task.jsonl")
    right, wrong = (
        AssemblyProgram.parse(f"bv8 (x: bv8) -> d; add a, x, 1; neg b, a; and d, a, {last}")
        for last in ("b", "x")
    )
    assert verify(right, task).method == "exhaustive" and not verify(right, task).counterexamples
    assert verify(wrong, task).counterexamples


def test_a_term_over_truth_values_becomes_a_table(tmp_path):
    fields = read_one(tmp_path, "sygus", "circuit.sl", CIRCUIT)
    wanted = "".join(
        "01"[bool(b) if a else (bool(c) or not b)] for a in (0, 1) for b in (0, 1) for c in (0, 1)
    )
    assert fields["truth_tables"] == [wanted] and fields["input_names"] == ["a", "b", "c"]
    assert fields["memory"]["instructions"] == ["not", "and", "xor"]


NINE = " ".join(f"(x{index} Int)" for index in range(9))
WORD = "(_ BitVec 8)"
ONE = "(synth-fun f ((x Int)) Int) (declare-var x Int) "
PAIR = f"(synth-fun f ((x {WORD}) (c {WORD})) {WORD}) (declare-var a {WORD}) (declare-var b {WORD})"
SQUARES = "(define-fun d0 ((x Int)) Int (* x x))" + "".join(
    f"(define-fun d{level} ((x Int)) Int (let ((y (d{level - 1} x))) (* y y)))" for level in range(1, 40)
)
NO_TASKS = {
    "(synth-fun f ((x Int)) Int) (synth-fun g ((x Int)) Int) (constraint (= (f 1) (g 1)))": "for 2 functions",
    "(synth-fun f () Int) (constraint (= f 1))": "has 0 arguments",
    f"(synth-fun f ({NINE}) Int) (constraint true)": "has 9 arguments",
    f"(synth-fun f ((x {WORD})) {WORD}) (declare-var x {WORD}) (constraint (= (f x) (bvsmod x x)))":
        "cannot be checked: line 1, column 2: there is no operator 'bvsmod'",
    f"(synth-fun f ((x {WORD})) Bool) (constraint (= (f #x00) true))": "types that mix words with others",
    "(synth-fun f ((x String)) Int) (declare-var x String) (constraint (> (f x) 0))": "neither by examples",
    f"{ONE} (constraint (> (f x) x))": "allow several outputs for one input",
    f"{ONE} (constraint (= (f (+ x 1)) x))": "has other variables than the arguments of its one call",
    f"{ONE} (declare-var y Int) (constraint (= (f x) (+ x y)))": "has other variables than the arguments",
    f"{ONE} (constraint (= (f x) (f 1)))": "calls the function on 2 tuples of arguments, not on one",
    f"{ONE} (constraint (= (f x) (mod x 2)))": "cannot be checked: line 1, column 12: there is no",
    f"{ONE} (constraint (let ((y x)) (= (f x) y)))": "a constraint binds names by let",
    f"{ONE} (constraint (or (= (f x) 1) true))": "say nothing of any output",
    f"{ONE} (constraint (= (f x) 100000000000000000000))": "say nothing of any output that has 64",
    f"{SQUARES} {ONE} (constraint (= (f x) (d39 x)))": "its numbers may have more than 4,096 bits",
    f"{PAIR} (declare-var c {WORD}) (constraint (= (f a b) (bvadd a c)))": "neither by examples nor by",
    f"{PAIR} (define-fun k () {WORD} #x01) (constraint (= (f k a) (bvadd k a)))": "neither by examples nor",
}  # fmt: skip


def test_a_specification_of_numbers_gives_examples_and_is_kept(tmp_path):
    pytest.importorskip("z3")
    fields = read_one(tmp_path, "sygus", "least.sl", SPECIFIED)
    assert fields["arg_names"] == ["x", "y"] and (len(fields["inputs"]), len(fields["test_inputs"])) == (
        20,
        50,
    )
    assert fields["outputs"] == [min(given) for given in fields["inputs"]]
    assert fields["test_outputs"] == [min(given) for given in fields["test_inputs"]]
    assert fields["specification"] == (
        "(and (<= result (ite (< x y) x y)) (or (= result x) (= y result))"
        " (=> (and (= x 3) (= y 3)) (=> (= 3 result) true)))"
    )


def test_few_inputs_that_matter_are_found(tmp_path):
    pytest.importorskip("z3")
    text = """(set-logic LIA) (synth-fun f ((x Int) (y Int) (z Int)) Bool)
        (declare-var x Int) (declare-var y Int) (declare-var z Int)
        (constraint (=> (and (= x 61) (= y (- 72)) (= z 83)) (f x y z)))
        (constraint (=> (and (= z 61) (= y 0) (= x 9)) (not (f x y z)))) (check-synth)"""
    fields = read_one(tmp_path, "sygus", "points.sl", text)
    pairs = zip(fields["inputs"], fields["outputs"], strict=True)
    assert sorted(pairs) == [([9, 0, 61], False), ([61, -72, 83], True)]


def specified(term: str) -> str:
    return f"(set-logic ALL) {ONE} (constraint (= (f x) {term})) (check-synth)"


def test_examples_have_only_values_of_the_machine(tmp_path):
    pytest.importorskip("z3")
    fields = read_one(tmp_path, "sygus", "large.sl", specified(f"(* x {10**18})"))
    assert fields["outputs"] == [x * 10**18 for (x,) in fields["inputs"]]
    assert max(map(abs, fields["outputs"])) <= 9 * 10**18 and not fields["test_inputs"]
    fields = read_one(tmp_path, "sygus", "far.sl", specified(f"(ite (> x {10**20}) 1 0)"))
    assert set(fields["outputs"] + fields["test_outputs"]) == {0}
    (tmp_path / "task.jsonl").write_text(json.dumps(fields))
    assert load_tasks(tmp_path / "task.jsonl")[0].specification == fields["specification"]


def test_all_examples_together_have_a_time_limit(tmp_path, monkeypatch):
    pytest.importorskip("z3")
    clock = itertools.count()
    monkeypatch.setattr("benchmarks.formats.sygus.specification.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("benchmarks.formats.sygus.specification.MAX_DRAWS", 30)
    found = imported(tmp_path, "sygus", "p.sl", specified(f"(* (+ x 200) {10**18})"))
    assert "more than 60 seconds to give examples" in found.unsupported["p"]


def test_a_name_that_let_binds_in_a_reference_is_no_variable(tmp_path):
    text = f"{PAIR} (declare-var z {WORD}) (constraint (= (f a b) (let ((z (bvadd a b))) (bvmul z z))))"
    fields = read_one(tmp_path, "sygus", "p.sl", f"(set-logic BV) {text} (check-synth)")
    assert fields["outputs"] == [(x + c) ** 2 % 256 for x, c in fields["inputs"]]


@pytest.mark.parametrize(("commands", "reason"), NO_TASKS.items())
def test_a_problem_that_can_be_no_task_keeps_its_text_and_says_why(tmp_path, commands, reason):
    pytest.importorskip("z3")
    found = imported(tmp_path, "sygus", "p.sl", f"(set-logic ALL) {commands} (check-synth)")
    assert reason in found.unsupported["p"]
    (tmp_path / "t.jsonl").write_bytes(found.lines[0])
    (task,) = load_tasks(tmp_path / "t.jsonl")
    assert reason in task.reason


def test_arguments_of_definitions_are_written_once():
    doubling = "(define-fun d0 ((x (_ BitVec 8))) (_ BitVec 8) (bvadd x x))"
    for level in range(1, 9):
        doubling += f"(define-fun d{level} ((x (_ BitVec 8))) (_ BitVec 8) (bvadd (d{level - 1} x) x))"
    text = f"""{doubling} (synth-fun f ((x (_ BitVec 8))) (_ BitVec 8)) (declare-var v (_ BitVec 8))
        (constraint (= (f v) (let ((v (d8 (d8 v))) (w v)) (bvxor v w)))) (check-synth)"""
    problem = read_problem(TextFile("p.sl", text))
    (constraint,) = problem.constraints
    written = expanded(problem, constraint.items[2], {"v": "x"})
    term = parse_term(written, {"x": argument(0, 8)})
    (found,) = evaluate([term], [range(256)], 256)
    assert [int(word) for word in found] == [100 * x % 256 ^ x for x in range(256)]


def test_definitions_that_double_a_term_too_often_are_refused(tmp_path):
    doubling = "(define-fun d0 ((x (_ BitVec 8))) (_ BitVec 8) (bvadd x x))"
    for level in range(1, 40):
        doubling += (
            f"(define-fun d{level} ((x (_ BitVec 8))) (_ BitVec 8) (bvadd (d{level - 1} x) (d{level - 1} x)))"
        )
    text = f"""{doubling} (synth-fun f ((x (_ BitVec 8))) (_ BitVec 8)) (declare-var v (_ BitVec 8))
        (constraint (= (f v) (d39 v))) (check-synth)"""
    with pytest.raises(ValueError, match="more than 20,000 parts"):
        imported(tmp_path, "sygus", "p.sl", text)
