"""Decides who copies and who writes, so that a search hardly ever stands still for a save.

What only grows is written by a thread while the search goes on, straight from the search's memory. Where the
search changes something there, before or after it is written, it says so, and the log gets the change behind
it. A save is made when the thread has come to its end: the search's thread copies what is new since then,
what has changed, and what does not grow, and the other thread writes the copies.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from numpy.typing import NDArray

from mcts_compose.saves import block_file
from mcts_compose.saves.block_file import BlockFile, Buffer
from mcts_compose.saves.save_file import (
    LogIndex,
    NewSave,
    Save,
    SavedState,
    chunks,
    log_of,
    remove_leftovers,
)

NUM_BUFFERS = 4
"""Copies that may wait for the device (untuned): 32 MiB; for more, the search waits."""


class SaveWriter:
    """Writes saves of one search.

    Args:
      file: of the saves; its directory exists.
      identity: whose search it is, as JSON has it.
      resumed: the save that the search went on from; its log is gone on with.

    Attributes:
      written: how many elements of each array are in the log, those on their way included.
      num_bytes: bytes that were given to be written.
      seconds: CPU time of the thread that writes.
    """

    def __init__(self, file: Path, identity: Mapping[str, Any], resumed: Save | None = None) -> None:
        self.written: dict[str, int] = {}
        self.num_bytes = 0
        self.seconds = 0.0
        self._file, self._identity = file, dict(identity)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mcts-compose-saves")
        self._growing: Future[None] | None = None
        self._own_buffer: Buffer | None = None
        self._buffers: SimpleQueue[Buffer] = SimpleQueue()
        self._num_buffers = 0
        self._epoch = 0
        self._log: BlockFile | None = None
        # What the last whole save holds of the log: pieces, end, and elements of each array.
        self._kept: tuple[int, int, dict[str, int]] | None = None
        self._new: NewSave | None = None
        self._saving: Future[None] | None = None
        self._error: OSError | None = None
        self._is_closing = False
        if resumed is not None and resumed.log is not None:
            self._go_on_with(resumed.log)

    def _go_on_with(self, log: LogIndex) -> None:
        with suppress(OSError):  # then a new log is begun
            self._log = BlockFile(self._file.with_name(log.name), log.pieces, log.end)
            for piece in log.pieces:
                self.written[piece.name] = self.written.get(piece.name, 0) + piece.length
            self._epoch = log.epoch
            self._kept = len(log.pieces), log.end, dict(self.written)

    @property
    def is_saving(self) -> bool:
        """Whether a save is under way."""
        return self._saving is not None

    @property
    def is_growing(self) -> bool:
        """Whether the thread is still at what grew."""
        return self._growing is not None and not self._growing.done()

    def num_new_bytes(self, state: SavedState) -> tuple[int, int]:
        """Returns how many bytes that grow are not in the log, and how many with those that do not grow."""
        written = self.written if state.epoch == self._epoch else {}
        grown = sum(_tail(state, name, written).nbytes for name in state.growing)
        rest = sum(array.nbytes for name, array in state.arrays.items() if name not in state.growing)
        return grown, grown + rest

    def grow(self, state: SavedState) -> None:
        """Lets the thread write what grew, if that is much; does not wait.

        Raises:
          OSError: no file can be made.
        """
        if not self._has_log_of(state) and not self.is_saving and state.growing:
            self._begin_log(state.epoch)
        sizes = [_tail(state, name, self.written).nbytes for name in state.growing]
        if self._has_log_of(state) and max(sizes, default=0) >= block_file.CHUNK:
            if not self._num_buffers:
                self._make_buffers()
            self._grow(state, self._put_view)

    def save(self, state: SavedState) -> None:
        """Begins a save; waits for what grew to be written, and where no buffer is free.

        Raises:
          OSError: no file can be made.
        """
        if not self._has_log_of(state):
            self._begin_log(state.epoch)
        new = self._new = NewSave(self._file, self._identity)
        # What the thread reads from here on would be of a later moment.
        if self._growing is not None:
            self._growing.result()
        self._grow(state, self._put_copy)
        for name, news in state.news.items():
            for rows in news(self.written):
                self._log_copy(name, rows)
        for name, array in state.arrays.items():
            if name not in state.growing:
                for chunk in chunks(array):
                    self._put_copy(new.append, name, chunk)
        facts, written = state.facts, dict(self.written)
        self._saving = self._thread.submit(self._job, lambda: self._finish(new, facts, written))

    def outcome(self) -> bool | OSError | None:
        """Returns True once after a save is whole, an error once after it cannot be; else None."""
        is_done = self._saving is not None and self._saving.done()
        if self._error is None:
            if not is_done:
                return None
            self._saving = self._new = None
            return True
        self._thread.submit(int).result()  # nothing goes on after an error
        error, self._error = self._error, None
        self._forget_unsaved()
        return error

    def _forget_unsaved(self) -> None:
        if self._new is not None:
            self._new.abandon()
        self._saving = self._new = None
        if self._log is None:
            return
        if self._kept is None:
            self._log.close()
            self._log.path.unlink(missing_ok=True)
            self._log, self.written = None, {}
        else:
            num_pieces, end, self.written = self._kept[0], self._kept[1], dict(self._kept[2])
            self._log.cut(num_pieces, end)

    def close(self) -> None:
        """Ends what is under way; the last whole save stays. May be called again."""
        if self._is_closing:
            return
        self._is_closing = True
        self._thread.shutdown(wait=True)
        with suppress(OSError):  # who goes on cuts the log's end off as well
            self._forget_unsaved()
        if self._log is not None:
            self._log.close()

    # ----- in the search's thread -------------------------------------------------------------------------

    def _has_log_of(self, state: SavedState) -> bool:
        return self._log is not None and state.epoch == self._epoch

    def _begin_log(self, epoch: int) -> None:
        # The last save goes with the log before, which stays until there is a save that goes with this one.
        if self._log is not None:
            self._thread.submit(self._log.close)
        self._log, self._kept, self.written, self._epoch = None, None, {}, epoch
        self._log = BlockFile(log_of(self._file, secrets.token_hex(4)))

    def _make_buffers(self) -> None:
        """Makes the buffers of a later save, and lets the thread touch them first.

        The first use of a page takes longer than later copies to it (measured: 16 to 88 ms for these).
        """
        for _ in range(NUM_BUFFERS):
            buffer = Buffer()
            self._num_buffers += 1
            self._thread.submit(self._job, partial(buffer.bytes.fill, 0), buffer)

    def _grow(self, state: SavedState, put: Callable[..., None]) -> None:
        log = self._log
        assert log is not None
        # Before anything that is new: that has changed already.
        for name, changes in state.changes.items():
            self._log_copy(name, changes(self.written))
        for name in state.growing:
            for chunk in chunks(_tail(state, name, self.written)):
                if len(chunk) or name not in self.written:
                    put(log.append, name, chunk)
                    self.written[name] = self.written.get(name, 0) + len(chunk)

    def _log_copy(self, name: str, rows: NDArray[Any]) -> None:
        assert self._log is not None
        for chunk in chunks(rows):
            if len(chunk):
                self._put_copy(self._log.append, name, chunk)
                self.written[name] = self.written.get(name, 0) + len(chunk)

    def _put_view(self, append: Callable[[Buffer], None], name: str, chunk: NDArray[Any]) -> None:
        self.num_bytes += chunk.nbytes

        def copy_and_write() -> None:
            if self._own_buffer is None:
                self._own_buffer = Buffer()
            self._own_buffer.take(name, chunk)
            append(self._own_buffer)

        self._growing = self._thread.submit(self._job, copy_and_write)

    def _put_copy(self, append: Callable[[Buffer], None], name: str, chunk: NDArray[Any]) -> None:
        if self._buffers.empty() and self._num_buffers < NUM_BUFFERS:
            self._num_buffers += 1
            self._buffers.put(Buffer())
        buffer = self._buffers.get()
        buffer.take(name, chunk)
        self.num_bytes += chunk.nbytes
        self._thread.submit(self._job, lambda: append(buffer), buffer)

    # ----- in the thread that writes ----------------------------------------------------------------------

    def _job(self, do: Callable[[], None], buffer: Buffer | None = None) -> None:
        began = time.thread_time()
        try:
            if self._error is None and not self._is_closing:
                do()
        except OSError as error:
            self._error = error
        finally:
            if buffer is not None:
                self._buffers.put(buffer)
            self.seconds += time.thread_time() - began

    def _finish(self, new: NewSave, facts: dict[str, Any], written: dict[str, int]) -> None:
        log = self._log
        assert log is not None
        log.sync()
        pieces, end = list(log.pieces), log.place
        new.finish(facts, LogIndex(log.path.name, self._epoch, end, pieces))
        self._kept = len(pieces), end, written
        remove_leftovers(self._file, log.path.name)


def _tail(state: SavedState, name: str, written: Mapping[str, int]) -> NDArray[Any]:
    """Returns what of an array is not in the log."""
    return state.arrays[name][written.get(name, 0) :]
