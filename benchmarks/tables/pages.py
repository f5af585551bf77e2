"""Decides what the pages of the docs are, and puts tables where a page names them.

A page that is written by hand names a table by `<!-- table: NAME -->`; the table follows after an empty line.
Other pages are made of their records as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.tables.records import Table, read_tables
from mcts_compose.errors import InputError, located

WITH_TABLES: Final = ("README.md", "benchmarks/RESULTS.md", "docs/scale.md")
"""Pages whose text is written by hand."""
LESSONS: Final = Path(__file__).with_name("curricula")
"""What `learn --json` printed of each curriculum."""
_PLACE: Final = re.compile(r"(?m)^<!-- table: (.+) -->\n\n((?:\|.*\n)*)")


def pages_of(root: Path) -> dict[str, str]:
    """Returns by path below `root` what each page should say; the text around tables is that of the files.

    Raises:
      InputError: a page or its records cannot be read, a table has no page, or a page names none there is.
    """
    tables = read_tables()
    pages = {name: with_tables(_text(root / name), tables, root / name) for name in WITH_TABLES}
    used = {name for page in pages.values() for name, _ in _PLACE.findall(page)}
    if unused := [name for name in tables if name not in used]:
        raise InputError(f"no page has the table {unused[0]}; its place is <!-- table: {unused[0]} -->")
    return pages | {"docs/baselines.md": _baselines(), "docs/curricula.md": _curricula()}


def with_tables(page: str, tables: Mapping[str, Table], path: Path) -> str:
    """Returns a page with the tables that it names in their places.

    Args:
      page: its text.
      tables: by name.
      path: where it is, for sentences.

    Raises:
      InputError: it names a table that there is not.
    """
    for found in _PLACE.finditer(page):
        if found[1] not in tables:
            number = page.count("\n", 0, found.start()) + 1
            raise InputError(located(f"there is no table {found[1]}", path, number))
    return _PLACE.sub(lambda found: _placed(found, tables[found[1]].text), page)


def _placed(found: re.Match[str], table: str) -> str:
    """Returns a place with its table; where there was none before, a line ends it."""
    return f"<!-- table: {found[1]} -->\n\n{table}" + ("" if found[2] else "\n")


def _baselines() -> str:
    from benchmarks.baselines.page import page_of
    from benchmarks.baselines.records import RECORDS, read_records

    return page_of(read_records(RECORDS))


def _curricula() -> str:
    from benchmarks.curricula_page import page_of

    return page_of(sorted(LESSONS.glob("*.jsonl")))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
    except UnicodeDecodeError as error:
        raise InputError(located(f"should be UTF-8 ({error.reason})", path)) from None
