"""Decides what all pages have in common: one file without network, text escaped, and where it may lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcts_compose.errors import InputError, OutputError, located, printable
from priors.whole_files import write_whole

if TYPE_CHECKING:
    from jinja2 import Environment

MARK_WITHIN: Final = 400
"""Bytes; the mark of a page, by which a newer one may take its place, stands near its beginning."""

TICKS: Final = 4
"""Lines across a chart, about."""


def page_environment(directory: Path) -> Environment:
    """Returns where templates are found: a room's own, and the style that all pages include.

    Args:
      directory: of the room.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([directory, Path(__file__).parent]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count="{:,}".format, seconds="{:,.2f}".format, printable=printable)
    return environment


def check_place(path: Path, kind: str) -> None:
    """Checks that a page may be written: nothing is there, or an earlier page of its kind.

    Args:
      path: where it is to be.
      kind: the command that makes such pages; their template names it in `<meta name="generator">`.

    Raises:
      InputError: something else is there, or it cannot be read.
    """
    mark = f'<meta name="generator" content="mcts-compose {kind}">'.encode()
    try:
        with path.open("rb") as file:
            is_page = mark in file.read(MARK_WITHIN)
    except FileNotFoundError:
        if path.parent.is_dir():
            return
        raise InputError(located("its directory does not exist", path)) from None
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
    if not is_page:
        raise InputError(located(f"is there already and no report of {kind}; give another name", path))


def put_page(path: Path, kind: str, text: str) -> None:
    """Writes a page in place of an earlier one of its kind, whole or not at all.

    Raises:
      InputError: something else is there.
      OutputError: it cannot be written.
    """
    check_place(path, kind)
    try:
        write_whole(path, text.encode("utf-8", errors="replace"))
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None


def round_ticks(most: int) -> list[int]:
    """Returns round numbers from 0 to at most `most`, about `TICKS` apart."""
    rough = max(most / TICKS, 1)
    power = 10 ** (len(str(int(rough))) - 1)
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough)
    return list(range(0, most + 1, step))
