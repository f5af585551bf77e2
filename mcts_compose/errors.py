"""Decides how a mistake of the user's is reported: one sentence, exit status 2, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

_LONGEST_VALUE = 60
_LONGEST_PATH = 200


class InputError(ValueError):
    """Something given to the program is wrong; the message is one sentence that says what would be right."""


class UnsupportedError(InputError):
    """A well-formed task asks for something this version does not do; a suite goes on without it."""


class OutputError(InputError):
    """Results cannot be written or read back; what was written before is untouched."""


def printable(text: str) -> str:
    """Returns `text` on one line, without the control characters that could drive a terminal.

    What `str.isprintable` denies (controls, direction overrides, surrogates, unassigned characters) is taken
    out; line breaks, tabs and spaces of other widths become spaces.
    """
    spaced = " ".join(text.split()) if any(mark in text for mark in "\n\r\t\v\f") else text
    plain = (" " if mark.isspace() else mark for mark in spaced)
    return "".join(mark for mark in plain if mark.isprintable())


def shown(value: object) -> str:
    """Returns a short, printable form of a value for an error message."""
    text = printable(repr(value))
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def short_path(file: Path | str) -> str:
    """Returns a path for a message, its end when it is very long."""
    text = printable(str(file))
    return text if len(text) <= _LONGEST_PATH else f"...{text[3 - _LONGEST_PATH :]}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Returns `; did you mean 'x'?` for the closest known name, or an empty text."""
    matches = difflib.get_close_matches(name[:200], list(known), n=1, cutoff=0.6)
    return f"; did you mean {matches[0]!r}?" if matches else ""


def located(problem: str, file: Path | str | None = None, line: int | None = None, field: str = "") -> str:
    """Returns `file, line 3, field inputs[0]: problem`, leaving out what is not known."""
    place = [short_path(file)] if file is not None else []
    if line is not None:
        place.append(f"line {line}")
    if field:
        place.append(f"field {field}")
    return f"{', '.join(place)}: {problem}" if place else problem


def one_sentence(error: BaseException) -> str:
    """Returns an exception's message as one printable line that names its class unless it is ours."""
    text = printable(str(error)) or "no message"
    return text if isinstance(error, InputError) else f"{type(error).__name__}: {text}"
