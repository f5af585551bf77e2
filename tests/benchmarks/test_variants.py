"""The table of variants: its rows, its cells, and that it resumes."""

import pytest
from typer.testing import CliRunner

from benchmarks import variants
from mcts_compose.errors import InputError
from mcts_compose.search import SEARCHERS
from mcts_compose.settings import Settings


def test_every_searcher_and_every_switch_has_a_row():
    rows = variants.VARIANTS.values()
    assert {row["search"] for row in rows if "search" in row} == set(SEARCHERS)
    switches = {
        name
        for name, value in vars(Settings()).items()
        if value is True and not name.startswith("model_")  # benchmarks.priors has those
    }
    assert {name for row in rows for name, value in row.items() if value is False} == switches


def test_only_takes_the_named_rows_and_refuses_others():
    assert list(variants.chosen("levin; mcts, no split")) == ["levin", "mcts, no split"]
    with pytest.raises(InputError, match="--only names 'dfs'"):
        variants.chosen("dfs")


def test_the_table_has_a_cell_for_each_suite_and_resumes(tmp_path):
    command = ["lists-v1:doubled", "--seconds", "0.5", "--only", "enumerate", "--out", str(tmp_path)]
    first = CliRunner().invoke(variants.app, command)
    assert first.exit_code == 0, first.output
    kept = (tmp_path / "enumerate" / "results.jsonl").read_bytes()
    again = CliRunner().invoke(variants.app, command)
    assert again.exit_code == 0
    assert (tmp_path / "enumerate" / "results.jsonl").read_bytes() == kept
