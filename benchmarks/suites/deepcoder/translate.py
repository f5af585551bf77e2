"""Writes a DeepCoder program as a program of the machine: the known solution of its task."""

from __future__ import annotations

from typing import Final

from benchmarks.suites.deepcoder.language import INT, Code

NAMES: Final = ("x", "y", "z")
_FORMS: Final = {
    "HEAD": "head({0})",
    "LAST": "last({0})",
    "TAKE": "take({1}, {0})",
    "DROP": "drop({1}, {0})",
    "ACCESS": "index({1}, {0})",
    "MINIMUM": "minimum({0})",
    "MAXIMUM": "maximum({0})",
    "REVERSE": "reverse({0})",
    "SORT": "sort({0})",
    "SUM": "sum({0})",
    "MAP (+1)": "add({0}, 1)",
    "MAP (-1)": "sub({0}, 1)",
    "MAP (*2)": "mul({0}, 2)",
    "MAP (/2)": "div({0}, 2)",
    "MAP (*-1)": "neg({0})",
    "MAP (**2)": "square({0})",
    "MAP (*3)": "mul({0}, 3)",
    "MAP (/3)": "div({0}, 3)",
    "MAP (*4)": "mul({0}, 4)",
    "MAP (/4)": "div({0}, 4)",
    "FILTER (>0)": "compress({0}, lt(0, {0}))",
    "FILTER (<0)": "compress({0}, lt({0}, 0))",
    "FILTER even": "compress({0}, even({0}))",
    "FILTER odd": "compress({0}, odd({0}))",
    "COUNT (>0)": "count(lt(0, {0}))",
    "COUNT (<0)": "count(lt({0}, 0))",
    "COUNT even": "count(even({0}))",
    "COUNT odd": "count(odd({0}))",
    "ZIPWITH (+)": "add({0}, {1})",
    "ZIPWITH (-)": "sub({0}, {1})",
    "ZIPWITH (*)": "mul({0}, {1})",
    "ZIPWITH min": "min({0}, {1})",
    "ZIPWITH max": "max({0}, {1})",
    "SCANL1 (+)": "cumsum({0})",
    "SCANL1 (-)": "scan(&sub, {0})",
    "SCANL1 (*)": "cumprod({0})",
    "SCANL1 min": "cummin({0})",
    "SCANL1 max": "cummax({0})",
}


def program_text(code: Code) -> str:
    """Returns the program in the machine's text form; equal where every DeepCoder statement has a value."""
    words = ["int" if type_ == INT else "list[int]" for type_ in code.types]
    num_inputs = len(code.input_types)
    names = [*NAMES[:num_inputs], *(f"a{number}" for number in range(1, len(code.statements) + 1))]
    inputs = ", ".join(f"{name}: {word}" for name, word in zip(names, words[:num_inputs], strict=False))
    lines = [f"({inputs}) -> {words[-1]}"]
    for name, (operation, args) in zip(names[num_inputs:], code.statements, strict=True):
        lines.append(f"{name} = {_FORMS[operation.name].format(*(names[arg] for arg in args))}")
    return "; ".join([*lines, f"return {names[-1]}"])
