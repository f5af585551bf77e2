"""`bench report`: what its page says, which runs it takes, and where it may be written."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from benchmarks.comparison.runs import Run
from benchmarks.comparison.summary import summaries_of
from benchmarks.report.charts import charts_of
from mcts_compose.commands.main import main
from mcts_compose.results.origin import COMMAND, read_origin
from tests.benchmarks.comparison.recorded import drawn_results, write_run
from tests.benchmarks.report.made_up_runs import NAMES, results_of, task_ids, write_runs, write_tasks
from tests.mcts_compose.refusals import refused
from tests.opened_page import HOSTILE


def made(*argv: object, out: str = "page.html") -> str:
    assert main(["bench", "report", *map(str, argv), "--out", out]) == 0
    return Path(out).read_text()


def details_in(page: str) -> list[dict]:
    return json.loads(page.split('id="details">')[1].split("</script>")[0])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_says_what_compare_says(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(place / "first", drawn_results(1))
    write_run(place / "second", drawn_results(2, slower=3.0))
    page = made("first", "second", "--against", "second")
    capsys.readouterr()
    assert main(["bench", "compare", "first", "second", "--against", "second", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    figures = page.split('id="figures"')[1].split("</table>")[0]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in figures.split("<tr")[2:]]
    assert [row[:3] + row[4:5] for row in cells] == [
        [row["suite"], row["run"], str(row["num_solved"]), str(row["num_right"])] for row in rows
    ]
    share = rows[0]["share_right"]
    ends = f"[{100 * share['low']:.1f}, {100 * share['high']:.1f}]"
    assert cells[0][-1].replace("\u00a0", " ") == f"{100 * share['value']:.1f} % {ends}"
    beside = rows[0]["beside"]["seconds"]["ratio"]
    assert f"{beside['value']:.2f}x [{beside['low']:.2f}, {beside['high']:.2f}]" in cells[0][7].replace(
        "\u00a0", " "
    )
    assert made("first", "second", "--against", "second", out="again.html") == page


def test_the_grid_says_who_was_first_and_details_have_programs_and_traces(place: Path) -> None:
    page = made(*write_runs(place))
    grid = page.split('id="tasks"')[1].split("</table>")[0]
    rows = dict(zip(task_ids(12), grid.split("<tr data-at")[1:], strict=True))
    right, wrong = rows["sum004"], rows["sum005"]
    assert (
        right.count(">right<") == 3 and wrong.count(">wrong<") == 3 and rows["sum003"].count(">error<") == 3
    )
    cells = right.split("<td ")
    assert '"first in candidates">100<' in cells[1] and "first in wall time" not in cells[1]
    assert '"first in wall time">0.4 s<' in cells[2] and "first in candidates" not in cells[2]
    assert 'class="first"' not in cells[3] + wrong
    assert "data-differs" in rows["sum002"] and "data-differs" not in right
    details = details_in(page)
    (found,) = details[4]["found"]
    assert found["who"] == list(NAMES) and "right on held-out" in found["says"]
    assert found["program"] == ["(x: list[int]) -> int", "v1 = sum(x)", "return v1"]
    assert (
        "    writes  v1 = 8" in found["trace"] and found["trace"][-1] == "returns 8; the task wants 8: right"
    )
    assert details[5]["found"][0]["says"].startswith("wrong on held-out examples")
    assert details[3]["found"][0]["says"] == "error: the search broke down"
    assert "the first 150 lines are shown" in details[0]["found"][0]["trace"][-1]
    assert "test_inputs" not in page and "5, 5" not in page  # a held-out example is no first example
    groups = page.split('id="groups"')[1].split("</table>")[0]
    assert groups.count("<tr>") == 4 and ">group-2<" in groups


def test_the_page_has_settings_versions_commands_and_work_of_models(place: Path) -> None:
    sources = write_runs(place)
    page = made(*sources)
    setups = page.split('id="setups"')[1].split("</table>")[0]
    differing = [row for row in setups.split("<tr") if "class=differs" in row]
    assert any(">prior<" in row and ">frequency<" in row and ">bundled<" in row for row in differing)
    assert not any(">eps<" in row for row in differing) and ">eps<" in setups
    assert "mcts-compose bench run" in page and "--prior bundled --out third" in page
    models = page.split('id="models"')[1].split("</table>")[0]
    assert f">{12 * 7}<" in models and f">{12 * 1234:,}<" in models
    assert 'id="models"' not in made(*sources[:2], out="two.html")


def test_answers_of_other_solvers_are_shown_and_kept_apart(place: Path) -> None:
    write_tasks(place / "sums.jsonl", task_ids(1))
    for name, answer in (("first", "(bvadd x y)"), ("second", "(bvsub x y)"), ("third", "(bvadd x y)")):
        write_run(place / name, results_of(place / "sums.jsonl", 0, program_text=None, answer=answer))
    one, other = details_in(made("first", "second", "third"))[0]["found"]
    assert (one["who"], one["program"]) == (["first", "third"], ["(bvadd x y)"])
    assert (other["who"], other["program"]) == (["second"], ["(bvsub x y)"])
    assert one["says"].endswith("; 1 operators")
    assert one["trace"] == ["No trace: the answer is no program of this machine."]


def test_of_published_results_nothing_is_said_that_is_not_known(place: Path) -> None:
    source = write_runs(place, 4)[0]
    line = {"suite": "sums", "system": "Beam", "budget": "50 values", "runs": 5, "source": "o/r <i>"}
    told = [line | {"id": task, "solved_runs": 5 if task < "sum002" else 1} for task in task_ids(4)]
    # The file lies in a run's directory, whose command it is not.
    (place / "first" / "told.jsonl").write_text("".join(json.dumps(each) + "\n" for each in told))
    page = made(source, "first/told.jsonl#Beam", "--other-budgets")
    grid = page.split('id="tasks"')[1].split("</table>")[0].split("<tr data-at")[1:]
    ours, theirs = grid[0].split("<td ")[1:]
    assert '"first in wall time">0.5 s<' in ours and "first in candidates" in ours
    assert ">solved<" in theirs and " s<" not in theirs and "first" not in theirs
    assert ["data-differs" in row for row in grid] == [False, False, False, True]
    cells = re.findall(r'number">(.*?)<', page.split('id="runs"')[1].split("</table>")[0].split("<tr>")[-1])
    assert cells == ["2 of 4", "-", "-", "-"]
    figures = page.split('id="figures"')[1].split("</table>")[0].split("<tr")[-1]
    assert re.findall(r'number">(.*?)<', figures)[-1] == "-" and "50 values; solved by more than" in page
    assert "Beam: 2 solved results do not say their seconds." in page
    assert "Published results, which were not made here; source: o/r &lt;i&gt;." in page
    says = details_in(page)[0]["found"][1]["says"]
    assert says == "solved; whether it is right on held-out examples is not known"


def test_several_seeds_are_one_row_and_one_run_is_no_race(place: Path) -> None:
    file = place / "sums.jsonl"
    write_tasks(file, task_ids(4))
    results = results_of(file, 0, (0, 1))
    lucky = results_of(file, 0, (1,), solved=False, generalises=None, program_text=None, first_hit=None)[0]
    write_run(place / "first", [results[0], lucky, *results[2:]])
    page = made("first")
    assert "data-at" in page and ">right 1 of 2<" in page and ">wrong 2 of 2<" in page
    assert "first, by candidates" not in page and 'class="first"' not in page
    assert details_in(page)[0]["found"][0]["who"] == ["first (seed 0)"]


def test_directories_of_older_versions_get_a_command_of_their_settings(place: Path) -> None:
    sources = write_runs(place)
    for source in sources:
        (Path(source) / COMMAND).unlink()
    config = json.loads((place / "first" / "config.json").read_text())
    suites = {"sums": "12 tasks, 00"}
    config |= {"suites": suites, "prior_args": {"a": "b c"}, "value": False, "seeds": [0, 2]}
    (place / "first" / "config.json").write_text(json.dumps(config))
    (place / "second" / "config.json").unlink()
    page = made(*sources, "--other-budgets")
    command = (
        "bench run sums --prior uniform --prior-args &#39;a=b c&#39; --seconds 1.0 --no-value --seeds 0,2"
    )
    assert command in page and "does not record the command" in page
    assert "does not record a command" in page and "not recorded" in page
    trace = details_in(page)[4]["found"][0]["trace"]
    assert trace[0].startswith("No trace: the tasks are not at hand: ") and "&#34;" not in trace[0]


def test_a_trace_needs_the_task_that_was_run_and_a_program_that_can_be_read(place: Path) -> None:
    sources = write_runs(place, 5, program_text="(x: list[int]) -> int; return nothing_known(x)")
    assert "nothing_known" in details_in(made(*sources))[4]["found"][0]["trace"][0]
    (place / "changed").mkdir()
    sources = write_runs(place / "changed", 5)
    file = place / "changed" / "sums.jsonl"
    file.write_text(file.read_text().replace("[2]", "[3]").replace(", 2]", ", 3]"))
    assert details_in(made(*sources))[0]["found"][0]["trace"] == [
        "No trace: the task has another content now than when it was run."
    ]


def test_hostile_text_is_escaped(place: Path) -> None:
    sources = write_runs(place, 4, HOSTILE, error=f"\x1b[31m{HOSTILE}", program_text=HOSTILE)
    for source in sources:
        config = json.loads((Path(source) / "config.json").read_text())
        (Path(source) / "config.json").write_text(json.dumps({**config, HOSTILE: HOSTILE}))
    page = made(f"{HOSTILE.replace('=', '-')}={sources[0]}", *sources[1:])
    assert page.count("<script") == page.count("</script") == 2 and "<img" not in page
    assert "\x1b" not in page and HOSTILE not in page and "{{ 7 * 7 }}" in page
    assert details_in(page)[0]["found"][0]["program"] == [HOSTILE]


def test_what_may_not_be_reported_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = ("bench", "report")
    write_run(place / "first", drawn_results(1))
    write_run(place / "longer", drawn_results(1), seconds=10.0)
    write_run(place / "fewer", drawn_results(1)[:20])
    assert "no results.jsonl" in refused(capsys, *report, "nowhere")
    assert "different budgets" in refused(capsys, *report, "first", "longer")
    assert "fewer lacks 10 results" in refused(capsys, *report, "first", "fewer")
    assert "directory does not exist" in refused(capsys, *report, "first", "--out", "no/page.html")
    (place / "mine.html").write_text("<!doctype html>my own")
    assert "no report of bench report" in refused(capsys, *report, "first", "--out", "mine.html")
    assert "did you mean 'first'" in refused(capsys, *report, "first", "--against", "frist")
    assert not (place / "report.html").exists() and (place / "mine.html").read_text().endswith("my own")


def test_a_run_records_its_command_once(place: Path) -> None:
    write_tasks(place / "sums.jsonl", task_ids(1))
    run = ["bench", "run", "sums.jsonl", "--simulations", "3", "--prior", "uniform", "--out", "run"]
    assert main([*run, "--show-examples", "1"]) == 0
    origin = read_origin(place / "run")
    assert origin is not None and origin.command_line.endswith("--out run --show-examples 1")
    assert origin.sources == ("sums.jsonl",) and origin.show_examples == 1
    before = (place / "run" / COMMAND).read_bytes()
    assert main([*run, "--show-examples", "1", "--retries", "1"]) == 0
    assert (place / "run" / COMMAND).read_bytes() == before
    page = made("run")
    assert origin.command_line in page and "returns 4; the task wants 4: right" in page


def test_curves_are_read_off_as_they_are_counted() -> None:
    results = drawn_results(2, tasks=40)
    for index in [index for index, each in enumerate(results) if each.solved][:3]:
        results[index] = msgspec.structs.replace(results[index], first_hit=None)
    run = Run("made", Path(), {}, results)
    summaries = summaries_of([run], "made", lambda result: result.task)
    for suite in charts_of(summaries):
        (summary,) = (each for each in summaries if each.suite == suite.suite)
        for chart, curve in zip(suite.charts, (summary.by_candidates, summary.by_seconds), strict=True):
            heights = {y: int(text) for text, y in chart.y_ticks}
            marks = sorted((count, y) for y, count in heights.items())
            (low, zero), (high, most) = marks[0], marks[-1]
            last = re.findall(r"V([\d.]+)", chart.paths[0])[-1]
            counted = low + (high - low) * (float(last) - zero) / (most - zero)
            assert counted == pytest.approx(curve.solved[-1], abs=0.05)
            left = [float(x) for x in re.findall(r"[MH]([\d.]+)", chart.paths[0])]
            assert left == sorted(left) and left[-1] == chart.x_ticks[-1][1]
    together = charts_of(summaries)[0]
    assert together.suite == "all" and together.charts[0].uncounted == (
        "made: 3 solved results do not say their candidates.",
    )
    assert not together.charts[1].uncounted
