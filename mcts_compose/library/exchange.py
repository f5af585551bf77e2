"""Decides how skills leave a library and come into one: as JSON Lines, or from installed packages.

A line has a name, a doc and a body; cost, calls and provenance may be left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from mcts_compose.documents import Document, read_documents
from mcts_compose.errors import InputError, OutputError, located, printable
from mcts_compose.library.entry import Entry, Provenance, stamped
from mcts_compose.library.installed import INSTALLED_SKILLS, load_installed
from mcts_compose.library.library import Library
from mcts_compose.library.shelf import Shelf
from priors.whole_files import write_new
from vm.functions.errors import FunctionError
from vm.functions.function import PythonFunction
from vm.functions.linking import link
from vm.skill import DEFAULT_COST, Skill
from vm.skill_text import reached_skills


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the file."""

    name: str
    doc: str
    body: str
    calls: dict[str, str] | None = None
    cost: int = DEFAULT_COST
    provenance: Provenance | None = None


def export_skills(library: Library, file: Path) -> int:
    """Writes all that is whole to a new file, and returns how many skills that is.

    Raises:
      InputError: the file is there.
      OutputError: it cannot be written.
    """
    lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in library.entries)
    try:
        write_new(file, lines)
    except FileExistsError:
        raise InputError(located("is there already; name another --out", file)) from None
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", file)) from None
    return len(library.entries)


def import_skills(directory: Path, file: Path) -> tuple[Entry, ...]:
    """Adds the skills of a file to a library, all or none, and returns those that were not there.

    A directory that is not there becomes a library.

    Raises:
      InputError: a line cannot be added; the message names it.
      OutputError: they cannot be written.
    """
    return _add_trying(directory, lambda shelf: _entries(file, shelf))


def import_installed(directory: Path, names: Sequence[str]) -> tuple[Entry, ...]:
    """Adds installed skills and all that they call to a library, all or none; returns the new ones.

    A directory that is not there becomes a library.

    Raises:
      UnknownNameError: there is no installed skill of a name.
      BrokenEntryError: one cannot be imported.
      InputError: one cannot be added; the message says which.
      OutputError: they cannot be written.
    """
    return _add_trying(directory, lambda shelf: _installed_entries(names, shelf))


def _add_trying(directory: Path, entries: Callable[[Shelf], Iterator[Entry]]) -> tuple[Entry, ...]:
    """Adds entries that were tried on a shelf like the library's, and returns those that were not there.

    What is refused leaves no new directory behind.

    Raises:
      InputError: one cannot be added.
      OutputError: they cannot be written.
    """
    shelf = Library.open(directory).trial() if os.path.exists(directory) else Shelf()
    tried = list(entries(shelf))
    return Library.open(directory, create=True).add(tried)


def _entries(file: Path, shelf: Shelf) -> Iterator[Entry]:
    for document in read_documents(file, "skill"):
        try:
            entry = _entry(document, shelf)
            shelf.take_new(entry)
        except InputError as error:
            raise document.error(str(error)) from None
        yield entry


def _installed_entries(names: Sequence[str], shelf: Shelf) -> Iterator[Entry]:
    for name in names:
        wanted = load_installed(name)
        origin = INSTALLED_SKILLS.entry(name).origin
        provenance = stamped(Provenance(origin="user", description=f"from {origin}"))
        for skill in (*reached_skills(wanted.body), wanted):
            try:
                entry = shelf.new_entry(skill.name, skill.doc, skill.body.text, skill.cost, provenance)
                shelf.take_new(entry)
                _try_function(skill)
            except (InputError, FunctionError) as error:
                raise InputError(f"installed skill {name!r} of {origin}: {error}") from None
            yield entry


def _try_function(skill: Skill) -> None:
    """Compiles and checks a skill that is a Python function.

    Raises:
      FunctionError: it can be no skill.
    """
    if isinstance(skill.body, PythonFunction):
        link(skill.body)


def _entry(document: Document, shelf: Shelf) -> Entry:
    try:
        line = msgspec.convert(document.value, type=_Line)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"a skill has a name, a doc and a body: {printable(str(error))}") from None
    provenance = stamped(line.provenance or Provenance(origin="imported"))
    entry = shelf.new_entry(line.name, line.doc, line.body, line.cost, provenance)
    if line.calls is not None and line.calls != entry.calls:
        raise InputError(f"{entry.name} calls other skills than those of these names that are here")
    return entry
