"""Decides what of a library's files is whole, and names all that is not.

Only a file at the end can go without a trace: of any other the number is missed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcts_compose.checked_lines import DamagedLineError
from mcts_compose.errors import InputError, located
from mcts_compose.library.entry import SHORT_HASH, Entry
from mcts_compose.library.gaps import Range, gaps, split_by
from mcts_compose.library.shelf import MissingCallsError, Shelf, UnavailableError
from mcts_compose.library.skill_files import MAX_NUMBER, SET_ASIDE, SKILLS, listed, name_of_file, read_entry

_MISSING_NOTE: Final = re.compile(r"([0-9]{6,15})-([0-9]{6,15})\.missing", re.ASCII)


@dataclass(frozen=True)
class Damage:
    """Something that is not as it was written.

    Attributes:
      file: the file, below the library's directory.
      reason: what is wrong with it.
      numbers: the numbers of skills that are not there; None if the file is.
      is_own: whether the file itself is damaged, and not only what its skill calls.
      is_known: whether `library repair` has set aside what is missing.
      is_unavailable: whether the file is whole, but its skill needs a package that is not installed.
    """

    file: str
    reason: str
    numbers: Range | None = None
    is_own: bool = True
    is_known: bool = False
    is_unavailable: bool = False

    def __str__(self) -> str:
        return located(self.reason, self.file)


@dataclass(frozen=True)
class _Lost:
    """What `library repair` has set aside: ranges of numbers, and beginnings of addresses."""

    ranges: Sequence[Range]
    short_hashes: frozenset[str]
    has_unnamed: bool


def missing_note(numbers: Range) -> str:
    """Returns the name of the file that says that skills are lost without their files."""
    return f"{numbers[0]:06d}-{numbers[1]:06d}.missing"


def _lost(path: Path) -> _Lost:
    ranges, hashes, has_unnamed = list[Range](), set[str](), False
    for name in listed(path / SET_ASIDE):
        if note := _MISSING_NOTE.fullmatch(name):
            ranges.append((int(note[1]), int(note[2])))
            has_unnamed = True
        elif file := name_of_file(name):
            ranges.append((file.number, file.number))
            hashes.add(file.short_hash)
    return _Lost(ranges, frozenset(hashes), has_unnamed)


def listed_skills(path: Path) -> list[str]:
    """Returns the names of the files of a library's skills, by number.

    While others add, a listing may have a file and not the one before it; a second one has both.

    Raises:
      InputError: they cannot be listed.
    """
    names = listed(path / SKILLS)
    if gaps(_numbers(names)):
        names = listed(path / SKILLS)
    return sorted(names, key=lambda name: (file.number if (file := name_of_file(name)) else 0, name))


def next_number(path: Path, names: Sequence[str]) -> int:
    """Returns a number that no skill of a library has or ever had.

    Raises:
      InputError: a file has so large a number that there is none.
    """
    number = 1 + max(_numbers(names) | {last for _, last in _lost(path).ranges}, default=0)
    if number >= MAX_NUMBER:
        raise InputError(located(f"a file there has the number {number - 1}; move it away", path / SKILLS))
    return number


def _numbers(names: Sequence[str]) -> set[int]:
    return {file.number for name in names if (file := name_of_file(name)) is not None}


def read_skills(path: Path, names: Sequence[str], shelf: Shelf, num_read: int = 0) -> list[Damage]:
    """Puts the skills of a library on a shelf, and returns all that is damaged.

    Args:
      path: the library's directory.
      names: of all files of skills, by number.
      shelf: is given all that is whole.
      num_read: how many of the first names are on the shelf already.

    Raises:
      InputError: a directory cannot be read.
    """
    damaged: list[Damage] = []
    waiting: list[tuple[str, Entry]] = []
    taken = _numbers(names[:num_read])
    for name in names[num_read:]:
        try:
            right, entry = read_entry(path / SKILLS / name)
            if str(right) != name:
                raise DamagedLineError(f"its content is that of {right}")
            if right.number in taken:
                raise DamagedLineError(f"there is another skill with the number {right.number}")
            taken.add(right.number)
            waiting.append((name, entry))
        except DamagedLineError as error:
            damaged.append(Damage(f"{SKILLS}/{name}", str(error)))
    lost = _lost(path)
    damaged += _missing(names, lost)
    return damaged + _put(waiting, shelf, lost)


def _missing(names: Sequence[str], lost: _Lost) -> list[Damage]:
    """Returns the gaps in the numbers, and what was set aside behind the last of them."""
    found = []
    numbers = _numbers(names)
    end = max((last for _, last in lost.ranges), default=0)
    if end > max(numbers, default=0):
        numbers.add(end + 1)
    for range_ in gaps(numbers):
        for (first, last), is_known in split_by(range_, lost.ranges):
            is_one = first == last
            which = f"{first:06d}" if is_one else f"{first:06d} to {last:06d}"
            what = "the skill of this number is" if is_one else "the skills of these numbers are"
            how = f"lost; see {SET_ASIDE}/" if is_known else "not there"
            found.append(Damage(f"{SKILLS}/{which}", f"{what} {how}", (first, last), is_known=is_known))
    return found


def _put(waiting: Sequence[tuple[str, Entry]], shelf: Shelf, lost: _Lost) -> list[Damage]:
    """Puts entries on a shelf, each behind what it calls, and returns those that cannot be there.

    Names of those that need a package stay taken: else a new skill would be in their way when it is back.
    """
    damaged: list[Damage] = []
    unavailable: set[str] = set()
    while waiting:
        left: list[tuple[str, Entry]] = []
        causes: list[MissingCallsError] = []
        for name, entry in waiting:
            if shelf.hash_of(entry.name) == entry.hash:  # it was lost, learnt anew, and put back
                continue
            try:
                shelf.take(entry)
            except MissingCallsError as error:
                left.append((name, entry))
                causes.append(error)
            except UnavailableError as error:
                unavailable.add(entry.hash)
                shelf.keep_name(entry)
                reason = _needed(entry, error)
                damaged.append(Damage(f"{SKILLS}/{name}", reason, is_own=False, is_unavailable=True))
            except InputError as error:
                damaged.append(Damage(f"{SKILLS}/{name}", str(error)))
        if len(left) == len(waiting):
            damaged += _cut_off(left, causes, lost, unavailable)
            for _, entry in left:
                if entry.hash in unavailable:
                    shelf.keep_name(entry)
            return damaged
        waiting = left
    return damaged


def _needed(entry: Entry, error: UnavailableError) -> str:
    """Returns why an entry is not available, with the package it came from if that is known."""
    origin = entry.provenance.description
    return f"{error} ({origin})" if entry.provenance.origin == "user" and origin else str(error)


def _cut_off(
    left: Sequence[tuple[str, Entry]],
    causes: Sequence[MissingCallsError],
    lost: _Lost,
    unavailable: set[str],
) -> list[Damage]:
    """Returns the damages of entries whose own files are whole but which call what is not there.

    `unavailable` has the addresses of entries that need a package, and gets those of entries that call them.
    """
    known_hashes = set(lost.short_hashes)
    damaged = []
    for (name, entry), cause in zip(left, causes, strict=True):
        missing = {hash_[:SHORT_HASH] for hash_ in cause.missing.values()}
        needs_package = not unavailable.isdisjoint(cause.missing.values())
        is_known = not needs_package and (lost.has_unnamed or missing <= known_hashes)
        if is_known:
            known_hashes.add(entry.hash[:SHORT_HASH])
        if needs_package:
            unavailable.add(entry.hash)
        damaged.append(
            Damage(
                f"{SKILLS}/{name}", str(cause), is_own=False, is_known=is_known, is_unavailable=needs_package
            )
        )
    return damaged
