"""`mcts-compose learn --report` on a small curriculum, from the first search to the page."""

import json
from pathlib import Path

import pytest

from mcts_compose.commands.main import main
from tests.mcts_compose.curriculum.small_suite import task_file, tasks

NEED_THE_LIBRARY = {"sums", "settled", "addition"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture
def learn(place: Path, capsys: pytest.CaptureFixture[str]):
    """Runs the command, always on the same library."""
    suite = task_file(place / "small.jsonl")

    def run(*more: object) -> tuple[int, str, str]:
        flags = ("--library", place / "lib", "--prior", "frequency", "--executions", 3000, "--levels", 1)
        status = main(["learn", *map(str, (suite, *flags, *more))])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_report_tells_what_needs_the_library(learn, place: Path) -> None:
    status, out, err = learn("--report", place / "page.html")
    assert status == 1 and "the report is in" in err  # one task of the suite has no solution
    assert "of 5 solved tasks 3 are not solved without the library" in out
    assert "of the 2 of the last third of the generations, 2" in out
    assert "4 skills, 4 levels deep; nothing calls 1 of them (25%)" in out
    page = (place / "page.html").read_text()
    assert "5 of 6" in page and all(task.id in page for task in tasks())
    (results,) = (place / "lib").glob("learning/*/without/*/results.jsonl")
    bare = [json.loads(line) for line in results.read_text().splitlines()]
    assert {result["task"] for result in bare if not result["solved"]} == {*NEED_THE_LIBRARY, "hopeless"}
    assert not any(result.get("skills") for result in bare)


def test_a_finished_run_is_told_again_without_any_search(learn, place: Path) -> None:
    learn("--report", place / "page.html")
    before, page = sorted((place / "lib").rglob("*")), (place / "page.html").read_bytes()
    _, _, err = learn("--report", place / "page.html")
    assert "[1/" not in err and "resuming: 6 of 6 results are there" in err
    assert sorted((place / "lib").rglob("*")) == before
    assert (place / "page.html").read_bytes() == page


def test_json_stays_one_object_a_line(learn, place: Path) -> None:
    _, out, _ = learn("--report", place / "page.html", "--json")
    assert [json.loads(line)["task"] for line in out.splitlines()] == [task.id for task in tasks()]


def test_a_page_that_cannot_be_is_refused_before_anything_is_searched(place: Path, tmp_path: Path) -> None:
    suite = task_file(place / "small.jsonl")
    (tmp_path / "mine.html").write_text("my own")
    for page in (tmp_path / "mine.html", tmp_path / "nowhere" / "page.html", tmp_path):
        library = tmp_path / "lib"
        assert main(["learn", str(suite), "--library", str(library), "--report", str(page)]) == 2
        assert not library.exists()
