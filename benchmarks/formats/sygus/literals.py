r"""Decides which value a literal of a problem says.

Strings may have the escapes of SMT-LIB: `\u{48}` and `\u0048`. Other backslashes mean themselves.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from mcts_compose.verification.s_expressions import Atom, Group, Node, is_symbol

Literal: TypeAlias = int | bool | str

_ESCAPE: Final = re.compile(r"\\u(?:\{([0-9a-fA-F]{1,5})\}|([0-9a-fA-F]{4}))")


def literal_value(node: Node) -> Literal | None:
    """Returns the value of a literal, words being 0 .. 2**width - 1; None if the term is none.

    It is not checked: the caller has found that the term has a sort.
    """
    if isinstance(node, Atom):
        return _atom_value(node)
    if len(node.items) == 2 and is_symbol(node.items[0], "-"):
        value = literal_value(node.items[1])
        return -value if isinstance(value, int) and not isinstance(value, bool) else None
    if len(node.items) == 3 and is_symbol(node.items[0], "_"):
        return _indexed_value(node)
    return None


def _atom_value(node: Atom) -> Literal | None:
    if node.kind == "numeral":
        return int(node.text)
    if node.kind in ("hexadecimal", "binary"):
        return int(node.text[2:], 16 if node.kind == "hexadecimal" else 2)
    if node.kind == "string":
        return _ESCAPE.sub(_character, node.text)
    return {"true": True, "false": False}.get(node.text) if node.kind == "symbol" else None


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF else escape[0]


def _indexed_value(node: Group) -> int | None:
    """Returns the value of `(_ bv5 8)`."""
    _, name, width = node.items
    if isinstance(name, Atom) and isinstance(width, Atom) and re.fullmatch(r"bv\d{1,40}", name.text):
        return int(name.text[2:]) % (1 << int(width.text))
    return None
