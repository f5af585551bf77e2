"""Decides what is told of the many lines in which numba says why it cannot compile a function."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

LONGEST: Final = 200
"""Characters that are told."""
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_PLACE: Final = re.compile(r'File "([^"\n]+)", line (\d+)')
_WRITES: Final = "Cannot modify readonly array"
_SAYS_NOTHING: Final = ("Failed in ", "During:", "File ")
_CALL: Final = ">>>"


def complaint(function: Any, inputs: tuple[Any, ...], error: Exception) -> str:
    """Returns why a function cannot be compiled, as the end of a sentence that begins with its name.

    Args:
      function: the user's, as numba compiles it.
      inputs: the types of its inputs in compiled code.
      error: what numba said of it within its entry.
    """
    try:
        # By itself it gives a message that says nothing of the entry.
        function.compile(inputs)
    except Exception as own:
        error = own
    text = _COLOUR.sub("", str(error))
    if _WRITES in text:
        return "writes into one of its inputs, which are read-only; let it work on a copy, such as x.copy()"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = next((line for line in lines if not line.startswith(_SAYS_NOTHING)), type(error).__name__)
    if said.endswith(":"):
        said += " " + next((line for line in lines if line.startswith(_CALL)), "").removeprefix(_CALL)
    place = _PLACE.search(text)
    where = f" ({Path(place[1]).name}, line {place[2]})" if place else ""
    return f"cannot be compiled by numba: {' '.join(said.split())[:LONGEST]}{where}"
