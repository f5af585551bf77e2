"""Decides what a public format is: which files it reads, and that each becomes task documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from mcts_compose.errors import InputError

TaskFields: TypeAlias = dict[str, Any]
"""The fields of one task, as a task file has them."""


class Format(ABC):
    """Reads the files of one format.

    Attributes:
      name: what users call it.
      suffixes: how the names of its files end, in small letters; of a directory only these are read.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the tasks of a file; their fields are checked by the caller.

        Args:
          file: what is read; its name may end otherwise when the user named it.
          task_id: the id of the task, and the beginning of the ids when there are several.

        Raises:
          InputError: the file is malformed, or has what cannot be a task; the message names file and place.
        """

    def with_columns(self, outputs: Sequence[str], types: Mapping[str, str]) -> Format:
        """Returns the format for tables whose columns are told apart so.

        Args:
          outputs: names of the columns that are results; none for the last one.
          types: of columns by their names; those of others are inferred.

        Raises:
          InputError: something is given, but the format has no columns.
        """
        if outputs or types:
            raise InputError(
                f"--output and --type are for tables with columns, which {self.name} files are not"
            )
        return self


def without_repeats(inputs: Sequence[list[Any]], outputs: Sequence[Any]) -> tuple[list[list[Any]], list[Any]]:
    """Returns examples without those that were there before; one with another output stays, to be refused."""
    seen: set[str] = set()
    kept = []
    for arguments, output in zip(inputs, outputs, strict=True):
        text = repr((arguments, output))
        if text not in seen:
            seen.add(text)
            kept.append((arguments, output))
    return [arguments for arguments, _ in kept], [output for _, output in kept]
