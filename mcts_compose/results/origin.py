"""Decides what a run directory says of the command that made it, so that it can be read again and repeated.

    DIR/command.json    the command as it was typed, and the tasks it names; written once, by rename

Directories of older versions, and those that no command made, have none.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from mcts_compose.errors import OutputError, located
from priors.whole_files import write_whole

COMMAND: Final = "command.json"


class Origin(msgspec.Struct, frozen=True):
    """The command that made a run directory.

    Attributes:
      arguments: as they were typed, behind the name of the program.
      directory: where it was typed; relative paths begin there.
      sources: the suites and task files that it named.
      show_examples: how many examples of a task were shown, the others held out; None for all.
      library: the library whose skills programs could call.
    """

    arguments: tuple[str, ...]
    directory: str
    sources: tuple[str, ...]
    show_examples: int | None = None
    library: str | None = None

    @property
    def command_line(self) -> str:
        """The command as one line that a shell takes."""
        return shlex.join(("mcts-compose", *self.arguments))

    def place(self, source: str) -> str:
        """Returns a path of the command, or `PATH:SELECTION`, so that it holds from anywhere.

        What is no path, such as the name of a suite, stays as it is.
        """
        there = os.path.join(self.directory, source)
        path, mark, _ = there.rpartition(":")
        return there if os.path.exists(there) or (mark and os.path.isfile(path)) else source


def origin_of(
    arguments: Sequence[str], sources: Sequence[str], show_examples: int | None, library: Path | None
) -> Origin:
    """Returns the origin of a command that is typed here; what is no Unicode text is replaced."""
    return Origin(
        tuple(map(_unicode, arguments)),
        _unicode(os.getcwd()),
        tuple(map(_unicode, sources)),
        show_examples,
        None if library is None else _unicode(str(library)),
    )


def _unicode(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode()


def record_origin(path: Path, origin: Origin) -> None:
    """Writes an origin into a run directory, unless it has one.

    Raises:
      OutputError: it cannot be written.
    """
    file = path / COMMAND
    if file.exists():
        return
    try:
        write_whole(file, msgspec.json.format(msgspec.json.encode(origin), indent=2) + b"\n")
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", file)) from None


def read_origin(path: Path) -> Origin | None:
    """Returns the origin of a run directory, or of that of a results file; None without a sound one."""
    file = (path if path.is_dir() else path.parent) / COMMAND
    with suppress(OSError, msgspec.MsgspecError, UnicodeError):
        return msgspec.json.decode(file.read_bytes(), type=Origin)
    return None
