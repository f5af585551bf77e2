"""Decides how a damaged library is mended: nothing is deleted, what is damaged is set aside and said.

A file that was only renamed gets its name back. Numbers stay as they are: that of a file that is set aside is
never given again, and of files that are gone a note says so, which makes them known losses. What only needs
a package stays where it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mcts_compose.checked_lines import DamagedLineError
from mcts_compose.errors import OutputError, located
from mcts_compose.library.damage import Damage, listed_skills, missing_note
from mcts_compose.library.library import Library
from mcts_compose.library.skill_files import (
    HEADER,
    SET_ASIDE,
    SKILLS,
    check_directory,
    header_content,
    listed,
    lock,
    name_of_file,
    read_entry,
)
from priors.whole_files import sync_directory, write_new

_UNFINISHED: Final = re.compile(r"\..+\.tmp")


def repair(path: Path) -> list[str]:
    """Mends a library as far as can be, and returns what was done, one sentence each.

    Raises:
      InputError: the directory is no library.
      OutputError: it cannot be written.
    """
    if not (os.path.isdir(path) and SKILLS in listed(path)):
        check_directory(path)
    try:
        with lock(path):
            said = [*_remove_unfinished(path), *_mend_header(path)]
            while work := _next_work(Library.open(path).damaged):
                said += [_mend(path, damage) for damage in work]
            for directory in (path / SKILLS, path / SET_ASIDE):
                if directory.is_dir():
                    sync_directory(directory)
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None
    return said


def _remove_unfinished(path: Path) -> list[str]:
    """Removes what a kill has left of files that were being written."""
    said = []
    for directory in (path, path / SKILLS):
        names = os.listdir(directory) if directory.is_dir() else []
        for name in sorted(filter(_UNFINISHED.fullmatch, names)):
            (directory / name).unlink()
            said.append(located("removed; it was never finished", directory.relative_to(path) / name))
    return said


def _mend_header(path: Path) -> list[str]:
    if not (path / HEADER).exists():
        write_new(path / HEADER, header_content())
        return [located("written anew, since it was not there", HEADER)]
    if not any(damage.file == HEADER for damage in Library.open(path).damaged):
        return []
    _set_aside(path, path / HEADER)
    write_new(path / HEADER, header_content())
    return [located(f"written anew; the damaged one is moved to {SET_ASIDE}/", HEADER)]


def _next_work(damaged: Sequence[Damage]) -> list[Damage]:
    """Returns damages that can be mended now: files before gaps, and both before what only lacks others."""
    unknown = [damage for damage in damaged if not (damage.is_known or damage.is_unavailable)]
    in_files = [damage for damage in unknown if damage.is_own and damage.numbers is None]
    return in_files or [damage for damage in unknown if damage.is_own] or unknown


def _mend(path: Path, damage: Damage) -> str:
    if damage.numbers is not None:
        (path / SET_ASIDE).mkdir(exist_ok=True)
        (path / SET_ASIDE / missing_note(damage.numbers)).touch()
        return located(f"{damage.reason}; noted in {SET_ASIDE}/", damage.file)
    file = path / damage.file
    right = _right_name(path, file)
    if right is not None:
        file.rename(file.with_name(right))
        return located(f"renamed to {right}, as it was", damage.file)
    return located(f"{damage.reason}; moved to {_set_aside(path, file)}", damage.file)


def _right_name(path: Path, file: Path) -> str | None:
    """Returns the name that a renamed file had; None if it was not renamed, or the name is taken."""
    try:
        right, _ = read_entry(file)
    except DamagedLineError:
        return None
    others = [name_of_file(name) for name in listed_skills(path) if name != file.name]
    is_taken = any(other is not None and other.number == right.number for other in others)
    return None if is_taken or str(right) == file.name else str(right)


def _set_aside(path: Path, file: Path) -> str:
    """Moves a file, and returns where it is now."""
    directory = path / SET_ASIDE
    directory.mkdir(exist_ok=True)
    target, number = directory / file.name, 2
    while os.path.lexists(target):
        target, number = directory / f"{file.name}.{number}", number + 1
    file.rename(target)
    return f"{SET_ASIDE}/{target.name}"
