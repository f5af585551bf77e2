"""Decides how a library lies on disk, so that no kill tears a skill and no two writers lose one.

    DIR/library.json                      format and id of the library; written once, when it is made
    DIR/skills/000001-double-1a2b3c4d.json    one skill: number, name, and the beginning of its address
    DIR/damaged/                          what `library repair` has set aside; nothing reads it
    DIR/.lock                             held while something is added; the system frees it

A file is never changed. What is being written has a name that begins with a dot.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from mcts_compose.checked_lines import DamagedLineError, body_of_line, checked_line
from mcts_compose.errors import InputError, OutputError, located, printable, shown
from mcts_compose.library.entry import SHORT_HASH, Entry, entry_of_line
from priors.whole_files import write_new

FORMAT: Final = 1
HEADER, SKILLS, SET_ASIDE, LOCK = "library.json", "skills", "damaged", ".lock"
MAX_FILE_BYTES: Final = 1 << 20
LOCK_WAIT_S: Final = 60.0
"""Seconds to wait for another writer (untuned): adding takes a few milliseconds."""
NO_DIRECTORY: Final = "it is a file, but should be the directory of a library"
LOCK_POLL_S: Final = 0.005
MAX_NUMBER: Final = 10**14
"""No skill has a larger number; what is called so is read, but no number is given beyond it."""
_FILE_NAME: Final = re.compile(
    rf"([0-9]{{6,15}})-([a-z][a-z0-9_]*)-([0-9a-f]{{{SHORT_HASH}}})\.json", re.ASCII
)


class _Header(msgspec.Struct, frozen=True):
    """What is said of a whole library; later formats may say more."""

    format: Annotated[int, Meta(ge=1)]
    id: Annotated[str, Meta(pattern=r"\A[0-9a-f]{16}\Z")]


@dataclass(frozen=True)
class FileName:
    """What the name of a skill's file says."""

    number: int
    name: str
    short_hash: str

    def __str__(self) -> str:
        return f"{self.number:06d}-{self.name}-{self.short_hash}.json"


def name_of_file(name: str) -> FileName | None:
    """Returns what a file's name says; None if it is not one of a skill's file."""
    found = _FILE_NAME.fullmatch(name)
    if found is None:
        return None
    parsed = FileName(int(found[1]), found[2], found[3])
    return parsed if str(parsed) == name else None


def file_name(number: int, entry: Entry) -> FileName:
    """Returns the name of an entry's file."""
    return FileName(number, entry.name, entry.hash[:SHORT_HASH])


def header_content() -> bytes:
    """Returns the header of a new library."""
    return checked_line(msgspec.json.encode(_Header(FORMAT, os.urandom(8).hex())))


def read_header(path: Path) -> str:
    """Returns the id of the library in a directory.

    Raises:
      DamagedLineError: the header is not what was written.
      InputError: a later version of this package wrote it.
    """
    content = read_small(path / HEADER)
    if content[-1:] != b"\n":
        raise DamagedLineError("it does not end with a line end")
    body = body_of_line(content[:-1])
    try:
        header = msgspec.json.decode(body, type=_Header)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DamagedLineError(f"it is no header of a library ({printable(str(error))})") from None
    if header.format > FORMAT:
        problem = f"has format {header.format}, but this version reads up to {FORMAT}; install a later one"
        raise InputError(located(problem, path))
    return header.id


def make_directory(path: Path) -> None:
    """Makes an empty library, unless another process does so first.

    Raises:
      InputError: the directory holds something else.
      OutputError: it cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        others = sorted(name for name in os.listdir(path) if not name.startswith("."))
        if others and HEADER not in others:
            raise InputError(located(_no_library(others), path))
        if HEADER not in others:
            write_new(path / HEADER, header_content())
    except FileExistsError:
        if not os.path.isdir(path):
            raise InputError(located(NO_DIRECTORY, path)) from None
    except OSError as error:
        raise OutputError(located(f"cannot be made a library ({error.strerror})", path)) from None


def check_directory(path: Path) -> None:
    """Checks that a directory is a library.

    Raises:
      InputError: it is none.
    """
    if not os.path.exists(path):
        raise InputError(located("there is no such directory, but it should be a library", path))
    if not os.path.isdir(path):
        raise InputError(located(NO_DIRECTORY, path))
    try:
        names = sorted(name for name in os.listdir(path) if not name.startswith("."))
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
    if HEADER not in names:
        problem = _no_library(names) if names else "is empty, so it is no library"
        raise InputError(located(problem, path))


def _no_library(names: list[str]) -> str:
    if SKILLS in names:
        return f"has no {HEADER}; library repair makes a new one"
    return f"holds {shown(names[0])} but no {HEADER}, so it is no library"


def listed(path: Path) -> list[str]:
    """Returns the names in a directory that are not being written, sorted; none if it is not there.

    Raises:
      InputError: it cannot be read.
    """
    try:
        return sorted(name for name in os.listdir(path) if not name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None


def read_small(file: Path) -> bytes:
    """Returns the bytes of a file of a library.

    Raises:
      DamagedLineError: it cannot be such a file.
    """
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise DamagedLineError("it is no regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise DamagedLineError(f"{status.st_size:,} bytes are more than {MAX_FILE_BYTES:,}")
        return file.read_bytes()
    except OSError as error:
        raise DamagedLineError(f"it cannot be read ({error.strerror})") from None


def read_entry(file: Path) -> tuple[FileName, Entry]:
    """Returns an entry from its file, with the name that the file should have.

    Raises:
      DamagedLineError: the content is not what was written; its name is not looked at.
    """
    content = read_small(file)
    try:
        number, entry = entry_of_line(content)
    except InputError as error:
        raise DamagedLineError(str(error)) from None
    return file_name(number, entry), entry


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Waits until no other process adds to a library, and keeps others from it.

    Raises:
      OutputError: the directory cannot be written, or another process does not end.
    """
    try:
        held = (path / LOCK).open("a")
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None
    with held:
        deadline = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    problem = f"another process has been writing to it for {LOCK_WAIT_S:.0f} s"
                    raise OutputError(located(problem, path)) from None
                time.sleep(LOCK_POLL_S)
            except OSError as error:
                raise OutputError(located(f"cannot be locked ({error.strerror})", path)) from None
        yield
