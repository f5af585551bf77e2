"""Decides how a text is cut into pieces that know their line and column; which pieces, its reader says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vm.program import ProgramError


@dataclass(frozen=True)
class Token:
    """A piece of a text; kind `end` is a line break or `;`, kind `stop` the end of the text."""

    kind: str
    text: str
    line: int
    column: int


def tokenize(text: str, pieces: re.Pattern[str]) -> list[Token]:
    """Returns the pieces of a text, without the blank ones and with a last one of kind `stop`.

    Args:
      text: what is read.
      pieces: matches one piece; its groups have the names of the kinds, `blank` among them, and only a piece
        that is a line break alone may hold one.

    Raises:
      ProgramError: a character begins no piece.
    """
    tokens: list[Token] = []
    line, line_start, position = 1, 0, 0
    while position < len(text):
        match = pieces.match(text, position)
        column = position - line_start + 1
        if match is None:
            raise ProgramError(f"unexpected {text[position]!r}", line, column)
        kind = match.lastgroup or ""
        if kind != "blank":
            tokens.append(Token(kind, match.group(), line, column))
        position = match.end()
        if match.group() == "\n":
            line, line_start = line + 1, position
    tokens.append(Token("stop", "the end of the text", line, len(text) - line_start + 1))
    return tokens
