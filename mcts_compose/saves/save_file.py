"""Decides what is on disk that a search can go on from, and when that is believed.

A save is a file, and a log beside it. The log has the arrays that only grow, piece by piece as they grew; it
is only written at its end. The file has all else, and says how much of which log belongs to it; it is written
under another name, synced after the log, and renamed, so that the save before it stays until it is whole.

    block 0     a line of text that names the format, for who looks at the file
    pieces      each begins at a multiple of BLOCK; bytes as they stand in memory
    index       JSON: whose search it is, the small facts of its state, the pieces of its arrays here and in
                the log, with place and checksum; filled up with spaces up to the footer, which ends a block
    footer      FOOTER: where the index begins, its length, its CRC-32, and MARK

Arrays may change where they were written already, if the search says what changed: these changes are then
pieces of the log as well, and whose search it is knows how to make them again.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mcts_compose.errors import InputError, located, shown
from mcts_compose.saves import block_file
from mcts_compose.saves.block_file import BLOCK, BlockFile, Buffer, Piece, read_all, read_piece, row_bytes
from priors.whole_files import sync_directory

FORMAT = 3
"""To be raised with every change of what a save holds or means."""
MARK = b"mcsave01"
FOOTER = struct.Struct("<QQQ8s")

Changes = Callable[[Mapping[str, int]], NDArray[Any]]
"""Given how much of each array is in the log, says what has changed there since it was written."""
News = Callable[[Mapping[str, int]], Iterator[NDArray[Any]]]
"""Given the same, yields what the log does not have yet, piece by piece."""


class SavedState(NamedTuple):
    """The state of a search.

    Attributes:
      facts: small things, as JSON has them.
      arrays: large ones by name, one-dimensional and C-contiguous; those that do not grow may have rows,
        which are read as one array, and need not lie one behind the other.
      growing: those whose front stays as it is while the search goes on, but for `changes`.
      changes: by name, what gives more such pieces for the log; see `Changes`.
      news: by name, what gives pieces of the log that are not worth the search for them but when there is a
        save; see `News`.
      epoch: another one says that what grows has begun anew.
    """

    facts: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    growing: tuple[str, ...] = ()
    changes: Mapping[str, Changes] = {}
    news: Mapping[str, News] = {}
    epoch: int = 0

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def joined(facts: dict[str, Any], parts: Mapping[str, SavedState], epoch: int = 0) -> SavedState:
    """Returns one state of several: the facts of each part under its name, the arrays of all, by theirs."""
    arrays: dict[str, NDArray[Any]] = {}
    growing: tuple[str, ...] = ()
    changes: dict[str, Changes] = {}
    news: dict[str, News] = {}
    for part in parts.values():
        assert not arrays.keys() & part.arrays.keys(), "two parts name an array alike"
        arrays.update(part.arrays)
        growing += part.growing
        changes.update(part.changes)
        news.update(part.news)
    facts = {**facts, **{name: part.facts for name, part in parts.items()}}
    return SavedState(facts, arrays, growing, changes, news, epoch)


class SaveError(InputError):
    """A save cannot be used; the message says why in one sentence."""


class LogIndex(msgspec.Struct, forbid_unknown_fields=True):
    """How much of a log belongs to a save.

    Attributes:
      name: of the file, in the same directory.
      epoch: of the state.
      end: where the last piece ends.
      pieces: all of them, in order.
    """

    name: str
    epoch: int
    end: int
    pieces: list[Piece]


class _Index(msgspec.Struct, forbid_unknown_fields=True):
    """What the index says; see `Save`."""

    format: int
    identity: dict[str, Any]
    facts: dict[str, Any]
    pieces: list[Piece]
    log: LogIndex | None


class NewSave:
    """A save under way; nothing of it can be seen until `finish`.

    Args:
      file: what it takes the place of, if that is there.
      identity: whose search it is, as JSON has it; only who says the same can open the save.

    Raises:
      OSError: it cannot be made.
    """

    def __init__(self, file: Path, identity: Mapping[str, Any]) -> None:
        self._file, self._identity = file, dict(identity)
        self._written = BlockFile(temporary_of(file, os.getpid()))

    def _begin(self) -> None:
        if self._written.place == 0:
            text = f"A search of mcts-compose, saved to go on from; format {FORMAT}.\n"
            self._append_bytes(text.encode())

    def _append_bytes(self, data: bytes) -> None:
        buffer, rest = Buffer(), np.frombuffer(data, np.uint8)
        while len(rest):
            rest = rest[buffer.take("", rest) :]
            self._written.append(buffer)

    def append(self, buffer: Buffer) -> None:
        """Adds what a buffer has taken.

        Raises:
          OSError: it cannot be written.
        """
        self._begin()
        self._written.append(buffer)

    def finish(self, facts: dict[str, Any], log: LogIndex | None) -> None:
        """Puts the save in its place; all of the log that belongs to it is on the device.

        Raises:
          OSError: it cannot be written; what was there before is untouched.
        """
        self._begin()
        written = self._written
        index = msgspec.json.encode(_Index(FORMAT, self._identity, facts, written.pieces, log))
        footer = FOOTER.pack(written.place, len(index), zlib.crc32(index), MARK)
        self._append_bytes(index + b" " * (-(len(index) + len(footer)) % BLOCK) + footer)
        written.sync()
        written.close()
        written.path.rename(self._file)
        sync_directory(self._file.parent)

    def abandon(self) -> None:
        """Removes what was written, if it is not in its place."""
        self._written.close()
        self._written.path.unlink(missing_ok=True)


def write_save(file: Path, identity: Mapping[str, Any], state: SavedState) -> None:
    """Writes a save, without a log, in the place of the one that is there, if any.

    Args:
      file: where; its directory exists.
      identity: whose search it is, as JSON has it.
      state: what to save.

    Raises:
      OSError: it cannot be written; what was there before is untouched.
    """
    new = NewSave(file, identity)
    try:
        buffer = Buffer()
        pieces = [
            *state.arrays.items(),
            *((name, rows) for name, news in state.news.items() for rows in news({})),
        ]
        for name, array in pieces:
            for chunk in chunks(array):
                buffer.take(name, chunk)
                new.append(buffer)
        new.finish(state.facts, None)
    except BaseException:
        new.abandon()
        raise


def chunks(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yields the parts of an array that fit into a buffer, of an empty one itself."""
    most = block_file.CHUNK // row_bytes(array)
    for start in range(0, max(len(array), 1), most):
        yield array[start : start + most]


def temporary_of(file: Path, process: int) -> Path:
    """Returns the name under which a process writes a save before it is whole."""
    return file.with_name(f"{file.name}.{process}.part")


def log_of(file: Path, name: str) -> Path:
    """Returns the path of a log of that name, which no other log of this save may have had."""
    return file.with_name(f"{file.name}.{name}.log")


def remove_leftovers(file: Path, log: str | None) -> None:
    """Removes parts that killed processes left, and all logs but the one of that file name."""
    for part in file.parent.glob(f"{file.name}.*.part"):
        part.unlink(missing_ok=True)
    for other in file.parent.glob(f"{file.name}.*.log"):
        if other.name != log:
            other.unlink(missing_ok=True)


class Save:
    """A save that is there: its index is whole, and it is the one that is wanted.

    Attributes:
      file: where it is.
      facts: of the state.
      log: what of a log belongs to it; None without one.
    """

    def __init__(self, file: Path, identity: Mapping[str, Any]) -> None:
        """Opens a save.

        Raises:
          SaveError: it is damaged, of another format, or of another search.
        """
        self.file = file
        index = _read_index(file)
        wanted = msgspec.json.decode(msgspec.json.encode(dict(identity)))
        for name in sorted(wanted.keys() | index.identity.keys()):
            had, now = index.identity.get(name), wanted.get(name)
            if had != now:
                problem = f"is of a search with {name} {shown(had)}, but should be of one with {shown(now)}"
                raise SaveError(located(problem, file))
        self.facts, self.log = index.facts, index.log
        self._pieces: dict[str, list[tuple[Path, Piece]]] = {}
        for piece in index.pieces:
            self._pieces.setdefault(piece.name, []).append((file, piece))
        if self.log is not None:
            path = file.with_name(self.log.name)
            for piece in self.log.pieces:
                self._pieces.setdefault(piece.name, []).append((path, piece))

    def __contains__(self, name: str) -> bool:
        return name in self._pieces

    def length(self, name: str) -> int:
        """Returns the length of an array.

        Raises:
          SaveError: there is none of that name.
        """
        return sum(piece.length for _, piece in self._of(name))

    def _of(self, name: str) -> list[tuple[Path, Piece]]:
        if name not in self._pieces:
            raise SaveError(located(f"has no array {name}", self.file))
        return self._pieces[name]

    def array(self, name: str) -> NDArray[Any]:
        """Returns an array of its own.

        Raises:
          SaveError: it is damaged or not there.
        """
        array = np.empty(self.length(name), np.dtype(self._of(name)[0][1].dtype))
        self.fill(name, array)
        return array

    def pieces(self, name: str) -> Iterator[NDArray[Any]]:
        """Yields the pieces of an array in order; none if there is no such array.

        Raises:
          SaveError: it is damaged.
        """
        for path, piece in self._pieces.get(name, ()):
            array = np.empty(piece.length, np.dtype(piece.dtype))
            self._read(path, piece, array)
            yield array

    def fill(self, name: str, target: NDArray[Any]) -> None:
        """Reads an array into the front of another, whose end stays as it is.

        Raises:
          SaveError: it is damaged, not there, or does not fit; of `target` any part may then be written.
        """
        length, dtype = self.length(name), self._of(name)[0][1].dtype
        if np.dtype(dtype) != target.dtype or length > len(target):
            problem = f"array {name} is {length} of {dtype}, but should be at most {len(target)} of"
            raise SaveError(located(f"{problem} {target.dtype.str}", self.file))
        start = 0
        for path, piece in self._of(name):
            self._read(path, piece, target[start : start + piece.length])
            start += piece.length

    def _read(self, path: Path, piece: Piece, into: NDArray[Any]) -> None:
        try:
            is_whole = read_piece(path, piece, into)
        except OSError as error:
            raise SaveError(located(f"cannot be read ({error.strerror})", path)) from None
        except EOFError:
            raise SaveError(located("is cut short", path)) from None
        if not is_whole:
            raise SaveError(located(f"array {piece.name} is damaged", path))


def _read_index(file: Path) -> _Index:
    try:
        with file.open("rb", buffering=0) as source:
            end = source.seek(0, os.SEEK_END)
            tail = bytearray(FOOTER.size)
            source.seek(max(0, end - FOOTER.size))
            read_all(source, memoryview(tail))
            place, length, checksum, mark = FOOTER.unpack(tail)
            if mark != MARK or place + length + FOOTER.size > end:
                raise EOFError
            text = bytearray(length)
            source.seek(place)
            read_all(source, memoryview(text))
    except OSError as error:
        raise SaveError(located(f"cannot be read ({error.strerror})", file)) from None
    except EOFError:
        raise SaveError(located("is no whole save", file)) from None
    if zlib.crc32(text) != checksum:
        raise SaveError(located("the index is damaged", file))
    try:
        index = msgspec.json.decode(text, type=_Index)
    except msgspec.MsgspecError as error:
        raise SaveError(located(f"was written by another version ({error})", file)) from None
    if index.format != FORMAT:
        raise SaveError(located(f"is a save of format {index.format}, but should be {FORMAT}", file))
    return index
