"""Decides what a language model reads: versioned text, made by pure functions.

    Programs are made of calls of these skills:          the skills, shared by all tasks
    add: int, int -> int; ... Adds.
    ...
    The task: "Add up the numbers."                      the task, shared by all its prompts
    It takes list[int] and gives int.
    [1, 2] gives 3
    ...
    The arguments are called x.                          the node
    So far: focus = sort(x)
    In the examples focus is [1, 2]; [] ...
    Which call comes next?
    Call: sum(focus)                                     the answer, scored and not generated

Parts stand in the order of how many prompts share them, so that what was computed for the parts in front can
be kept. Whatever a task says stands in quotes on one line, with everything escaped that is not printable: it
cannot end its line, and so cannot pretend to be another part. No part knows of tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from vm.literals import quote

if TYPE_CHECKING:
    from priors.base import Example, PriceRequest, RankRequest, SkillView, SubtaskRequest
    from vm.values import HostValue

PROMPT_VERSION: Final = 1

EXAMPLE_PROPOSALS: Final = (
    '{"name": "carried", "description": "Add the tens of a sum to the next sum.", '
    '"types": {"inputs": ["int", "int"], "output": "int"}, '
    '"inputs": [[31, 4], [7, 7], [120, 1], [99, 60]], "outputs": [7, 7, 13, 69]}',
    '{"plan": [{"name": "sums", "description": "Carry tens along a list.", "reads": ["x"], '
    '"type": "list[int]", "values": [[4, 1, 7], [30, 5], [8, 15, 27, 11, 4]]}, '
    '{"name": "units", "description": "Keep the last digit of each number.", "reads": ["sums"]}]}',
)
"""What a model is shown of the form: a sub-task with examples of its own, and a plan."""
PROPOSAL_BEGIN: Final = '{"'
"""What every line begins with."""

# Longest shown, all untuned: they keep one odd value from filling the prompt.
_OVERLOADS, _ITEMS, _TEXT, _VALUE, _DESCRIPTION, _LINE = 3, 16, 60, 120, 600, 300


@dataclass(frozen=True)
class Detail:
    """How much of a task is shown.

    Attributes:
      skills: whether the skills are listed.
      signatures: whether with their types.
      docs: whether with what they do.
      examples: how many examples at most.
      description: how many characters of the description.
    """

    skills: bool
    signatures: bool
    docs: bool
    examples: int
    description: int = _DESCRIPTION


@dataclass(frozen=True)
class Prompt:
    """One question to the model.

    Attributes:
      shared: parts that other prompts begin with too, in order; each ends its line.
      own: the rest of the question.
      anchor: what the answer begins with; the answer follows after a blank and ends with its line.
    """

    shared: tuple[str, ...]
    own: str
    anchor: str

    @property
    def text(self) -> str:
        """The whole prompt as a model without a chat template reads it."""
        return "".join((*self.shared, self.own, self.anchor))


def details(max_examples: int) -> tuple[Detail, ...]:
    """Returns how much can be shown, the most first: docs are left out first, then signatures, and so on."""
    few = (max_examples, min(max_examples, 3), min(max_examples, 1), 0)
    listed = [Detail(True, signatures, docs, few[0]) for signatures, docs in ((True, True), (True, False))]
    listed += [Detail(True, False, False, examples) for examples in few[:2]]
    alone = [Detail(False, False, False, examples) for examples in few]
    return (*listed, *alone, Detail(False, False, False, 0, 80), Detail(False, False, False, 0, 0))


def line_text(text: str, longest: int = _LINE) -> str:
    """Returns `text` on one line, without what is not printable, and not too long."""
    kept = "".join(mark if mark.isprintable() else " " for mark in text[: 4 * longest])
    words = " ".join(kept.split())
    return words if len(words) <= longest else words[: longest - 3] + "..."


def value_text(value: HostValue) -> str:
    """Returns a value as it is shown: a literal on one line, cut where it is long."""
    text = _literal(value)
    return text if len(text) <= _VALUE else text[: _VALUE - 3] + "..."


def _literal(value: HostValue) -> str:
    if isinstance(value, str):
        return quote(value[:_TEXT], '"') + ("..." if len(value) > _TEXT else "")
    if isinstance(value, list):
        shown = [_literal(item) for item in value[:_ITEMS]] + ["..."] * (len(value) > _ITEMS)
        return f"[{', '.join(shown)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


@lru_cache(maxsize=64)  # the same for all nodes and most tasks of a run, and long
def skills_text(skills: tuple[SkillView, ...], detail: Detail) -> str:
    """Returns the part that lists the skills; empty where `detail` leaves them out."""
    if not detail.skills or not skills:
        return ""
    lines = ["Programs are made of calls of these skills:"]
    if detail.signatures:
        lines += [_skill_text(skill, detail) for skill in skills]
    else:
        lines.append(", ".join(line_text(skill.name) for skill in skills))
    return "\n".join(lines) + "\n"


def _skill_text(skill: SkillView, detail: Detail) -> str:
    overloads = skill.signature.split("; ")
    signature = "; ".join(overloads[:_OVERLOADS]) + ("; ..." if len(overloads) > _OVERLOADS else "")
    text = f"{line_text(skill.name)}: {line_text(signature)}"
    return f"{text}. {line_text(skill.doc)}" if detail.docs else text


def task_text(request: PriceRequest, detail: Detail) -> str:
    """Returns the part that says what the task is."""
    types = ", ".join(map(str, request.input_types)) or "nothing"
    lines = []
    if request.description and detail.description:
        lines.append(f"The task: {quote(request.description[: detail.description], chr(34))}")
    lines.append(f"It takes {types} and gives {request.output_type}.")
    lines += [_example_text(example) for example in request.examples[: detail.examples]]
    return "\n".join(lines) + "\n"


def _example_text(example: Example) -> str:
    return f"{', '.join(map(value_text, example.inputs))} gives {value_text(example.output)}"


def skill_prompt(request: PriceRequest, detail: Detail) -> Prompt:
    """Returns the question which skill a solution calls; the answer is a skill's name."""
    shared = (skills_text(request.skills, detail), task_text(request, detail))
    return Prompt(shared, "Which skill does a solution call?\n", "Skill:")


def constant_prompt(request: PriceRequest, detail: Detail) -> Prompt:
    """Returns the question which constant a solution uses; the answer is a literal."""
    shared = (skills_text(request.skills, detail), task_text(request, detail))
    return Prompt(shared, "Which constant does a solution use?\n", "Constant:")


def rank_prompt(request: RankRequest, detail: Detail, max_values: int) -> Prompt:
    """Returns the question what comes next at a node of the tree; the answer is an arm's text.

    Args:
      request: the node.
      detail: how much of its task is shown.
      max_values: how many of the focus' values are shown.
    """
    task = request.price_request
    names = f"The arguments are called {', '.join(map(line_text, request.input_names))}.\n"
    so_far = f"So far: focus = {line_text(request.focus)}\n" if request.focus else "So far: nothing\n"
    values = [value_text(value) for value in request.focus_values[:max_values]]
    if values:
        so_far += f"In the examples focus is {'; '.join(values)}\n"
    shared = (skills_text(task.skills, detail), task_text(task, detail))
    return Prompt(shared, f"{names}{so_far}Which call comes next?\n", "Call:")


def subtask_prompt(request: SubtaskRequest, detail: Detail) -> Prompt:
    """Returns the question which sub-tasks would help; the answer is lines of JSON, begun by the anchor."""
    task = request.price_request
    shared = (skills_text(task.skills, detail), task_text(task, detail))
    names = ", ".join(map(line_text, request.input_names))
    lines = (
        f"The arguments are called {names}.",
        "No program was found: the task is too large for one step. Smaller tasks are solved first, and a",
        "solution of this task can then call theirs. Write smaller tasks that would help, each with examples",
        "that are right, or a plan whose steps say what they give for the examples above, in their order.",
        "One JSON object on each line, and nothing else. For another task, which carries tens along a list",
        "x of numbers and keeps the last digit of each, such lines would be:",
        *EXAMPLE_PROPOSALS,
        f"Now at most {request.num} such lines for the task above:",
    )
    return Prompt(shared, "\n".join(lines) + "\n", PROPOSAL_BEGIN)


def program_prompt(
    request: PriceRequest, names: Sequence[str], lines: Sequence[str], detail: Detail
) -> Prompt:
    """Returns the question how a program goes on; the last of `lines` is unfinished, perhaps empty."""
    typed = zip(names, request.input_types, strict=True)
    header = f"({', '.join(f'{name}: {type_}' for name, type_ in typed)}) -> {request.output_type}"
    shared = (skills_text(request.skills, detail), task_text(request, detail))
    *done, last = (f"Line: {line}".rstrip() for line in lines)
    return Prompt(shared, "\n".join(("A solution:", header, *done)) + "\n", last)
