"""The pages of the docs say what their records say."""

from pathlib import Path

import pytest

from benchmarks.tables import pages
from benchmarks.tables.__main__ import tables
from benchmarks.tables.cells import Counts
from benchmarks.tables.pages import pages_of, with_tables
from benchmarks.tables.records import Table, read_tables
from mcts_compose.errors import InputError

ROOT = Path(__file__).parents[3]
PAGE = "Before.\n\n<!-- table: small -->\n\n| old |\n| --- |\n| 1 |\n\nAfter.\n"
SMALL = Table(["suite", ""], [["a", Counts(2, 1)], [None, 7]])
RENEWED = "Before.\n\n<!-- table: small -->\n\n| suite | |\n| --- | --- |\n| a | 2 / 1 |\n| | 7 |\n\nAfter.\n"


def test_every_page_is_what_its_records_say() -> None:
    tables(ROOT, check=True)


@pytest.mark.parametrize("name", ["benchmarks/RESULTS.md", "docs/scale.md"])
def test_no_table_of_figures_is_written_by_hand(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.count("\n| --- |") == text.count("\n<!-- table: ") > 0


def test_a_table_takes_the_place_of_the_old_one_or_of_none() -> None:
    assert with_tables(PAGE, {"small": SMALL}, Path("page.md")) == RENEWED
    empty = "Before.\n\n<!-- table: small -->\n\nAfter.\n"
    assert with_tables(empty, {"small": SMALL}, Path("page.md")) == RENEWED


def test_a_name_without_a_table_and_a_table_without_a_page_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"page\.md, line 3: there is no table small"):
        with_tables(PAGE, {}, Path("page.md"))
    monkeypatch.setattr(pages, "WITH_TABLES", ("page.md",))
    monkeypatch.setattr(pages, "read_tables", lambda: {"small": SMALL, "lost": SMALL})
    with pytest.raises(InputError, match="cannot be read"):
        pages_of(tmp_path)
    (tmp_path / "page.md").write_text(PAGE)
    with pytest.raises(InputError, match="no page has the table lost"):
        pages_of(tmp_path)


def test_a_page_that_differs_is_named_and_then_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "WITH_TABLES", ("page.md",))
    monkeypatch.setattr(pages, "read_tables", lambda: {"small": SMALL})
    (tmp_path / "page.md").write_text(PAGE)
    with pytest.raises(InputError, match=r"records say: page\.md, baselines\.md, curricula\.md; python -m"):
        tables(tmp_path, check=True)
    with pytest.raises(InputError, match="its directory does not exist"):
        tables(tmp_path)
    (tmp_path / "docs").mkdir()
    tables(tmp_path)
    assert (tmp_path / "page.md").read_text() == RENEWED
    tables(tmp_path, check=True)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[", "should be the head or a row"),
        ('{"table": "a", "more": 1}', "should be the head or a row"),
        ('{"table": "a"}', "either a head or a row"),
        ('{"table": "a", "head": ["b"]}', "there are two tables a"),
        ('{"table": "c", "row": [1]}', "the head of the table c should come before"),
        ('{"table": "a", "row": [1, 2]}', "has 2 cells, but the table a has 1 columns"),
        (
            '{"table": "a", "row": [{"is": "share", "part": "few", "whole": 2}]}',
            "should be the head or a row",
        ),
    ],
)
def test_a_line_that_is_none_is_refused_by_number(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"table": "a", "head": ["b"]}\n{"table": "a", "row": ["c"]}\n')
    assert read_tables(path) == {"a": (["b"], [["c"]])}
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match=f"line 3: .*{problem}"):
        read_tables(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_tables(tmp_path / "none.jsonl")
