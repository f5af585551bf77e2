"""Every kind of malformed file is refused with its line or field, what is wrong, and what would be right."""

import json

import pytest

from mcts_compose.errors import InputError
from tests.benchmarks.formats.reading import imported
from tests.benchmarks.formats.small_files import ARC, CSV, PLA, STRINGS


def arc(**changes: object) -> str:
    return json.dumps({key: value for key, value in (ARC | changes).items() if value is not ...})


def pair(given: object, wanted: object) -> list:
    return [{"input": given, "output": wanted}]


def examples(given: object, wanted: object) -> str:
    return json.dumps({"examples": pair(given, wanted)}).replace("output", "target")


PROBLEM = "(set-logic BV)\n(synth-fun f ((x Int)) Int {grammar})\n{commands}\n(check-synth)"


def problem(commands: str = "", grammar: str = "") -> str:
    return PROBLEM.format(commands=commands, grammar=grammar)


MALFORMED = {
    "arc": {
        "no train": (arc(train=...), "field train: it is missing, but should be a list of pairs"),
        "no pair": (arc(train=[]), "line 1, field train: it is [], but should be a list of pairs"),
        "a field too many": (arc(tests=[]), "tests: an ARC task has no field of this name, but train and"),
        "no pair but a grid": (arc(test=[[[1]]]), "field test[0]: it is [[1]], but should have an input"),
        "no output": (arc(train=[{"input": [[1]]}]), "field train[0].output: it is None, but should be a"),
        "a list": (arc(train=pair([1], [[1]])), "train[0].input: it is [1], but should be a grid"),
        "uneven rows": (arc(train=pair([[1, 2], [3]], [[1]])), "row 1 has 1 cells, but should have 2 as the"),
        "an empty row": (arc(train=pair([[1]], [[]])), "train[0].output: row 0 has 0 cells"),
        "a colour too many": (arc(train=pair([[10]], [[1]])), "the cell 10, but cells should be 0 to 9"),
        "a truth value": (arc(train=pair([[True]], [[1]])), "the cell True, but cells should be 0 to 9"),
        "contradictory": (arc(train=pair([[1]], [[1]]) + pair([[1]], [[2]])), "one input should have one"),
        "no JSON": ("{train}", "line 1: not JSON"),
        "nothing": ("", "not JSON"),
    },
    "list-functions": {
        "no examples": ("{}", "field examples: it is missing"),
        "no example": ('{"examples": [[1]]}', "examples[0]: it is [1], but should have an input and a"),
        "no text": (examples([1], "[1]"), "examples[0].input: it is [1], but should be a text such as"),
        "no list": (examples("[1]", "3"), "field examples[0].target: it is '3', but should be a text"),
        "two targets": (examples("[1]", ["[1]", "[2]"]), "it is ['[1]', '[2]'], but should be a text"),
        "a large number": (examples(f"[{2**63}]", "[]"), "inputs[0][0]: 9223372036854775808 does not fit"),
        "a huge number": (examples(f"[{'9' * 500}]", "[]"), "an integer of 500 digits does not fit in 64"),
    },
    "truth": {
        "nothing": ("\n \n", "there is no line, but should be one of 0 and 1 for each output"),
        "no bit": ("0110\n01-0\n", "line 2: there is '-', but a line should have only 0 and 1"),
        "no power of two": ("011\n", "line 1: there are 3 rows, but should be a power of two from 2 to"),
        "uneven lines": ("0110\n01\n", "line 2: there are 2 rows, but the first line has 4"),
        "too many inputs": ("01" * 2**13, "there are 16,384 rows"),
    },
    "pla": {
        "no header": ("10 1\n", "line 1: there is a cube, but .i and .o should come before it"),
        "no outputs": (".i 2\n", ".o is missing, but a PLA needs it"),
        "too many inputs": (".i 14\n", "line 1: .i is '14', but should be a number from 1 to 13"),
        "no number": (".i two\n", "line 1: .i is 'two', but should be a number"),
        "a short cube": (PLA.replace("10 10", "10 1"), "line 8: the cube has 3 marks, but should have 2 for"),
        "no input mark": (PLA.replace("10 10", "1x 10"), "line 8: input 1 is 'x', but should be 0, 1 or -"),
        "no output mark": (PLA.replace("10 10", "10 1x"), "line 8: output 1 is 'x', but should be one of 1"),
        "an unknown type": (PLA.replace("fd", "xy"), "line 7: .type is 'xy', but should be one of f, fd, fr"),
        "too few names": (PLA.replace(" b\n", "\n"), "line 4: .ilb has 1 names, but should have 2, as .i"),
        "several values": (PLA.replace(".p 4", ".mv 4 2 3"), "line 6: '.mv' is not read; .i, .o, .p"),
        "a late header": (PLA.replace(".e", ".i 3"), "line 12: .i comes after cubes, but should come before"),
        "inputs twice": (PLA.replace(".p 4", ".i 3"), "line 6: .i is given twice, but should be given once"),
        "outputs twice": (PLA.replace(".p 4", ".o 2"), "line 6: .o is given twice, but should be given once"),
        "a late type": (PLA.replace(".e", ".type f"), "line 12: .type comes after cubes"),
        "on and off": (".i 1\n.o 1\n.type fr\n- 1\n0 0\n", "line 5: output 0 is 1 here and 0 in a cube"),
        "no value": (".i 1\n.o 1\n.type fdr\n1 1\n", "output 0 has rows that no cube speaks of"),
        "nothing but dashes": (".i 1\n.o 1\n- -\n", "every row is -, but there should be at least one value"),
    },
    "csv": {
        "nothing": ("", "there is no row below a header"),
        "no rows": ("a,b\n", "there is no row below a header, but there should be at least one example"),
        "one column": ("a\n1\n", "line 1: 0 columns are no results, but there should be 1 to 8 inputs"),
        "a short row": (CSV + "Eve,3\n", "line 4: the row has 2 cells, but the header has 3 columns"),
        "a column twice": ("a,a\n1,2\n", "line 1: two columns are called 'a', but names should differ"),
        "no name": ("a,\n1,2\n", "line 1: a column has no name, but every column should have one"),
        "an open quote": ('a,b\n1,"2\n', "line 2: not CSV"),
        "contradictory": ("a,b\n1,2\n1,3\n", "one input should have one output"),
    },
    "sygus": {
        "nothing": ("", "there is no (check-synth), but a problem should end with it"),
        "an open bracket": (STRINGS.replace("(check-synth)", "(check-synth"), "line 12, column 1: there is"),
        "a bracket too many": (")", "line 1, column 1: there is ')' without '('"),
        "an open quote": ('(set-logic "A)', "line 1, column 12: the quote '\"' is not closed"),
        "no word": ("(set-logic 1a)", "there is '1a', which is no symbol and no literal"),
        "deep": ("(" * 5000, "line 1, column 201: groups are nested more than 200 deep"),
        "a huge number": (problem(f"(constraint (= (f {'9' * 50}) 1))"), "a number of 50 digits fits in no"),
        "no function": ("(set-logic BV)\n(check-synth)", "there is no synth-fun, but a problem should look"),
        "no command": ("(set-logics BV)", "there is no command 'set-logics'; did you mean 'set-logic'?"),
        "no brackets": ("check-synth", "a command should stand in brackets"),
        "too many parts": ("(set-logic A B)", "set-logic has 2 parts, but should have a name"),
        "invariants": ("(synth-inv i ((x Int)))", "synth-inv is not read, so invariants of transition"),
        "data types": ("(declare-datatypes ((T 0)) (((A))))", "data types of the problem's own are refused"),
        "oracles": ("(oracle-constraint o)", "oracle-constraint is not read, so oracles are refused"),
        "reals": ("(declare-var x Real)", "the sort Real is not read; those that are read are Int"),
        "no sort": ("(declare-var x (Int))", "line 1, column 16: there should be a sort"),
        "wide words": ("(declare-var x (_ BitVec 5000))", "a word has 5000 bits, but should have 1 to 4096"),
        "a name twice": ("(declare-var x Int)(declare-var x Int)", "the name 'x' is given twice"),
        "no name": (problem("(constraint (= (f y) 1))"), "line 3, column 19: there is no 'y' here"),
        "no such function": (problem("(constraint (= (fn 1) 1))"), "column 17: there is no function 'fn'"),
        "no Bool": (problem("(constraint (f 1))"), "column 13: the term has sort Int, but should have Bool"),
        "a wrong operand": (problem('(constraint (= (f "a") 1))'), "f needs Int, but has String"),
        "a wrong operator": (problem("(constraint (and 1 true))"), "and needs two or more operands of sort"),
        "quantifiers": (problem("(constraint (forall ((x Int)) true))"), "terms with forall are not read"),
        "no such bits": (problem("(constraint (= ((_ extract 9 0) #x00) #x00))"), "bits 9 to 0 of 8 bits"),
        "no rule": (problem(grammar="(S)"), "line 2, column 29: a rule should be a name, a sort and a list"),
        "a wrong production": (problem(grammar="((S Int (true)))"), "the term has sort Bool, but should"),
        "a wrong start": (problem(grammar="((S Bool (true)))"), "should have the sort of the function, Int"),
        "other heads": (problem(grammar="((T Int)) ((S Int (1)))"), "should be those of the rules"),
        "after the end": (problem() + "(exit)", "something stands after (check-synth)"),
        "contradictory": (problem("(constraint (= (f 1) 1))(constraint (= (f 1) 2))"), "should have one"),
    },
}  # fmt: skip
CASES = [
    pytest.param(format_name, text, wanted, id=f"{format_name}: {what}")
    for format_name, cases in MALFORMED.items()
    for what, (text, wanted) in cases.items()
]


@pytest.mark.parametrize(("format_name", "text", "wanted"), CASES)
def test_a_malformed_file_is_refused_with_place_and_reason(tmp_path, format_name, text, wanted):
    name = {"arc": "a.json", "list-functions": "a.json", "sygus": "a.sl"}.get(format_name, f"a.{format_name}")
    with pytest.raises(InputError) as refusal:
        imported(tmp_path, format_name, name, text)
    assert wanted in str(refusal.value) and name in str(refusal.value)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    with pytest.raises(InputError, match=r"a\.csv, line 3: byte 8 \(0xff\) is not UTF-8"):
        imported(tmp_path, "csv", "a.csv", b"a,b\n1,2\n\xff,3\n")


def test_a_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"line 1: there is no column 'ages'; did you mean 'age'"):
        imported(tmp_path, "csv", "a.csv", CSV, outputs=["ages"])


def test_a_cell_that_has_not_the_given_type_is_refused_with_its_line(tmp_path):
    with pytest.raises(InputError, match=r"line 2: column 'greeting' has .* values of type int"):
        imported(tmp_path, "csv", "a.csv", CSV, types={"greeting": "int"})
    for cell in ("256", "-1", "x", "1.5", "[1]"):
        with pytest.raises(InputError, match=r"line 2: column 'a' has .* values of type bv8"):
            imported(tmp_path, "csv", "a.csv", f"a,b\n{cell},2\n", types={"a": "bv8"})
    with pytest.raises(InputError, match=r"there is no type 'integer'; did you mean"):
        imported(tmp_path, "csv", "a.csv", "a,b\n[1],2\n", types={"a": "integer"})


def test_columns_are_for_tables_alone(tmp_path):
    with pytest.raises(InputError, match="--output and --type are for tables with columns"):
        imported(tmp_path, "arc", "a.json", arc(), outputs=["x"])
