"""Decides what a library is to the rest of the program: skills in order, damages by name, and adding.

Skills stand in the order they came. One that calls a skill which came later (a lost one that was learnt anew)
stands behind that. Nothing is ever changed; a better solution is a new skill.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.checked_lines import DamagedLineError
from mcts_compose.errors import InputError, OutputError, located
from mcts_compose.library.damage import Damage, listed_skills, next_number, read_skills
from mcts_compose.library.entry import Entry, Provenance, entry_line, stamped
from mcts_compose.library.shelf import Shelf
from mcts_compose.library.skill_files import (
    HEADER,
    SKILLS,
    check_directory,
    file_name,
    lock,
    make_directory,
    read_header,
)
from priors.whole_files import sync_directory, write_new
from vm.skill import DEFAULT_COST, SkillTable

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.functions.function import PythonFunction
    from vm.program import Program


class Library:
    """A library on disk.

    Attributes:
      path: its directory.
      id: what tells it from other libraries; empty if that is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = ""
        self._shelf = Shelf()
        self._of_header: tuple[Damage, ...] = ()
        self._of_skills: tuple[Damage, ...] = ()
        self._names: list[str] = []
        self._is_read = False
        self._table: SkillTable | None = None

    @classmethod
    def open(cls, directory: Path | str, *, create: bool = False) -> Library:
        """Returns the library in a directory.

        Args:
          directory: where it is.
          create: whether to make an empty one where nothing is.

        Raises:
          InputError: there is none, or a later version of this package made it.
          OutputError: it cannot be made.
        """
        path = Path(directory)
        if create:
            make_directory(path)
        check_directory(path)
        library = cls(path)
        library.refresh()
        return library

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is there and whole, in order."""
        return self._shelf.entries

    @property
    def damaged(self) -> tuple[Damage, ...]:
        """What is not; see `Damage`."""
        return (*self._of_header, *self._of_skills)

    @property
    def table(self) -> SkillTable:
        """The skills of the entries."""
        if self._table is None:
            self._table = self._shelf.table
        return self._table

    def subset(self, names: Iterable[str]) -> SkillTable:
        """Returns the skills of these names and all that they call, in order.

        Raises:
          InputError: there is no skill of a name.
        """
        wanted = list(names)
        for name in wanted:
            if self._shelf.skill(name) is None:
                raise InputError(located(f"there is no skill {name!r}", self.path))
        return self._shelf.table_of(wanted)

    def entry(self, name: str) -> Entry | None:
        """Returns the entry of that name, or None; it may be one that is not available here."""
        return self._shelf.entry(name)

    def trial(self) -> Shelf:
        """Returns what the library holds, to try entries on before any is added."""
        return self._shelf.copy()

    def new_entry(
        self,
        name: str,
        doc: str,
        body: Program | AssemblyProgram | PythonFunction | str,
        *,
        cost: int = DEFAULT_COST,
        provenance: Provenance | None = None,
    ) -> Entry:
        """Returns an entry that calls skills of this library; nothing is added.

        Args:
          name: see `names.name_of_task` and `names.free_name`.
          doc: what it does; see `names.doc_of`.
          body: the program or function, or its text.
          cost: default price in the search.
          provenance: where it comes from; its texts may be anything, date and version are filled in.

        Raises:
          InputError: a part of it may not be in a library.
        """
        text = body if isinstance(body, str) else body.text
        return self._shelf.new_entry(name, doc, text, cost, stamped(provenance or Provenance()))

    def add(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Adds entries in this order, and returns those that were not there.

        Raises:
          NameTakenError: another skill has the name of one.
          InputError: one may not be in a library; nothing is added.
          OutputError: they cannot be written; nothing is added.
        """
        with lock(self.path):
            self.refresh()
            shelf = self._shelf.copy()
            new = [entry for entry in entries if shelf.take_new(entry)]
            names = self._write(new)
        self._names = [*self._names, *names]
        self._shelf, self._table = shelf, None
        return tuple(new)

    def _write(self, entries: Sequence[Entry]) -> list[str]:
        first = next_number(self.path, self._names)
        directory, written = self.path / SKILLS, list[str]()
        try:
            if entries and not directory.exists():
                directory.mkdir()
                sync_directory(self.path)
            for number, entry in enumerate(entries, start=first):
                name = str(file_name(number, entry))
                write_new(directory / name, entry_line(number, entry))
                written.append(name)
        except BaseException as error:
            for name in reversed(written):
                with suppress(OSError):
                    (directory / name).unlink()
            if isinstance(error, OSError):
                problem = f"nothing is added, since it cannot be written ({error.strerror})"
                raise OutputError(located(problem, self.path)) from None
            raise
        return written

    def refresh(self) -> None:
        """Reads what other processes have added.

        Raises:
          InputError: the directory cannot be read, or a later version of this package wrote it.
        """
        self._of_header = ()
        try:
            self.id = read_header(self.path)
        except DamagedLineError as error:
            self.id, self._of_header = "", (Damage(HEADER, str(error)),)
        names = listed_skills(self.path)
        if self._is_read and names == self._names:
            return
        is_more = not self._of_skills and names[: len(self._names)] == self._names
        shelf = self._shelf.copy() if is_more else Shelf()
        damaged = read_skills(self.path, names, shelf, num_read=len(self._names) if is_more else 0)
        self._shelf, self._names, self._table, self._of_skills = shelf, names, None, tuple(damaged)
        self._is_read = True
