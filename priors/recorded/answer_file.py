"""Decides how recorded answers lie on disk: one SQLite file, which several processes may fill at once.

    sources   one row a model: name, fingerprint, arguments, whether it ranks, writes programs, proposes
    answers   source, key of the request (`keys.py`), answer (`answers.py`), checksum of key and answer

Answers of one call are written in one transaction, so a process that is killed leaves all of them or none;
SQLite undoes what was begun when the file is next opened. A row whose checksum is wrong counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from priors.arguments import PriorArgumentError

FORMAT_VERSION: Final = 3
APPLICATION_ID: Final = 0x4D435052
"""Says in the file's header whose it is."""
WAIT_S: Final = 60.0
"""How long a process waits for the others' writing (untuned)."""
_KEYS_A_QUERY: Final = 500
_CHECKSUM_BYTES: Final = 8
_SCHEMA: Final = (
    "CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL, "
    "arguments TEXT NOT NULL, ranks INTEGER NOT NULL, writes_programs INTEGER NOT NULL, "
    "proposes INTEGER NOT NULL, "
    "UNIQUE (name, fingerprint, arguments))",
    "CREATE TABLE answers (source INTEGER NOT NULL, key BLOB NOT NULL, answer BLOB NOT NULL, "
    "checksum BLOB NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FORMAT_VERSION}",
)


class RecordingError(RuntimeError):
    """A file of answers could not be read or written while a search ran; the message is one sentence."""


class Source(NamedTuple):
    """Whose answers were recorded.

    Attributes:
      id: number in the file, from 1.
      name: the prior's.
      fingerprint: the prior's.
      arguments: those that matter to the answers.
      ranks: whether it ranks arms.
      writes_programs: whether it can be asked for whole programs.
      proposes: whether it can be asked for sub-tasks.
    """

    id: int
    name: str
    fingerprint: str
    arguments: dict[str, str]
    ranks: bool
    writes_programs: bool
    proposes: bool

    def __str__(self) -> str:
        said = "".join(f", {name}={value}" for name, value in self.arguments.items())
        return f"{self.id}: {self.name}{said}, fingerprint {self.fingerprint[:12] or 'none'}"


class AnswerFile:
    """Recorded answers on disk; opened when it is first used, and anew in every process.

    Args:
      path: of the file.
      is_writable: whether it may be written, and is made if it is not there.
    """

    def __init__(self, path: Path, *, is_writable: bool) -> None:
        self.path = path
        self._is_writable = is_writable
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_connection": None}

    def check(self) -> None:
        """Opens the file, which is what can go wrong before a search.

        Raises:
          PriorArgumentError: it is not there, cannot be read or written, or is no such file.
        """
        if not self._is_writable and not self.path.is_file():
            raise PriorArgumentError(f"recorded answers {self.path}: there is no such file")
        if self._is_writable and not self.path.parent.is_dir():
            raise PriorArgumentError(f"recorded answers {self.path}: there is no directory to put it in")
        try:
            self._open()
        except sqlite3.Error as error:
            raise PriorArgumentError(f"recorded answers {self.path}: {_reason(error)}") from None

    def sources(self) -> tuple[Source, ...]:
        """Returns whose answers there are.

        Raises:
          RecordingError: the file cannot be read.
        """
        with self._used() as connection:
            rows = connection.execute(
                "SELECT id, name, fingerprint, arguments, ranks, writes_programs, proposes FROM sources "
                "ORDER BY id"
            ).fetchall()
            return tuple(
                Source(number, name, fingerprint, json.loads(arguments), *map(bool, kinds))
                for number, name, fingerprint, arguments, *kinds in rows
            )

    def source_of(
        self, name: str, fingerprint: str, arguments: Mapping[str, str], *, ranks: bool,
        writes_programs: bool, proposes: bool,
    ) -> int:  # fmt: skip
        """Returns the number of a model, which is added if it is new.

        Raises:
          RecordingError: the file cannot be written.
        """
        said = json.dumps(dict(sorted(arguments.items())))
        with self._used() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO sources (name, fingerprint, arguments, ranks, writes_programs, "
                "proposes) VALUES (?, ?, ?, ?, ?, ?)",
                (name, fingerprint, said, ranks, writes_programs, proposes),
            )
            found = connection.execute(
                "SELECT id FROM sources WHERE name = ? AND fingerprint = ? AND arguments = ?",
                (name, fingerprint, said),
            ).fetchone()
            return int(found[0])

    def find(self, source: int, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Returns the answers that are there, by key; damaged ones are not.

        Raises:
          RecordingError: the file cannot be read.
        """
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, bytes] = {}
        with self._used() as connection:
            for begin in range(0, len(wanted), _KEYS_A_QUERY):
                part = wanted[begin : begin + _KEYS_A_QUERY]
                places = ", ".join("?" * len(part))
                rows = connection.execute(
                    f"SELECT key, answer, checksum FROM answers WHERE source = ? AND key IN ({places})",
                    (source, *part),
                )
                found.update((key, answer) for key, answer, sum_ in rows if sum_ == _checksum(key, answer))
        return found

    def add(self, source: int, answers: Mapping[bytes, bytes]) -> None:
        """Writes answers by key, all or none.

        Raises:
          RecordingError: the file cannot be written.
        """
        rows = [(source, key, answer, _checksum(key, answer)) for key, answer in answers.items()]
        with self._used() as connection, _transaction(connection):
            connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._open()
        except (sqlite3.Error, PriorArgumentError) as error:
            reason = _reason(error) if isinstance(error, sqlite3.Error) else str(error)
            raise RecordingError(f"recorded answers {self.path}: {reason}") from None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        if not self._is_writable and self.path.with_name(f"{self.path.name}-journal").exists():
            self._undo_unfinished()
        connection = self._connect("rwc" if self._is_writable else "ro")
        try:
            self._check_format(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._process = connection, os.getpid()
        return connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_S, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip

    def _undo_unfinished(self) -> None:
        """Undoes what a killed writer began; a connection that only reads may not."""
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._connect("rw")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")

    def _check_format(self, connection: sqlite3.Connection) -> None:
        """Makes the tables in an empty file.

        Raises:
          PriorArgumentError: it is another program's file, or another version's.
          sqlite3.Error: it is no database, or cannot be written.
        """
        if self._is_writable:
            with _transaction(connection):  # which also finds out whether it can be written
                if not _pragma(connection, "schema_version"):
                    for statement in _SCHEMA:
                        connection.execute(statement)
        if not _pragma(connection, "schema_version"):
            raise PriorArgumentError(f"recorded answers {self.path}: it is empty")
        if _pragma(connection, "application_id") != APPLICATION_ID:
            raise PriorArgumentError(f"recorded answers {self.path}: it is another program's database")
        version = _pragma(connection, "user_version")
        if version != FORMAT_VERSION:
            raise PriorArgumentError(
                f"recorded answers {self.path}: its version is {version}, this release reads "
                f"{FORMAT_VERSION}; record anew"
            )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:  # also of the COMMIT, as on a full disk: what it left open locks others out
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _checksum(key: bytes, answer: bytes) -> bytes:
    return hashlib.blake2b(key + answer, digest_size=_CHECKSUM_BYTES).digest()


def _reason(error: sqlite3.Error) -> str:
    """Returns what SQLite found wrong, in a user's words where they are known."""
    return {
        "file is not a database": "it is no file of recorded answers",
        "attempt to write a readonly database": "it cannot be written",
        "unable to open database file": "it cannot be opened",
        "database disk image is malformed": "it is damaged",
        "database is locked": f"another process has kept it for {WAIT_S:.0f} s",
    }.get(str(error), str(error))
