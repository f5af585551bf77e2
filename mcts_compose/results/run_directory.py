"""Decides how a run is kept on disk, so that no kill loses a line and no restart writes one twice.

    DIR/config.json     the resolved settings; written once, before the first result, by rename
    DIR/results.jsonl   one checksummed line per (suite, task, seed), appended and synced one by one; when all
                        are there, written anew by rename if they are not in the order of the run
    DIR/command.json    the command that made it, if one did; see origin.py
    DIR/searches/       saves of searches under way, one directory for each (suite, task, seed); removed when
                        its result is there
    DIR/.lock           held while a run writes; the system frees it when the process ends, however it ends

A last line without its line end was torn by a kill: it is dropped and said. Any other damage is an error that
names the line, since silently running a task again would hide it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from mcts_compose.checked_lines import DamagedLineError
from mcts_compose.errors import InputError, OutputError, located, shown
from mcts_compose.results.origin import COMMAND
from mcts_compose.results.record import Result, result_of_line
from priors.whole_files import sync_directory, write_whole

CONFIG, RESULTS, LOCK, SEARCHES = "config.json", "results.jsonl", ".lock", "searches"
Key: TypeAlias = tuple[str, str, int]
"""Suite, task id and seed: what a results file holds once."""


@dataclass
class RunDirectory:
    """An open run directory; `results` holds what is on disk, in the order of the file.

    Attributes:
      path: the directory.
      results: by suite, task and seed.
      dropped_bytes: length of the torn last line that was dropped at opening; 0 without one.
    """

    path: Path
    results: dict[Key, Result] = field(default_factory=dict)
    dropped_bytes: int = 0

    def append(self, result: Result) -> None:
        """Writes one result to disk and waits until it is there.

        Raises:
          OutputError: it cannot be written; the file is as it was before.
        """
        key = (result.suite, result.task, result.seed)
        if key in self.results:
            raise OutputError(
                located(f"task {result.task} with seed {result.seed} is there already", self.path)
            )
        _append_synced(self.path / RESULTS, result.to_line())
        self.results[key] = result
        _remove_saves(self.path, [key])

    def put_in_order(self, keys: Sequence[Key]) -> None:
        """Writes the results anew in the order of `keys`, which are all of theirs, unless they are in it.

        Raises:
          OutputError: they cannot be written; the file is as it was before.
        """
        order = list(dict.fromkeys(keys))
        if list(self.results) == order:
            return
        self.results = {key: self.results[key] for key in order}
        _write_whole(self.path / RESULTS, b"".join(result.to_line() for result in self.results.values()))


def search_directory(path: Path, key: Key) -> Path:
    """Returns where in a run directory the search of one suite, task and seed is saved."""
    suite, task, seed = key
    name = hashlib.blake2b(f"{suite}\n{task}\n{seed}".encode(), digest_size=8).hexdigest()
    return path / SEARCHES / name


@contextmanager
def open_run(path: Path, config: Mapping[str, Any]) -> Iterator[RunDirectory]:
    """Opens a new run directory, or goes on with one that was made with the same configuration.

    Raises:
      InputError: the directory belongs to other settings, or holds something else.
      OutputError: it cannot be written, another run writes to it, or a line of it is damaged.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / LOCK).open("a")
    except OSError as error:
        raise OutputError(located(f"cannot be made a run directory ({error.strerror})", path)) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OutputError(
                located("another run is writing to this directory; name another --out", path)
            ) from None
        _remove_half_written(path)
        _claim(path, config)
        results, keep, size = _scan(path / RESULTS)
        if keep < size:
            os.truncate(path / RESULTS, keep)
        _remove_saves(path, results)  # the last process may have been killed after it wrote a result
        yield RunDirectory(path, results, size - keep)


def results_file(path: Path) -> Path:
    """Returns the results file of a run directory, or the path itself if it is that of a file.

    Raises:
      InputError: there is no such file.
    """
    file = path / RESULTS if path.is_dir() else path
    if not file.is_file():
        raise InputError(located(f"there is no {RESULTS} here", path))
    return file


def read_results(path: Path) -> list[Result]:
    """Returns the results of a run directory, or of one results file, in order; a torn last line is left out.

    Raises:
      InputError: there is no results file.
      OutputError: a line is damaged; the message names it.
    """
    return list(_scan(results_file(path))[0].values())


def _claim(path: Path, config: Mapping[str, Any]) -> None:
    """Writes the configuration of a new directory, or compares it with the one that is there."""
    file = path / CONFIG
    text = _config_text(config)
    if not file.exists():
        others = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
        if others:
            problem = (
                f"holds {shown(others[0])} but no {CONFIG}, so it is no run directory; name another --out"
            )
            raise InputError(located(problem, path))
        _write_whole(file, text)
        return
    try:
        before = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (msgspec.MsgspecError, OSError):
        raise OutputError(located("cannot be read as a configuration; name another --out", file)) from None
    now = msgspec.json.decode(text, type=dict[str, Any])
    for key in sorted(before.keys() | now.keys()):
        if before.get(key) != now.get(key):
            problem = (
                f"was made with {key} {shown(before.get(key))}, but this command says {shown(now.get(key))}; "
                "give the same settings to resume, or another --out"
            )
            raise InputError(located(problem, path))


def _config_text(config: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(dict(sorted(config.items()))), indent=2) + b"\n"


def holds_config(path: Path, config: Mapping[str, Any]) -> bool:
    """Says whether a directory is a run directory that was made with this configuration, and perhaps more."""
    try:
        before = msgspec.json.decode((path / CONFIG).read_bytes())
    except (msgspec.MsgspecError, OSError):
        return False
    wanted = msgspec.json.decode(_config_text(config))
    return isinstance(before, dict) and all(before.get(key) == value for key, value in wanted.items())


def _scan(file: Path) -> tuple[dict[Key, Result], int, int]:
    """Returns the results of a file, the length up to its last line end, and its whole length."""
    try:
        data = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise OutputError(located(f"cannot be read ({error.strerror})", file)) from None
    keep = data.rfind(b"\n") + 1
    results: dict[Key, Result] = {}
    for number, line in enumerate(data[:keep].split(b"\n")[:-1], start=1):
        try:
            result = result_of_line(line)
        except DamagedLineError as error:
            remedy = "take the line out to have its task run again"
            raise OutputError(located(f"the line is damaged: {error}; {remedy}", file, number)) from None
        key = (result.suite, result.task, result.seed)
        if key in results:
            problem = f"task {shown(result.task)} with seed {result.seed} stands here a second time"
            raise OutputError(located(problem, file, number))
        results[key] = result
    return results, keep, len(data)


def _append_synced(file: Path, line: bytes) -> None:
    """Appends a line and syncs it; when that fails, cuts the file back to what it was."""
    is_new = not file.exists()
    before = 0 if is_new else file.stat().st_size
    try:
        with file.open("ab", buffering=0) as out:
            _write_all(out.fileno(), line)
            os.fsync(out.fileno())
        if is_new:
            sync_directory(file.parent)
    except OSError as error:
        if file.exists():
            os.truncate(file, before)
        raise OutputError(
            located(f"cannot be written ({error.strerror}); earlier results are kept", file)
        ) from None


def _write_all(descriptor: int, data: bytes) -> None:
    """Writes all of `data`, going on after short writes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _write_whole(file: Path, content: bytes) -> None:
    try:
        write_whole(file, content)
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", file)) from None


def _remove_saves(path: Path, keys: Iterable[Key]) -> None:
    """Removes what is saved of searches that have ended."""
    if not (path / SEARCHES).is_dir():
        return
    for key in keys:
        shutil.rmtree(search_directory(path, key), ignore_errors=True)
    with suppress(OSError):  # other searches are saved
        (path / SEARCHES).rmdir()


def _remove_half_written(path: Path) -> None:
    """Removes what a kill has left of files that were being written whole."""
    for name in (CONFIG, RESULTS, COMMAND):
        for leftover in path.glob(f".{name}.*"):
            leftover.unlink(missing_ok=True)
