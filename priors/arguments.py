"""Decides how the arguments of a prior are written and read: `name=value,name=value`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path


class PriorArgumentError(ValueError):
    """A prior was given an argument that it cannot use; the message is one sentence."""


def parse_arguments(text: str) -> dict[str, str]:
    """Returns the arguments that `text` holds; blanks around names and values are dropped.

    Raises:
      PriorArgumentError: a part is not `name=value`, or a name occurs twice.
    """
    arguments: dict[str, str] = {}
    if not text.strip():
        return arguments
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value:
            raise PriorArgumentError(f"prior arguments: {part.strip()!r} is not of the form name=value")
        if name in arguments:
            raise PriorArgumentError(f"prior arguments: {name!r} is given twice")
        arguments[name] = value
    return arguments


class ArgumentReader:
    """Reads the arguments of one prior, each by its name and type; `finish` refuses what nobody read."""

    def __init__(self, prior: str, arguments: Mapping[str, str]) -> None:
        self._prior = prior
        self._left = dict(arguments)
        self._known: list[str] = []

    def _take(self, name: str) -> str | None:
        self._known.append(name)
        return self._left.pop(name, None)

    def text(self, name: str, default: str | None = None) -> str | None:
        """Returns the text given as `name`, or the default."""
        text = self._take(name)
        return default if text is None else text

    def required(self, name: str, what: str) -> str:
        """Returns the text given as `name`; `what` says what it should be.

        Raises:
          PriorArgumentError: it was not given.
        """
        text = self._take(name)
        if text is None:
            raise PriorArgumentError(f"prior {self._prior!r} needs {name}={what}")
        return text

    def number(self, name: str, default: float | None, low: float, high: float) -> float | None:
        """Returns the number given as `name`, or the default.

        Raises:
          PriorArgumentError: it is not a number from `low` to `high`.
        """
        text = self._take(name)
        if text is None:
            return default
        wanted = f"prior {self._prior!r}: {name} must be a number from {low:g} to {high:g}, not {text!r}"
        try:
            value = float(text)
        except ValueError:
            raise PriorArgumentError(wanted) from None
        if not low <= value <= high:
            raise PriorArgumentError(wanted)
        return value

    def file(self, name: str, default: Path) -> Path:
        """Returns the path given as `name`, or the default.

        Raises:
          PriorArgumentError: there is no such file.
        """
        text = self._take(name)
        if text is None:
            return default
        path = Path(text).expanduser()
        if not path.is_file():
            raise PriorArgumentError(f"prior {self._prior!r}: {name}={text} is not a file")
        return path

    def finish(self) -> None:
        """Ends the reading.

        Raises:
          PriorArgumentError: an argument is left that the prior does not know.
        """
        for name in self._left:
            if not self._known:
                raise PriorArgumentError(f"prior {self._prior!r} takes no arguments, but {name!r} was given")
            near = difflib.get_close_matches(name, self._known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            known = ", ".join(sorted(self._known))
            raise PriorArgumentError(
                f"prior {self._prior!r} has no argument {name!r}; known ones are {known}{hint}"
            )
