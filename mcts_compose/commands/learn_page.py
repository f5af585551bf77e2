"""Decides how a run of `learn` looks as a page: one file, style, script and pictures inside, text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from mcts_compose.commands.pages import page_environment, put_page, round_ticks
from mcts_compose.curriculum.hierarchy import BOX, PADDING, Node, place
from mcts_compose.curriculum.without import by_generation, late, totals
from mcts_compose.errors import printable

if TYPE_CHECKING:
    from mcts_compose.curriculum.lessons import Lesson
    from mcts_compose.curriculum.reuse import Reuse, SkillUse
    from mcts_compose.curriculum.without import Comparison

TEMPLATE: Final = "learn_page.html"
KIND: Final = "learn"
CHART_WIDTH, CHART_HEIGHT = 350, 200
CHART_LEFT, CHART_RIGHT, CHART_TOP, CHART_BOTTOM = 34, 12, 14, 34


class Report(NamedTuple):
    """What a page tells.

    Attributes:
      suite: its name.
      lessons: what became of each task.
      num_generations: how many there were.
      reuse: who uses the skills of the library.
      comparisons: the tasks that were tried, with and without the library.
    """

    suite: str
    lessons: Sequence[Lesson]
    num_generations: int
    reuse: Reuse
    comparisons: Sequence[Comparison]


class Chart(NamedTuple):
    """A curve of tasks that are right, generation by generation.

    Attributes:
      with_library: the line, as SVG writes points.
      without: as above, of the tasks that are right without it too.
      x_ticks: text and place.
      y_ticks: as above.
    """

    with_library: str
    without: str
    x_ticks: tuple[tuple[str, float], ...]
    y_ticks: tuple[tuple[str, float], ...]


def write_page(path: Path, report: Report) -> None:
    """Writes the page in place of an earlier one, whole or not at all.

    Raises:
      InputError: something else is there.
      OutputError: it cannot be written.
    """
    put_page(path, KIND, render_page(report))


def render_page(report: Report) -> str:
    """Returns the page as HTML."""
    names = {skill.entry.name for skill in report.reuse.skills}
    picture = place(report.reuse)
    return (
        page_environment(Path(__file__).parent)
        .get_template(TEMPLATE)
        .render(
            report=report,
            num_right=sum(lesson.generation is not None for lesson in report.lessons),
            never=len(report.reuse.never_called),
            all_totals=totals(report.comparisons),
            late_totals=totals(late(report.comparisons)),
            rows=by_generation(report.comparisons),
            comparison_of={each.task: each for each in report.comparisons},
            chart=chart_of(report),
            picture=picture,
            folded=[node for node in picture.nodes if len(node.skills) > 1],
            calls_of={
                skill.entry.name: [name for name in skill.entry.calls if name in names]
                for skill in report.reuse.skills
            },
            told={node.key: _told(node) for node in picture.nodes},
            box=BOX,
            padding=PADDING,
            chart_size=(CHART_WIDTH, CHART_HEIGHT, CHART_LEFT, CHART_RIGHT, CHART_TOP, CHART_BOTTOM),
        )
    )


def _told(node: Node) -> str:
    """Returns what is told of a node that is chosen."""
    if len(node.skills) > 1:
        return f"{node.label}, called by none: {', '.join(skill.entry.name for skill in node.skills)}"
    (skill,) = node.skills
    return f"{skill.entry.name}: {printable(skill.entry.doc)} {_callers(skill)}"


def _callers(skill: SkillUse) -> str:
    return f"Called by {skill.num_direct}, reached through others by {skill.num_through}."


def chart_of(report: Report) -> Chart:
    """Returns the curve of a report."""
    also_without = {each.task for each in report.comparisons if each.without.is_right}
    right = {lesson.task: lesson.generation for lesson in report.lessons if lesson.generation is not None}
    most = max(len(report.lessons), 1)
    last = max(report.num_generations, 1)

    def x(generation: float) -> float:
        return round(CHART_LEFT + (CHART_WIDTH - CHART_LEFT - CHART_RIGHT) * generation / last, 1)

    def y(count: float) -> float:
        return round(
            CHART_HEIGHT - CHART_BOTTOM - (CHART_HEIGHT - CHART_TOP - CHART_BOTTOM) * count / most, 1
        )

    def points(counted: Mapping[str, int]) -> str:
        so_far = [
            sum(generation <= upto for generation in counted.values())
            for upto in range(report.num_generations + 1)
        ]
        return " ".join(f"{x(generation)},{y(count)}" for generation, count in enumerate(so_far))

    return Chart(
        points(right),
        points({task: generation for task, generation in right.items() if task in also_without}),
        tuple((str(generation), x(generation)) for generation in round_ticks(last)),
        tuple((str(count), y(count)) for count in round_ticks(most)),
    )
