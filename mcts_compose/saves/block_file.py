"""Decides how bytes come to a file that is only written at its end, in pieces that a reader can check.

Pieces are written past the system's page cache where it allows that: on a virtual machine, pages that the
cache takes for the first time cost eight times as much as the writing (measured: 2 s a GB against 0.25 s).
They therefore begin at multiples of BLOCK, and come from buffers that the device can read.
"""

from __future__ import annotations

import math
import mmap
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096
CHUNK = 8 << 20
"""Bytes that are copied, summed and written at a time (untuned; devices need some MiB to be fast)."""
HUGE_PAGE = 2 << 20


class Piece(NamedTuple):
    """A piece of an array in a file.

    Attributes:
      name: of the array, of which there may be several pieces, one behind the other.
      dtype: of its elements.
      length: how many there are.
      place: where in the file it begins.
      checksum: of its bytes; see `add_to_checksum`.
    """

    name: str
    dtype: str
    length: int
    place: int
    checksum: int


def add_to_checksum(checksum: int, data: NDArray[np.uint8]) -> int:
    """Returns the checksum of what a checksum is of and more bytes behind it, as whole blocks.

    It is the CRC-32 of the sums of each block's words: what is torn, flipped or out of place is found as by a
    CRC-32 of all, but for words that change places within a block, in a tenth of the time (measured).
    """
    fill = -len(data) % BLOCK
    if fill:
        data = np.append(data, np.zeros(fill, np.uint8))
    words = data.view(np.uint64).reshape(-1, BLOCK // 8)
    return zlib.crc32(words.sum(axis=1).data, checksum)


def row_bytes(array: NDArray[Any]) -> int:
    """Returns the bytes of an array's element, or row."""
    return array.itemsize * math.prod(array.shape[1:])


class Buffer:
    """Room for one piece, from which a device can read; in huge pages where the system has them."""

    def __init__(self) -> None:
        memory = mmap.mmap(-1, CHUNK + HUGE_PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        with suppress(AttributeError, OSError):
            memory.madvise(mmap.MADV_HUGEPAGE)
        whole = np.frombuffer(memory, np.uint8)
        first = -whole.ctypes.data % HUGE_PAGE
        self.bytes = whole[first : first + CHUNK]
        self._name, self._dtype, self._length, self._used = "", "", 0, 0

    def take(self, name: str, array: NDArray[Any]) -> int:
        """Copies the front of an array, as much as fits; returns how many elements, or rows, that is."""
        length = min(len(array), len(self.bytes) // row_bytes(array))
        front = array[:length]
        self._name, self._dtype, self._length = name, array.dtype.str, front.size
        self._used = front.nbytes
        self.bytes[: self._used].view(array.dtype).reshape(front.shape)[...] = front
        return length

    def write(self, descriptor: int, place: int) -> tuple[Piece, int]:
        """Writes what was taken, and zeros up to the end of a block; returns the piece and where it ends."""
        whole = -(-self._used // BLOCK) * BLOCK
        self.bytes[self._used : whole] = 0
        checksum = add_to_checksum(0, self.bytes[:whole])
        data = self.bytes[:whole].data
        while data:
            data = data[os.write(descriptor, data) :]
        return Piece(self._name, self._dtype, self._length, place, checksum), place + whole


class BlockFile:
    """A file under way.

    Args:
      path: where it is.
      pieces: what of an existing file stays; without them a new one is made.
      end: where these end; what stands behind is cut off.

    Attributes:
      path: where it is.
      pieces: what is in it.
      place: where it ends.
    """

    def __init__(self, path: Path, pieces: list[Piece] | None = None, end: int = 0) -> None:
        self.path, self.pieces, self.place = path, list(pieces or []), end
        flags = os.O_WRONLY | (os.O_CREAT | os.O_TRUNC if pieces is None else 0)
        try:
            self._descriptor = os.open(path, flags | getattr(os, "O_DIRECT", 0), 0o600)
        except OSError:  # not every file system can do without its cache
            self._descriptor = os.open(path, flags, 0o600)
        self.cut(len(self.pieces), end)

    def append(self, buffer: Buffer) -> None:
        """Writes what a buffer has taken.

        Raises:
          OSError: it cannot be written.
        """
        piece, self.place = buffer.write(self._descriptor, self.place)
        if piece.name:
            self.pieces.append(piece)

    def sync(self) -> None:
        """Waits until all is on the device."""
        os.fsync(self._descriptor)

    def cut(self, num_pieces: int, end: int) -> None:
        """Drops all but the first pieces, which end there."""
        os.ftruncate(self._descriptor, end)
        os.lseek(self._descriptor, end, os.SEEK_SET)
        del self.pieces[num_pieces:]
        self.place = end

    def close(self) -> None:
        """Ends the writing; may be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def read_piece(path: Path, piece: Piece, into: NDArray[Any]) -> bool:
    """Reads a piece into an array of its type and length; returns whether its checksum is right.

    Raises:
      OSError: the file cannot be read.
      EOFError: it is cut short.
    """
    data = into.view(np.uint8)
    checksum = 0
    with path.open("rb", buffering=0) as source:
        source.seek(piece.place)
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            read_all(source, part.data)
            checksum = add_to_checksum(checksum, part)
    return checksum == piece.checksum


def read_all(source: Any, into: memoryview) -> None:
    """Reads until the memory is full.

    Raises:
      EOFError: the file is cut short.
    """
    while into:
        count = source.readinto(into)
        if not count:
            raise EOFError
        into = into[count:]
