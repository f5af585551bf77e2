"""Decides what a file holds that a search can go on from, and when such a file is believed.

    block 0     a line of text that names the format, for who looks at the file
    arrays      each begins at a multiple of BLOCK; bytes as they stand in memory
    index       JSON: whose search it is, the small facts of its state, and of each array name, dtype, length,
                place and CRC-32; filled up with spaces to a multiple of BLOCK, less the footer
    footer      FOOTER: where the index begins, its length, its CRC-32, and MARK

A file is written under another name, synced and renamed, so that the one before it stays until it is whole.
Arrays are written past the system's page cache where it allows that: on a virtual machine, pages that the
cache takes for the first time cost eight times as much as the writing (measured: 2 s a GB against 0.25 s).
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mcts_compose.errors import InputError, located, shown

FORMAT = 1
"""To be raised with every change of what a save holds or means."""
MARK = b"mcsave01"
BLOCK = 4096
CHUNK = 8 << 20
"""Bytes that are copied, summed and written at a time (untuned; devices need some MiB to be fast)."""
FOOTER = struct.Struct("<QQQ8s")


class SavedState(NamedTuple):
    """The state of a search.

    Attributes:
      facts: small things, as JSON has them.
      arrays: large ones by name, one-dimensional and C-contiguous.
    """

    facts: dict[str, Any]
    arrays: dict[str, NDArray[Any]]

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def joined(facts: dict[str, Any], parts: Mapping[str, SavedState]) -> SavedState:
    """Returns one state of several: the facts of each part under its name, the arrays of all, by theirs."""
    arrays: dict[str, NDArray[Any]] = {}
    for part in parts.values():
        assert not arrays.keys() & part.arrays.keys(), "two parts name an array alike"
        arrays.update(part.arrays)
    return SavedState({**facts, **{name: part.facts for name, part in parts.items()}}, arrays)


class SaveError(InputError):
    """A save cannot be used; the message says why in one sentence."""


class _Index(msgspec.Struct, forbid_unknown_fields=True):
    """What the index says; see `Save`."""

    format: int
    identity: dict[str, Any]
    facts: dict[str, Any]
    arrays: dict[str, tuple[str, int, int, int]]


class _Writer:
    """Writes whole blocks through one buffer that the device can read."""

    def __init__(self, descriptor: int, is_wanted: Any) -> None:
        self.place = 0
        self._descriptor, self._is_wanted = descriptor, is_wanted
        self._buffer = mmap.mmap(-1, CHUNK)

    def write(self, data: NDArray[np.uint8]) -> tuple[int, int]:
        """Writes bytes and zeros up to the end of a block; returns where they begin, and their CRC-32."""
        place, checksum = self.place, 0
        into = np.frombuffer(self._buffer, np.uint8)
        for start in range(0, len(data), CHUNK):
            if not self._is_wanted():
                raise InterruptedError("nobody wants the save any more")
            part = data[start : start + CHUNK]
            whole = -(-len(part) // BLOCK) * BLOCK
            into[: len(part)] = part
            into[len(part) : whole] = 0
            # Of the copy: who saves while others write would otherwise sum what is not written.
            checksum = zlib.crc32(into[: len(part)].data, checksum)
            _write_all(self._descriptor, memoryview(self._buffer)[:whole])
            self.place += whole
        return place, checksum


def _write_all(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def write_save(
    file: Path, identity: Mapping[str, Any], state: SavedState, is_wanted: Any = lambda: True
) -> None:
    """Writes a save in the place of the one that is there, if any.

    Args:
      file: where; its directory exists.
      identity: whose search it is, as JSON has it; only who says the same can open the save.
      state: what to save.
      is_wanted: asked now and then whether to go on.

    Raises:
      OSError: it cannot be written, or is not wanted any more; what was there before is untouched.
    """
    temporary = temporary_of(file, os.getpid())
    try:
        descriptor = _open_for_blocks(temporary)
        try:
            _write_parts(_Writer(descriptor, is_wanted), identity, state)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def temporary_of(file: Path, process: int) -> Path:
    """Returns the name under which a process writes a save before it is whole."""
    return file.with_name(f"{file.name}.{process}.part")


def remove_parts(file: Path) -> None:
    """Removes what killed processes left of saves that were not whole; nobody may be writing one."""
    for part in file.parent.glob(f"{file.name}.*.part"):
        part.unlink(missing_ok=True)


def _open_for_blocks(file: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        return os.open(file, flags | getattr(os, "O_DIRECT", 0), 0o600)
    except OSError:  # not every file system can do without its cache
        return os.open(file, flags, 0o600)


def _write_parts(writer: _Writer, identity: Mapping[str, Any], state: SavedState) -> None:
    writer.write(_bytes(f"A search of mcts-compose, saved to go on from; format {FORMAT}.\n".encode()))
    places = {}
    for name, array in state.arrays.items():
        place, checksum = writer.write(array.view(np.uint8))
        places[name] = (array.dtype.str, len(array), place, checksum)
    index = msgspec.json.encode(_Index(FORMAT, dict(identity), state.facts, places))
    footer = FOOTER.pack(writer.place, len(index), zlib.crc32(index), MARK)
    fill = -(len(index) + len(footer)) % BLOCK
    writer.write(_bytes(index + b" " * fill + footer))


def _bytes(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)


class Save:
    """A save that is there: its index is whole, and it is the one that is wanted.

    Attributes:
      file: where it is.
      facts: of the state.
    """

    def __init__(self, file: Path, identity: Mapping[str, Any]) -> None:
        """Opens a save.

        Raises:
          SaveError: it is damaged, of another format, or of another search.
        """
        self.file = file
        index = _read_index(file)
        if index.format != FORMAT:
            raise SaveError(located(f"is a save of format {index.format}, but should be {FORMAT}", file))
        wanted = msgspec.json.decode(msgspec.json.encode(dict(identity)))
        for name in sorted(wanted.keys() | index.identity.keys()):
            had, now = index.identity.get(name), wanted.get(name)
            if had != now:
                problem = f"is of a search with {name} {shown(had)}, but should be of one with {shown(now)}"
                raise SaveError(located(problem, file))
        self.facts = index.facts
        self._arrays = index.arrays

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def length(self, name: str) -> int:
        """Returns the length of an array.

        Raises:
          SaveError: there is none of that name.
        """
        if name not in self._arrays:
            raise SaveError(located(f"has no array {name}", self.file))
        return self._arrays[name][1]

    def array(self, name: str) -> NDArray[Any]:
        """Returns an array of its own.

        Raises:
          SaveError: it is damaged or not there.
        """
        array = np.empty(self.length(name), np.dtype(self._arrays[name][0]))
        self.fill(name, array)
        return array

    def fill(self, name: str, target: NDArray[Any]) -> None:
        """Reads an array into the front of another, whose end stays as it is.

        Raises:
          SaveError: it is damaged, not there, or does not fit; of `target` any part may then be written.
        """
        length = self.length(name)
        dtype, _, place, checksum = self._arrays[name]
        if np.dtype(dtype) != target.dtype or length > len(target):
            problem = f"array {name} is {length} of {dtype}, but should be at most {len(target)} of"
            raise SaveError(located(f"{problem} {target.dtype.str}", self.file))
        into = target[:length].view(np.uint8)
        found = 0
        try:
            with self.file.open("rb", buffering=0) as source:
                source.seek(place)
                for start in range(0, len(into), CHUNK):
                    part = into[start : start + CHUNK]
                    _read_all(source, part.data)
                    found = zlib.crc32(part.data, found)
        except OSError as error:
            raise SaveError(located(f"cannot be read ({error.strerror})", self.file)) from None
        except EOFError:
            raise SaveError(located("is cut short", self.file)) from None
        if found != checksum:
            raise SaveError(located(f"array {name} is damaged", self.file))


def _read_all(source: Any, into: memoryview) -> None:
    while into:
        count = source.readinto(into)
        if not count:
            raise EOFError
        into = into[count:]


def _read_index(file: Path) -> _Index:
    try:
        with file.open("rb", buffering=0) as source:
            end = source.seek(0, os.SEEK_END)
            tail = bytearray(FOOTER.size)
            source.seek(max(0, end - FOOTER.size))
            _read_all(source, memoryview(tail))
            place, length, checksum, mark = FOOTER.unpack(tail)
            if mark != MARK or place + length + FOOTER.size > end:
                raise EOFError
            text = bytearray(length)
            source.seek(place)
            _read_all(source, memoryview(text))
    except OSError as error:
        raise SaveError(located(f"cannot be read ({error.strerror})", file)) from None
    except EOFError:
        raise SaveError(located("is no whole save", file)) from None
    if zlib.crc32(text) != checksum:
        raise SaveError(located("the index is damaged", file))
    try:
        return msgspec.json.decode(text, type=_Index)
    except msgspec.MsgspecError as error:
        raise SaveError(located(f"was written by another version ({error})", file)) from None
