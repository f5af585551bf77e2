"""Small files of every format, and writers for those that are easy to write."""

import json

ARC = {
    "train": [
        {"input": [[1, 0], [0, 2]], "output": [[0, 1], [2, 0]]},
        {"input": [[3, 4, 5]], "output": [[5, 4, 3]]},
    ],
    "test": [{"input": [[7, 0, 0]], "output": [[0, 0, 7]]}],
}
LIST_FUNCTION = {
    "name": "list_functions/c001",
    "description": "Each function takes a list of numbers and gives one.",
    "keywords": ["free response"],
    "examples": [
        {"input": "[2, 4, 3, 2]", "target": "[3]"},
        {"input": "[9, -6]", "target": ["[]"]},
        {"input": "[]", "target": "[]"},
    ],
}
PLA = """# one half adder, with a row that may be anything
.i 2
.o 2
.ilb a b
.ob sum carry
.p 4
.type fd
10 10
01 1 0
11 0|1
00 -0
.e
"""
TRUTH = "1000\n0110\n"
CSV = 'name,age,greeting\n"Ada, Countess",36,"Hello ""Ada"""\nAlan,41,Hello Alan\n'
STRINGS = r"""; cuts a word off
(set-logic SLIA)
(set-feature :grammars true)
(synth-fun first ((text String) (v1 Int)) String
  ((Start String) (Number Int))
  ((Start String (text " " (str.++ Start Start) (str.substr Start Number Number)))
   (Number Int (v1 0 1 (- 1) (+ Number Number)))))
(declare-var text String)
(constraint (= (first "Ada ""L"" \u{e9}" 3) "Ada"))
(constraint (= "Al" (first "Al" (- 2))))
(constraint (= (first "Al" (- 2)) "Al"))
(check-synth)
"""
WORDS = """(set-logic BV)
(define-fun one () (BitVec 8) #x01)
(define-fun halve ((w (_ BitVec 8))) (_ BitVec 8) (bvlshr w one))
(synth-fun f ((a (_ BitVec 8)) (b (_ BitVec 8))) (_ BitVec 8)
  ((Start (_ BitVec 8) (a b #b00000010 (bvadd Start Start) (halve Start)))))
(constraint (= (f #x03 #x05) #x04))
(constraint (= (f #x10 #x00) (_ bv8 8)))
(check-synth)
"""
TRICK = """(set-logic BV)
(define-fun lowest ((w (_ BitVec 8))) (_ BitVec 8) (let ((n (bvneg w))) (bvand w n)))
(synth-fun f ((data.word (_ BitVec 8))) (_ BitVec 8))
(declare-var w (_ BitVec 8))
(constraint (= (f w) (lowest (bvadd w #x01))))
(check-synth)
"""
CIRCUIT = """(set-logic BV)
(synth-fun f ((a Bool) (b Bool) (c Bool)) Bool
  ((S Bool) (T Bool)) ((S Bool ((and T T) (not T) (xor S T))) (T Bool (a b c))))
(declare-var c Bool) (declare-var b Bool) (declare-var a Bool)
(constraint (= (ite a b (or c (not b))) (f a b c)))
(check-synth)
"""
SPECIFIED = """(set-logic LIA)
(define-fun least ((a Int) (b Int)) Int (ite (< a b) a b))
(synth-fun f ((first Int) (v1 Int)) Int)
(declare-var x Int) (declare-var y Int)
(constraint (<= (f x y) (least x y)))
(constraint (or (= (f y x) y) (= x (f y x))))
(constraint (=> (= 3 (f 3 3)) true))
(check-synth)
"""
SMALL = {
    "arc": ("task.json", json.dumps(ARC)),
    "list-functions": ("c001.json", json.dumps(LIST_FUNCTION)),
    "pla": ("adder.pla", PLA),
    "truth": ("two.truth", TRUTH),
    "csv": ("people.csv", CSV),
    "sygus": ("strings.sl", STRINGS),
}
"""One good file of each format."""

MORE_PROBLEMS = {"words.sl": WORDS, "trick.sl": TRICK, "circuit.sl": CIRCUIT}


def arc_text(fields: dict) -> str:
    """Returns the file of ARC that reads as a task."""
    parts = {"train": ("inputs", "outputs"), "test": ("test_inputs", "test_outputs")}
    return json.dumps({
        part: [
            {"input": given, "output": wanted}
            for (given,), wanted in zip(fields[inputs], fields[outputs], strict=True)
        ]
        for part, (inputs, outputs) in parts.items()
    })  # fmt: skip


def list_function_text(fields: dict) -> str:
    """Returns the file of BIG-bench that reads as a task."""
    pairs = zip(fields["inputs"], fields["outputs"], strict=True)
    return json.dumps(
        {"examples": [{"input": str(given), "target": str(wanted)} for (given,), wanted in pairs]}
    )


def truth_text(fields: dict) -> str:
    """Returns the `.truth` file that reads as a table without rows that may be anything."""
    return "".join(table[::-1] + "\n" for table in fields["truth_tables"])


def pla_text(fields: dict, type_: str = "fd") -> str:
    """Returns the PLA that reads as a table, a cube for each row."""
    num_inputs, tables = fields["n_inputs"], fields["truth_tables"]
    lines = [f".i {num_inputs}", f".o {len(tables)}", f".type {type_}"]
    for row, marks in enumerate(zip(*tables, strict=True)):
        lines.append(f"{row:0{num_inputs}b} {''.join(marks)}")
    return "\n".join([*lines, ".e", ""])
