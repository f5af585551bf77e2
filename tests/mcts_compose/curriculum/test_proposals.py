"""Sub-tasks that a prior proposes: what helps is kept with where it comes from, all else leaves nothing."""

import json
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from mcts_compose.commands.main import main
from mcts_compose.curriculum import learning, proposing
from mcts_compose.curriculum.learning import Generation, Schedule, learn
from mcts_compose.curriculum.lessons import Lesson, lessons
from mcts_compose.curriculum.progress import Progress
from mcts_compose.curriculum.proposal_lines import Subtask, read_line
from mcts_compose.errors import InputError
from mcts_compose.library.library import Library
from mcts_compose.settings import Settings
from mcts_compose.task import Task
from priors.causal_lm.prompt import EXAMPLE_PROPOSALS
from tests.mcts_compose.curriculum import proposing_priors
from tests.mcts_compose.curriculum.proposing_priors import HOSTILE_LINES, line_of, plan_line, unaided
from tests.mcts_compose.curriculum.small_suite import task_file
from tests.mcts_compose.curriculum.test_learning import kill, learn_until, run_killed, told

SUITE = "unaided"
SETTINGS = {name: Settings(prior=name, base_prior="frequency") for name in proposing_priors.KINDS}


@pytest.fixture(scope="module", autouse=True)
def priors():
    with proposing_priors.registered():
        yield


def some(*names: str) -> list[Task]:
    return [task for task in unaided() if task.id in names]


def learnt(
    path: Path, prior: str, tasks: Sequence[Task] | None = None, *, proposals: int = 4, levels: int = 1
) -> list[Generation]:
    library = Library.open(path, create=True)
    schedule = Schedule(3_000, levels, proposals=proposals)
    return list(learn(SUITE, tasks or unaided(), library, SETTINGS[prior], schedule))


def lessons_of(generations: list[Generation]) -> dict[str, Lesson]:
    return {lesson.task: lesson for lesson in lessons(unaided(), generations)}


def skills(path: Path) -> list[tuple[str, str]]:
    return [(entry.name, entry.hash) for entry in Library.open(path).entries]


@pytest.fixture(scope="module")
def helped(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("helped") / "lib"
    learnt(path, "helpful")
    return path


def test_what_is_not_solved_alone_is_solved_with_proposed_steps(helped: Path, tmp_path: Path) -> None:
    alone = learnt(tmp_path / "alone", "helpful", proposals=0)[-1].progress
    assert set(alone.skill_of) == {"same-again"}
    generations = learnt(helped, "helpful")
    assert set(generations[-1].progress.skill_of) == {"same-again", "sums", "settled", "addition"}
    entries = {entry.name: entry for entry in Library.open(helped).entries}
    carried = entries["carried"].provenance
    assert (carried.origin, carried.task, carried.suite) == ("proposed", "sums/proposal-1", SUITE)
    assert "carried" in entries["sums"].calls and entries["sums"].provenance.origin == "learnt"


def test_the_lessons_say_what_was_kept_and_why(helped: Path) -> None:
    told = lessons_of(learnt(helped, "helpful"))
    (kept,) = [each for each in told["sums"].proposals if each.verdict == "kept"]
    assert kept.name == "carried" and kept.reason == "the solution of the task calls it"
    assert told["sums"].proposed.startswith("kept carried")
    assert not told["hopeless"].proposals and told["hopeless"].generation is None


def test_a_request_never_shows_held_out_examples(tmp_path: Path, monkeypatch) -> None:
    requests: list = []
    monkeypatch.setattr(proposing_priors, "asked", requests)
    learnt(tmp_path / "lib", "useless", some("sums", "hopeless"), levels=0)
    hidden = {repr(row) for task in unaided() for row in task.test_inputs}
    assert {request.num for request in requests} == {4} and hidden
    for request in requests:
        assert not hidden & {repr(tuple(example.inputs)) for example in request.price_request.examples}


def test_the_steps_of_a_plan_are_tried_on_values_of_the_tasks_examples(tmp_path: Path) -> None:
    (task,) = some("settled")
    first, last = read_line(plan_line(), task)
    assert isinstance(first, Subtask) and isinstance(last, Subtask)
    assert first.inputs == task.inputs and last.outputs == task.outputs
    assert last.inputs == tuple((values,) for values in first.outputs)
    generations = learnt(tmp_path / "lib", "planning", some("sums", "settled"), levels=0)
    assert {"sums", "settled"} <= set(generations[-1].progress.skill_of)


def test_a_useless_prior_leaves_no_trace_in_the_library(tmp_path: Path) -> None:
    generations = learnt(tmp_path / "useless", "useless")
    learnt(tmp_path / "without", "useless", proposals=0)
    assert skills(tmp_path / "useless") == skills(tmp_path / "without")
    reasons = Counter(each.reason for lesson in lessons_of(generations).values() for each in lesson.proposals)
    assert any("sort does it" in reason for reason in reasons)
    assert reasons["nothing was found"] and reasons["it was proposed before, with the same skills at hand"]
    verdicts = {each.verdict for lesson in lessons_of(generations).values() for each in lesson.proposals}
    assert verdicts == {"known", "dropped"}


def test_a_prior_that_does_harm_costs_its_proposals_and_nothing_else(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(proposing, "LONGEST_WAIT_S", 0.5)
    chosen = some("same-again", "hopeless")
    learnt(tmp_path / "without", "useless", chosen, proposals=0)
    for prior in ("raising", "hanging", "hostile"):
        generations = learnt(tmp_path / prior, prior, chosen)
        assert skills(tmp_path / prior) == skills(tmp_path / "without"), prior
        asked = [each for generation in generations for each in generation.plan.asked]
        assert asked and not any(each.proposals for each in asked)
        if prior == "hostile":
            assert all(each.unread for each in asked)
        else:
            assert all(each.failure and each.failure.isprintable() for each in asked)


def test_lines_that_cannot_be_read_are_all_counted(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(proposing_priors.Useless, "lines", lambda self, request: ["no JSON"] * 30)
    suite = task_file(tmp_path / "small.jsonl", some("hopeless"))
    flags = ("--library", tmp_path / "lib", "--executions", 300, "--levels", 0, "--prior", "useless")
    assert main(["learn", *map(str, (suite, *flags, "--proposals", 32))]) == 1
    said = capsys.readouterr()
    assert "30 lines are no proposals" in said.err and "30 unread" in said.out


def test_no_prior_is_asked_when_the_time_is_up(tmp_path: Path, monkeypatch) -> None:
    questions: list = []
    late: list = []
    monkeypatch.setattr(proposing_priors, "asked", questions)
    with monkeypatch.context() as patch:  # a clock that says how many questions there were
        patch.setattr(learning, "time", SimpleNamespace(monotonic=lambda: len(questions)))
        library, schedule = Library.open(tmp_path / "lib", create=True), Schedule(3_000, 1, proposals=4)
        list(
            learn(
                SUITE, some("sums", "hopeless"), library, SETTINGS["helpful"], schedule,
                until=1, on_late=lambda: late.append(len(questions)),
            )
        )  # fmt: skip
    assert late == [1] and len(told(tmp_path / "lib")[1]) == 2  # one generation: a plan and its results
    learnt(tmp_path / "lib", "helpful", some("sums", "hopeless"))
    learnt(tmp_path / "whole", "helpful", some("sums", "hopeless"))
    assert told(tmp_path / "lib") == told(tmp_path / "whole")


def test_the_forms_that_the_readme_shows_can_be_read() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (block,) = [block for block in readme.split("```json\n") if block.startswith('{"name": "carried"')]
    single, end = json.JSONDecoder().raw_decode(block)
    plan, _ = json.JSONDecoder().raw_decode(block[end:].lstrip())
    (task,) = some("settled")
    (carried,) = read_line(json.dumps(single), task)
    first, last = read_line(json.dumps(plan), task)
    assert carried.outputs == tuple(a // 10 + b for a, b in carried.inputs)
    assert first.outputs == tuple(row[0] for row in last.inputs) and last.outputs == task.outputs[:3]


def test_the_forms_that_models_are_shown_can_be_read() -> None:
    (task,) = some("settled")
    (carried,), (first, last) = (read_line(line, task) for line in EXAMPLE_PROPOSALS)
    assert carried.outputs == tuple(a // 10 + b for a, b in carried.inputs)
    assert first.outputs == tuple(row[0] for row in last.inputs) and last.outputs == task.outputs[:3]


def test_hostile_lines_are_one_sentence_each() -> None:
    (task,) = some("sums")
    for line in HOSTILE_LINES:
        if not isinstance(line, str):
            continue
        try:
            steps = read_line(line, task)
        except InputError as error:
            steps = [error]
        assert steps and all(isinstance(step, InputError) for step in steps), line[:80]
        assert all(str(step).isprintable() and len(str(step)) < 400 for step in steps), line[:80]


def test_values_that_nest_as_deep_as_can_be_read_are_one_sentence() -> None:
    (task,) = some("sums")
    text = json.dumps(proposing_priors.GOOD | {"outputs": [*proposing_priors.GOOD["outputs"][:-1], "nested"]})
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
        with pytest.raises(InputError) as refused:
            read_line(text.replace('"nested"', "[" * depth + "]" * depth), task)
        assert str(refused.value).isprintable() and len(str(refused.value)) < 400, depth


def test_a_name_of_an_instruction_becomes_one_that_is_free(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    (task,) = some("sums")
    step = proposing_priors.GOOD

    class Named(proposing_priors.Proposer):
        def lines(self, request):
            zero = step | {"name": "carry", "outputs": [0] * len(step["outputs"])}
            return [json.dumps(step | {"name": "sort"}), line_of(task), json.dumps(zero)]

    (asked,) = proposing.ask(Named(), [task], 4, library, Progress([task], 1), 0)
    one, own, zero = asked.proposals
    assert (one.reason, one.does_it, one.name) == (None, None, "skill_sort")
    assert own.reason == "its examples are those of the task"
    assert zero.reason is None and zero.id == "sums/proposal-3"


def test_the_command_tells_what_was_proposed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = task_file(tmp_path / "small.jsonl", some("sums", "hopeless"))
    flags = ("--library", tmp_path / "lib", "--executions", 3000, "--levels", 0)
    command = ["learn", *map(str, (suite, *flags))]
    assert main([*command, "--prior", "frequency", "--proposals", "2"]) == 2
    said = capsys.readouterr().err
    assert "--proposals 2 needs a prior that writes sub-tasks, which 'frequency' does not" in said
    assert main([*command, "--prior", "helpful"]) == 1
    captured = capsys.readouterr()
    assert "kept carried" in captured.out and "1 proposed sub-tasks of 2 tasks" in captured.err
    assert "1 of 1 proposals kept" in captured.err
    main([*command, "--prior", "helpful", "--json", "--report", str(tmp_path / "page.html")])
    told = {one["task"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    (proposal,) = told["sums"]["proposals"]
    assert (proposal["name"], proposal["verdict"], proposal["generation"]) == ("carried", "kept", 2)
    assert "carried (kept): the solution of the task calls it" in (tmp_path / "page.html").read_text()


@pytest.mark.slow
def test_a_language_model_of_random_weights_changes_nothing(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    from tests.priors.causal_lm.tiny_models import write_model

    chosen = some("same-again", "hopeless")
    arguments = {"pretrained": str(write_model(tmp_path / "model")), "threads": "1", "proposal_tokens": "64"}
    settings = Settings(
        prior="causal-lm", prior_args=arguments, base_prior="frequency", model_ranks=False, model_values=False
    )
    library = Library.open(tmp_path / "lib", create=True)
    generations = list(learn(SUITE, chosen, library, settings, Schedule(2_000, 1, proposals=3)))
    asked = [each for generation in generations for each in generation.plan.asked]
    assert {each.task for each in asked} == {"hopeless"} and all(each.unread for each in asked)
    assert not any(each.failure for each in asked)
    assert set(generations[-1].progress.skill_of) == {"same-again"} and not library.entries


def learn_helped(path: Path) -> object:
    return learnt(path, "helpful", some("sums", "hopeless"))


def test_killed_again_and_again_it_tries_the_same_proposals(helped: Path, tmp_path: Path) -> None:
    path = tmp_path / "lib"
    learnt(tmp_path / "whole", "helpful", some("sums", "hopeless"))
    kills = 0
    while run_killed(lambda: learn_until(path, 5, kill, learn_helped)) == -signal.SIGKILL:
        kills += 1
    assert kills > 5
    assert told(path) == told(tmp_path / "whole")
