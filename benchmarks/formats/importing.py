"""Decides how files of a public format become a task file: each one checked as every task file is.

A file that is refused is named with its reason, and the others are imported. A task that is well formed but
beyond this version is kept: runs record it with the reason, so that nobody counts too few tasks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.formats.format import Format, TaskFields
from mcts_compose.documents import MAX_DOCUMENT_BYTES, Document
from mcts_compose.errors import InputError, OutputError, UnsupportedError, located, short_path, shown
from mcts_compose.task_files import task_of
from priors.whole_files import write_new

_IS_THERE: Final = "is there already; name another --out"


@dataclass
class Imported:
    """What came of some files.

    Attributes:
      lines: of the task file, each one with its line break.
      unsupported: ids of tasks that runs will record as not supported, each with its reason.
      refused: one sentence for each file that is not in `lines`.
    """

    lines: list[bytes] = field(default_factory=list)
    unsupported: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def import_files(format_: Format, path: Path) -> Imported:
    """Returns what a file, or all files of a directory in the order of their names, become.

    A task's id is the file's path within the directory, without the suffix.

    Raises:
      InputError: the one file is refused, or the directory has none that can be imported.
    """
    imported = Imported()
    if not path.is_dir():
        _add(format_, path, path.stem, path.name, imported)
        return imported
    files = sorted(_files_below(path, format_.suffixes), key=lambda file: file.relative_to(path).as_posix())
    if not files:
        raise InputError(located(f"it holds no file that ends in {' or '.join(format_.suffixes)}", path))
    taken: dict[str, str] = {}
    for file in files:
        name = file.relative_to(path)
        task_id = name.with_suffix("").as_posix()
        if file.stem == "task" and len(name.parts) > 1:  # BIG-bench has a folder for each task
            task_id = name.parent.as_posix()
        try:
            if task_id in taken:
                raise InputError(
                    located(f"the id {shown(task_id)} is that of {taken[task_id]} already", file)
                )
            _add(format_, file, task_id, name.as_posix(), imported)
        except InputError as error:
            imported.refused.append(str(error))
        else:
            taken[task_id] = name.as_posix()
    if not imported.lines:
        others = f", as are {len(imported.refused) - 1} others" if len(imported.refused) > 1 else ""
        raise InputError(
            f"{short_path(path)}: no file can be imported; refused{others}: {imported.refused[0]}"
        )
    return imported


def _files_below(directory: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yields the files of a directory and those below it, without hidden ones."""

    def refuse(error: OSError) -> None:
        raise InputError(located(f"cannot be read ({error.strerror})", error.filename)) from None

    for place, folders, names in os.walk(directory, onerror=refuse):
        folders[:] = [folder for folder in folders if not folder.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield Path(place) / name


def _add(format_: Format, file: Path, task_id: str, source: str, imported: Imported) -> None:
    """Adds all tasks of a file, or none.

    Raises:
      InputError: the file, or one of its tasks, is refused.
    """
    lines, unsupported = [], {}
    for fields in format_.read(file, task_id):
        reason = _reason_unsupported(fields, file)
        if reason is not None:
            unsupported[str(fields["id"])] = reason
        lines.append(_line(fields | {"source": source}, file))
    imported.lines += lines
    imported.unsupported |= unsupported


def _reason_unsupported(fields: TaskFields, file: Path) -> str | None:
    """Checks a task; returns why this version cannot search it, if so."""
    try:
        task_of(Document(fields, file, "", None))
    except UnsupportedError as error:
        return str(error)
    return None


def _line(fields: TaskFields, file: Path) -> bytes:
    try:
        line = msgspec.json.encode(fields) + b"\n"
    except UnicodeEncodeError:
        raise InputError(
            located("a text holds half of a surrogate pair, but should be Unicode", file)
        ) from None
    if len(line) > MAX_DOCUMENT_BYTES:
        problem = f"its task takes {len(line):,} bytes, more than the limit of {MAX_DOCUMENT_BYTES:,}"
        raise InputError(located(problem, file))
    return line


def check_new_file(out: Path) -> None:
    """Checks that a task file may be written, before anything is read for it.

    Raises:
      InputError: its name has another ending, something is there, or its directory is not.
    """
    if out.suffix != ".jsonl":
        raise InputError(located("the name of the task file should end in .jsonl", out))
    if os.path.lexists(out):
        raise InputError(located(_IS_THERE, out))
    if not out.parent.is_dir():
        raise InputError(located("its directory does not exist", out))


def write_task_file(lines: list[bytes], out: Path) -> None:
    """Writes a new task file that is there whole or not at all.

    Raises:
      InputError: something is there by now; it stays as it is.
      OutputError: it cannot be written.
    """
    try:
        write_new(out, b"".join(lines))
    except FileExistsError:
        raise InputError(located(_IS_THERE, out)) from None
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None
