"""The page of a run of `learn`: its text, and how it is in a browser."""

import re
from collections import Counter

import pytest

from mcts_compose.commands.learn_page import KIND, Report, chart_of, render_page, write_page
from mcts_compose.commands.pages import check_place
from mcts_compose.curriculum.lessons import Lesson
from mcts_compose.curriculum.reuse import reuse_of
from mcts_compose.curriculum.without import Comparison
from mcts_compose.errors import InputError
from mcts_compose.library.entry import Provenance
from tests.mcts_compose.curriculum.made_up_library import make_entries, make_entry
from tests.mcts_compose.make_result import make_result
from tests.opened_page import HOSTILE, Opened, contrast, luminance

LONG_PROGRAM = "(x: list[int], k: int) -> list[int]; " + "; ".join(
    f"v{number} = add(x, k)" for number in range(40)
)


def make_report(count=30, seed=0, hostile=False):
    """A report of as many tasks as skills, all solved but the last of each generation."""
    entries = make_entries(count, seed)
    lessons, comparisons = [], []
    for number, entry in enumerate(entries):
        generation = None if number % 7 == 6 else entry.provenance.generation
        task = f"{HOSTILE} {number}" if hostile else f"task-{number}"
        program = LONG_PROGRAM if number % 2 else "(x: int) -> int; return x"
        lessons.append(Lesson(task, generation, entry.name, program, tuple(entry.calls), 2, 54321, 1.5))
        right = make_result(task, solved=generation is not None, executions=4321)
        without = make_result(task, solved=number % 3 == 0, executions=98765)
        comparisons.append(Comparison(task, generation, 500_000, right, without))
    lessons.append(Lesson("never-tried", None, None, None, (), 0, 0, 0.0))
    if hostile:
        # No library takes such names; a page that is given them must still be harmless.
        odd = make_entry(
            f"odd{HOSTILE}",
            (entries[0].name,),
            9,
            doc=HOSTILE,
            provenance=Provenance(suite=HOSTILE, task=HOSTILE, generation=9),
        )
        entries += [odd, make_entry("plain", (odd.name,), 10, doc=f"\x1b[31m{HOSTILE}")]
    reuse = reuse_of(entries, {HOSTILE if hostile else "again": (entries[0].name,)})
    return Report(HOSTILE if hostile else "made-up-v1", lessons, 8, reuse, comparisons)


def boxes_of(page):
    """For each node its text, its frame, and the boxes of its labels, as left, top, right, bottom."""
    return page.evaluate("""() => {
        const box = each => {
            const r = each.getBoundingClientRect();
            return [r.left, r.top, r.right, r.bottom]; };
        return [...document.querySelectorAll("#hierarchy .node")].map(node => ({
            key: node.dataset.key, told: node.dataset.told, frame: box(node.querySelector(".frame")),
            labels: [...node.querySelectorAll("text")].map(box),
            seen: getComputedStyle(node).visibility === "visible" && node.checkVisibility()}));
    }""")


def inside(inner, outer, slack=0.5):
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("count", [30, 300])
def test_a_browser_shows_every_skill_in_its_own_place(tmp_path, browser, count):
    report = make_report(count)
    write_page(tmp_path / "page.html", report)
    with Opened(browser, tmp_path / "page.html") as opened:
        picture = opened.page.evaluate("""() => {
            const r = document.getElementById("hierarchy").getBoundingClientRect();
            return [r.left, r.top, r.right, r.bottom]; }""")
        nodes = boxes_of(opened.page)
        assert not opened.wrong and opened.asked == [(tmp_path / "page.html").as_uri()]
    for node in nodes:
        assert node["seen"] and inside(node["frame"], picture)
        assert node["labels"] and all(inside(label, node["frame"]) for label in node["labels"])
        assert not any(meet(*node["labels"]) for _ in node["labels"][1:])
    frames = [node["frame"] for node in nodes]
    assert not any(meet(one, other) for at, one in enumerate(frames) for other in frames[:at])
    shown = " ".join(node["told"] for node in nodes)
    assert all(re.search(rf"\b{skill.entry.name}\b", shown) for skill in report.reuse.skills)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_a_browser_has_room_for_the_page_and_colours_that_can_be_read(tmp_path, browser, width, scheme):
    write_page(tmp_path / "page.html", make_report())
    with Opened(browser, tmp_path / "page.html", width, scheme) as opened:
        assert not opened.wrong
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        colours = opened.page.evaluate("""() => {
            const of = (where, what) => getComputedStyle(document.querySelector(where))[what];
            return {page: of("body", "backgroundColor"), panel: of("thead", "backgroundColor"),
                text: of("body", "color"), soft: of(".soft", "color"), wrong: of(".wrong", "color"),
                right: of(".right", "color"), label: of("#hierarchy .node text", "fill"),
                back: of("#hierarchy .back", "fill")}; }""")
    assert (luminance(colours["page"]) < 0.2) == (scheme == "dark")
    assert colours["back"] == colours["page"]
    for name in ("text", "soft", "wrong", "right", "label"):
        assert contrast(colours[name], colours["page"]) >= 4.5, name
    assert contrast(colours["text"], colours["panel"]) >= 4.5


def test_a_chosen_skill_shows_its_own_calls(tmp_path, browser):
    report = make_report()
    write_page(tmp_path / "page.html", report)
    skill = max(report.reuse.skills, key=lambda skill: len(skill.called_by))
    with Opened(browser, tmp_path / "page.html") as opened:
        opened.page.click(f'.node[data-key="{skill.entry.name}"]')
        lit = opened.page.eval_on_selector_all(
            ".edge.on", "all => all.map(each => [each.dataset.from, each.dataset.to])"
        )
        told = opened.page.text_content("#told")
        opened.page.keyboard.press("Escape")
        left = opened.page.locator("#hierarchy.chosen").count()
        assert not opened.wrong and not left
    name = skill.entry.name
    wanted = [(name, caller) for caller in skill.called_by] + [(callee, name) for callee in skill.entry.calls]
    assert Counter(map(tuple, lit)) == Counter(wanted)
    assert name in told and f"Called by {skill.num_direct}" in told


def test_hostile_text_stays_text(tmp_path, browser):
    write_page(tmp_path / "page.html", make_report(hostile=True))
    with Opened(browser, tmp_path / "page.html") as opened:
        assert opened.page.evaluate("window.harmed") is None
        assert not opened.wrong and len(opened.asked) == 1
        assert opened.page.locator("script").count() == 1 and opened.page.locator("img").count() == 0
        assert HOSTILE in opened.page.text_content("h1")
        assert HOSTILE in opened.page.text_content("#tasks") and HOSTILE in opened.page.text_content(
            "#skills"
        )


def test_hostile_text_is_escaped():
    page = render_page(make_report(hostile=True))
    assert page.count("<script") == page.count("</script") == 1 and "<img" not in page
    assert "\x1b" not in page and "{{ 7 * 7 }}" in page


def test_the_page_tells_every_task_and_every_skill():
    report = make_report()
    page = render_page(report)
    tasks, skills = page.split('id="tasks"')[1].split('id="skills"')
    assert all(f">{lesson.task}<" in tasks for lesson in report.lessons)
    assert all(f">{skill.entry.name}<" in skills for skill in report.reuse.skills)
    assert "never tried" in tasks and "98,765" in tasks and "54,321" in tasks and "500,000" in tasks
    assert "26 of 31" in page and "10 of 30" in page


def test_a_run_without_tasks_and_skills_still_gives_a_page():
    page = render_page(Report("empty-v1", [], 0, reuse_of([]), []))
    assert "0 of 0" in page


def test_the_curve_counts_what_is_right_so_far():
    lessons = [Lesson(f"t{at}", at, "s", "p", (), 1, 1, 1.0) for at in (1, 1, 2, 4)]
    lessons = [lesson._replace(task=f"t{number}") for number, lesson in enumerate(lessons)]
    bare = [
        Comparison(
            lesson.task, lesson.generation, 1, make_result(), make_result(solved=lesson.generation == 1)
        )
        for lesson in lessons
    ]
    chart = chart_of(Report("made-up-v1", lessons, 4, reuse_of([]), bare))
    heights = {float(y): int(text) for text, y in chart.y_ticks}
    places = {float(x): int(text) for text, x in chart.x_ticks}

    def read(points):
        pairs = [tuple(map(float, point.split(","))) for point in points.split()]
        return [(places[x], heights[y]) for x, y in pairs]

    assert read(chart.with_library) == [(0, 0), (1, 2), (2, 3), (3, 3), (4, 4)]
    assert read(chart.without) == [(0, 0), (1, 2), (2, 2), (3, 2), (4, 2)]


def test_a_page_takes_the_place_of_an_earlier_page_and_of_nothing_else(tmp_path):
    path = tmp_path / "page.html"
    write_page(path, make_report(5))
    before = path.read_bytes()
    write_page(path, make_report(6))
    assert path.read_bytes() != before
    (tmp_path / "mine.html").write_text("<!doctype html>my own")
    with pytest.raises(InputError, match="no report of learn"):
        write_page(tmp_path / "mine.html", make_report(5))
    with pytest.raises(InputError, match="its directory does not exist"):
        check_place(tmp_path / "nowhere" / "page.html", KIND)
    with pytest.raises(InputError, match="cannot be read"):
        check_place(tmp_path, KIND)
    assert (tmp_path / "mine.html").read_text() == "<!doctype html>my own"
