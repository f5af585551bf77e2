"""Decides how values are written in program text; vm/parser.py reads them back.

3  -1  2.5  nan  inf  true  'c'  "text"  [1, 2]  [[1, 2], [3, 4]]  ["ab", "cd"]
empty[list[int]]        a list without elements, whose type nothing else tells
"""

from __future__ import annotations

import re

from vm.values import HostValue, ValueType

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_SHORT_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


def quote(text: str, mark: str) -> str:
    """Returns `text` between two marks, everything but printable characters escaped."""
    return mark + "".join(_escape(character, mark) for character in text) + mark


def _escape(character: str, mark: str) -> str:
    if character in (mark, "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def unquote(quoted: str) -> str:
    """Returns what stands between the marks of a quoted text, escapes resolved.

    Raises:
      ValueError: an escape is unknown; the message names it.
    """

    def resolve(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            code = int(escape[1:], 16)
            if code > 0x10FFFF:
                raise ValueError(f"there is no character \\{escape}")
            return chr(code)
        if escape not in _SHORT_ESCAPES:
            raise ValueError(f"unknown escape \\{escape}")
        return _SHORT_ESCAPES[escape]

    return _ESCAPE.sub(resolve, quoted[1:-1])


def format_value(value: HostValue, type_: ValueType) -> str:
    """Returns the literal that stands for `value`; the parser gives the same value and type back."""
    if isinstance(value, list):
        if not value:
            return f"empty[{type_}]"
        inner = ValueType(type_.elem, type_.rank - 1)
        return "[" + ", ".join(format_value(item, inner) for item in value) + "]"
    if isinstance(value, str):
        return quote(value, "'" if type_.rank == 0 else '"')
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)
