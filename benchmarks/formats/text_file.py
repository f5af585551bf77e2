"""Decides how a text file of a public format is read: within bounds, as UTF-8, mistakes with their line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mcts_compose.documents import MAX_DOCUMENT_BYTES, decode_text, read_bounded
from mcts_compose.errors import InputError, located, short_path


@dataclass(frozen=True)
class TextFile:
    """A text with where it was read.

    Attributes:
      path: the file.
      text: all of it.
    """

    path: Path
    text: str

    def error(self, problem: str, line: int | None = None, column: int | None = None) -> InputError:
        """Returns an error that names the file, and line and column if they are given."""
        if column is None:
            return InputError(located(problem, self.path, line))
        return InputError(f"{short_path(self.path)}, line {line}, column {column}: {problem}")


def read_text(path: Path, limit: int = MAX_DOCUMENT_BYTES) -> TextFile:
    """Reads a file of at most `limit` bytes.

    Raises:
      InputError: it cannot be read, is too long, or is not UTF-8.
    """
    return TextFile(path, decode_text(read_bounded(path, limit), path))
