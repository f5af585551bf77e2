"""The page of `bench report` in a browser: nothing wrong, room for all, and what its script does."""

import re
from pathlib import Path

import pytest

from mcts_compose.commands.main import main
from tests.benchmarks.report.made_up_runs import task_ids, write_runs
from tests.opened_page import HOSTILE, Opened, contrast, luminance

PAGE, HOSTILE_PAGE = "page.html", "hostile.html"
HOSTILE_NAME = HOSTILE.replace("=", "-") + "without-any-space" * 9
"""Of a run; what stands before the first equals sign is its name."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages are: an ordinary one, and one of runs whose every text would do harm."""
    directory = tmp_path_factory.mktemp("pages")
    for name, mark in ((PAGE, ""), (HOSTILE_PAGE, HOSTILE)):
        (directory / f"of-{name}").mkdir()
        sources = write_runs(directory / f"of-{name}", 12, mark, error=mark or None)
        sources[0] = f"{HOSTILE_NAME if mark else 'first'}={sources[0]}"
        assert main(["bench", "report", *sources, "--out", str(directory / name)]) == 0
    return directory


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_there_is_room_for_the_page_and_colours_can_be_read(place, browser, width, scheme):
    with Opened(browser, place / PAGE, width, scheme) as opened:
        opened.page.locator("#tasks .pick").first.click()
        opened.page.locator(".told summary").first.click()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        box = opened.page.locator(".told pre").first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        colours = opened.page.evaluate("""() => {
            const of = (where, what) => getComputedStyle(document.querySelector(where))[what];
            return {page: of("body", "backgroundColor"), panel: of("thead", "backgroundColor"),
                text: of("body", "color"), soft: of(".soft", "color"), wrong: of(".v-wrong", "color"),
                right: of(".v-right", "color"), pick: of(".pick", "color"), link: of("nav a", "color"),
                curves: [...document.querySelectorAll("p .swatch .curve")].map(
                    curve => getComputedStyle(curve).stroke)};
        }""")
        assert not opened.wrong and opened.asked == [(place / PAGE).as_uri()]
    assert (luminance(colours["page"]) < 0.2) == (scheme == "dark")
    for name in ("text", "soft", "wrong", "right", "pick", "link"):
        assert contrast(colours[name], colours["page"]) >= 4.5, name
    assert contrast(colours["text"], colours["panel"]) >= 4.5
    assert len(colours["curves"]) == 3 == len(set(colours["curves"]))
    assert all(contrast(curve, colours["page"]) >= 3 for curve in colours["curves"])


def test_tasks_are_found_filtered_ordered_and_told(place, browser):
    with Opened(browser, place / PAGE) as opened:
        page = opened.page

        def shown() -> list[str]:
            return page.locator("#tasks .pick:visible").all_inner_texts()

        assert shown() == task_ids(12)
        page.fill("#find", "GROUP-1")
        assert shown() == task_ids(12)[4:8] and page.inner_text("#count") == "4 of 12 tasks"
        page.fill("#find", "nothing of this name")
        assert shown() == []
        page.fill("#find", "")
        page.select_option("#which", "differs")
        assert shown() == ["sum002", "sum006", "sum010"]
        page.select_option("#which", "first-0")
        assert set(shown()) >= {"sum000", "sum004", "sum008"} and "sum001" not in shown()
        page.select_option("#which", "wrong-any")
        assert "sum001" in shown() and "sum000" not in shown()
        page.select_option("#which", "")
        page.click("th[data-column='-1'] button")
        page.click("#tasks .pick >> nth=0")
        page.click("th[data-column='-1'] button")
        assert shown() == task_ids(12)[::-1]
        assert page.get_attribute("th[data-column='-1']", "aria-sort") == "descending"
        # What is told of a task goes with it, and away when it is chosen again.
        assert page.locator("tr:has(.told)").evaluate("row => row.previousElementSibling.dataset.at") == "0"
        assert "add them up sum000" in page.inner_text(".told")
        page.click("#tasks .pick >> nth=-1")
        assert page.locator(".told").count() == 0
        page.click("th[data-column='1'] button")
        verdicts = page.locator("#tasks tbody td:nth-child(3)").evaluate_all(
            "all => all.map(c => c.dataset.v)"
        )
        order = ["right", "wrong", "unsolved", "error"]
        assert verdicts == sorted(verdicts, key=order.index) and len(set(verdicts)) > 2
        page.click(".copy >> nth=1")
        page.get_by_text(re.compile("^(copied|selected)$")).wait_for()
        assert "--prior frequency --out second" in page.evaluate("getSelection().toString()")
        assert not opened.wrong


def test_hostile_text_stays_text(place, browser):
    with Opened(browser, place / HOSTILE_PAGE, 390) as opened:
        for pick in opened.page.locator("#tasks .pick").all():
            pick.click()
        assert opened.page.evaluate("window.harmed") is None
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not opened.wrong and len(opened.asked) == 1
        assert opened.page.locator("script").count() == 2 and opened.page.locator("img").count() == 0
        for where in ("#runs", "#tasks", "#rerun", ".told"):
            assert opened.page.locator(where).count()
        assert HOSTILE_NAME in opened.page.text_content("#runs") and HOSTILE in opened.page.text_content(
            "#tasks"
        )
        assert f"error: {HOSTILE}" in opened.page.text_content("#tasks")
