"""Program text: what is read, and the one sentence with line and column for what is refused."""

import pytest

from vm.parser import parse_literal
from vm.program import Program, ProgramError
from vm.values import parse_type

REFUSED = [
    ("", "line 1, column 1: expected '('"),
    ("(x: int -> int; return x", "line 1, column 9: expected ','"),
    ("(x: foo) -> int; return x", "line 1, column 5: unknown type 'foo'"),
    ("(x: skill) -> int; return 1", "line 1, column 5: unknown type 'skill'"),
    ("(x: list[[) -> int; return x", "line 1, column 10: expected a type, found '['"),
    ("(x: int, x: int) -> int; return x", "line 1, column 10: two inputs have the name 'x'"),
    ("(true: int) -> int; return 1", "line 1, column 2: expected the name of an input"),
    ("(x: int) -> int", "line 1, column 16: the program has no return"),
    ("(x: int) -> int\na = 3", "line 2, column 6: the program has no return"),
    (
        "(x: int) -> int\na = \nreturn a",
        "line 2, column 5: expected an expression, found the end of the line",
    ),
    ("(x: int) -> int\na = 3 4\nreturn a", "line 2, column 7: expected the end of the line, found '4'"),
    ("(x: int) -> int\nx = 3\nreturn x", "line 2, column 1: 'x' has a value already"),
    ("(x: int) -> int\nreturn x\nreturn x", "line 3, column 1: nothing may follow the return"),
    (
        "(numbers: int) -> int; return number",
        "line 1, column 31: unknown name 'number'; did you mean numbers?",
    ),
    ("(x: int) -> int; return y", "line 1, column 25: unknown name 'y'; known are x"),
    ("(x: list[int]) -> int; return srt(x)", "line 1, column 31: unknown skill 'srt'; did you mean"),
    ("(x: int) -> int; return x @ 2", "line 1, column 27: unexpected '@'"),
    ("(x: int) -> int; return 9223372036854775808", "line 1, column 25: the int does not fit in 64 bits"),
    ("(x: int) -> int; return " + "9" * 5000, "line 1, column 25: the int does not fit in 64 bits"),
    ("(x: int) -> list[int]; return []", "line 1, column 31: the type of an empty list must be said"),
    ("(x: int) -> int; return empty[int]", "line 1, column 35: a int cannot be empty"),
    ("(x: int) -> int; return [1, 'a']", "line 1, column 25: a list of char and int"),
    ("(x: int) -> int; return [[[1]]]", "line 1, column 27: expected a literal"),
    ("(x: int) -> grid; return [[1, 2], [3]]", "line 1, column 26: expected rows of equal length"),
    ("(x: int) -> int; return 'ab'", "line 1, column 25: a character stands between single quotes"),
    ('(x: int) -> str; return "\\q"', "line 1, column 25: unknown escape \\q"),
    ('(x: int) -> str; return "abc', "line 1, column 25: unexpected '\"'"),
    (
        "(x: int) -> str; return x",
        "line 1, column 25: the output is int, and the program is declared to return str",
    ),
    ("(x: int) -> int; return add(x)", "line 1, column 25: add takes 2 operands, not 1"),
    (
        "(x: int) -> int; return add(x, 'c')",
        "line 1, column 25: add does not take (int, char); it takes (int, int)",
    ),
    ("(x: int) -> int; return add(_, x)", "line 1, column 29: expected an expression, found '_'"),
    ("(x: int) -> int; return " + "neg(" * 200 + "x" + ")" * 200, "calls are nested deeper than 100"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_refused_text_is_explained_in_one_sentence(text, reason):
    with pytest.raises(ProgramError) as caught:
        Program.parse(text)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.line is not None
    assert caught.value.column is not None


LITERALS = [
    ("3", "int", 3),
    ("-9223372036854775808", "int", -(2**63)),
    ("2.5", "float", 2.5),
    ("-1e-05", "float", -1e-5),
    ("true", "bool", True),
    ("'c'", "char", "c"),
    ("'\\''", "char", "'"),
    ('"a\\"\\n\\\\;#é\\x00"', "str", 'a"\n\\;#é\0'),
    ('""', "str", ""),
    ("[1, 2]", "list[int]", [1, 2]),
    ("[1, 2.5]", "list[float]", [1.0, 2.5]),
    ("[true, false]", "list[bool]", [True, False]),
    ("['a', 'b']", "str", "ab"),
    ("[[1, 2], [3, 4]]", "grid", [[1, 2], [3, 4]]),
    ("[[1, 2], [3.0, 4]]", "matrix", [[1, 2], [3, 4]]),
    ('["ab", "cd"]', "list[str]", ["ab", "cd"]),
    ("empty[list[int]]", "list[int]", []),
    ("empty[list[list[bool]]]", "list[list[bool]]", []),
    ("empty[str]", "str", ""),
]


@pytest.mark.parametrize(("text", "type_name", "value"), LITERALS)
def test_literals_have_their_type_and_round_trip(text, type_name, value):
    constant = parse_literal(text)
    assert constant.type == parse_type(type_name)
    assert constant.value == value
    assert parse_literal(constant.text) == constant


def test_blanks_comments_and_empty_lines_do_not_matter():
    text = "\n# doubles\n (x :int)->int ;; \n\n a=add( x,x ) # twice\r\n return   a \n\n"
    assert Program.parse(text).text == "(x: int) -> int; v1 = add(x, x); return v1"


def test_names_can_stand_for_earlier_pointers():
    program = Program.parse("(x: int) -> int; a = x; b = 3; c = add(a, b); return c")
    assert program.text == "(x: int) -> int; v1 = add(x, 3); return v1"


def test_inputs_may_have_the_names_of_skills():
    assert Program.parse("(sum: list[int]) -> int; return sum(sum)")([1, 2]) == 3


def test_more_than_one_literal_is_refused():
    with pytest.raises(ProgramError, match="expected one literal"):
        parse_literal("1 2")
