"""Decides how a search tree looks as a page: one file with inline script and style, text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.errors import OutputError, located, printable
from mcts_compose.search.tree_view import NodeView, TreeView, most_visited

if TYPE_CHECKING:
    from mcts_compose.results.record import Result
    from mcts_compose.task import Task

TEMPLATE = "tree_page.html"
COLUMN, ROW = 260, 26
LONGEST_LABEL = 34
EXAMPLES_SHOWN = 3


class Box(NamedTuple):
    """A node with its place on the page, in pixels from the top left."""

    node: NodeView
    x: int
    y: int
    parent_x: int | None
    parent_y: int | None
    label: str
    heat: float


def write_page(path: Path, task: Task, result: Result, tree: TreeView, limit: int) -> None:
    """Writes the page of a tree's `limit` most visited nodes; an existing file is never written over.

    Raises:
      OutputError: the file exists or cannot be written.
    """
    page = render_page(task, result, tree, limit)
    try:
        with path.open("x", encoding="utf-8", errors="replace") as file:
            file.write(page)
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None


def render_page(task: Task, result: Result, tree: TreeView, limit: int) -> str:
    """Returns the page as HTML."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    boxes = place(most_visited(tree, limit))
    examples = list(zip(task.inputs, task.outputs, strict=True))[:EXAMPLES_SHOWN]
    return environment.get_template(TEMPLATE).render(
        task=task,
        result=result,
        program="" if result.program is None else str(result.program),
        examples=[(printable(repr(list(inputs))), printable(repr(output))) for inputs, output in examples],
        boxes=boxes,
        num_nodes=tree.num_nodes,
        width=max(box.x for box in boxes) + COLUMN + 40,
        height=max(box.y for box in boxes) + 2 * ROW,
    )


def place(tree: TreeView) -> list[Box]:
    """Returns the nodes laid out with depth to the right, the most visited child of each node on top.

    Iterative, since a tree can be deeper than Python's stack.
    """
    children: dict[int | None, list[NodeView]] = {}
    for node in sorted(tree.nodes, key=lambda node: (node.visits, -node.id)):
        children.setdefault(node.parent, []).append(node)
    most = max(node.visits for node in tree.nodes) or 1
    boxes: list[Box] = []
    spots: dict[int, tuple[int, int]] = {}
    waiting = [(node, 0) for node in children[None]]
    next_row = 0
    while waiting:
        node, depth = waiting.pop()
        parent = None if node.parent is None else spots[node.parent]
        is_first_child = parent is not None and boxes[-1].node.id == node.parent
        if boxes and not is_first_child:
            next_row += 1
        spots[node.id] = (20 + depth * COLUMN, ROW + next_row * ROW)
        parent_x, parent_y = parent or (None, None)
        label = printable(node.label) or "inputs"
        short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        boxes.append(Box(node, *spots[node.id], parent_x, parent_y, short, round(node.visits / most, 4)))
        waiting.extend((child, depth + 1) for child in children.get(node.id, []))
    return boxes
