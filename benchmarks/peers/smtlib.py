"""Decides how a term over words is written in SMT-LIB, shared parts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mcts_compose.verification.terms import TRUTH, Term, in_order


def literal(word: int, width: int) -> str:
    """Returns a word 0 .. 2**width - 1 as a constant."""
    return f"#x{word:0{width // 4}x}" if width % 4 == 0 else f"#b{word:0{width}b}"


def term_text(term: Term, arguments: Sequence[str]) -> str:
    """Returns the text of a term.

    Args:
      term: what is written.
      arguments: by index, the names of what it is over; none may begin with `s!`.
    """
    nodes = list(in_order([term]))
    uses = Counter(id(operand) for node in nodes for operand in node.operands)
    texts: dict[int, str] = {}
    shared: list[str] = []
    for node in nodes:
        text = _node_text(node, [texts[id(operand)] for operand in node.operands], arguments)
        if uses[id(node)] > 1 and node.operands:
            shared.append(f"(let ((s!{len(shared)} {text})) ")
            text = f"s!{len(shared) - 1}"
        texts[id(node)] = text
    return "".join(shared) + texts[id(term)] + ")" * len(shared)


def _node_text(node: Term, operands: list[str], arguments: Sequence[str]) -> str:
    if node.operator == "input":
        return arguments[node.number]
    if node.operator == "value":
        if node.width == TRUTH:
            return "true" if node.number else "false"
        return literal(node.number, node.width)
    head = node.operator
    if head == "extract":
        head = f"(_ extract {node.number + node.width - 1} {node.number})"
    elif head in ("zero_extend", "sign_extend"):
        head = f"(_ {head} {node.width - node.operands[0].width})"
    return f"({head} {' '.join(operands)})"
