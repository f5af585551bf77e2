"""Decides how pages of Markdown are written: whole, and over no file of another kind."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mcts_compose.errors import InputError, OutputError, located
from priors.whole_files import write_whole

SUFFIX: Final = ".md"


def check_page(path: Path) -> None:
    """Checks that a page may be written, before anything is done for it.

    Raises:
      InputError: its name has another ending, as that of the records it is made of, or there is no place.
    """
    if path.suffix != SUFFIX:
        raise InputError(located(f"the name of the page should end in {SUFFIX}", path))
    if not path.parent.is_dir():
        raise InputError(located("its directory does not exist", path))


def write_page(path: Path, text: str) -> None:
    """Writes a page in place of an earlier one, whole or not at all.

    Raises:
      InputError: it may not be written there.
      OutputError: it cannot be written.
    """
    check_page(path)
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None
