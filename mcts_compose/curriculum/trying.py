"""Decides how proposed sub-tasks are tried, and when one has helped: its task is solved by calling it.

Each is searched as a task of its own under a first budget. What is found, and what does it already, is
expected to help in one more attempt at the task, under the task's last budget, with all of them at once. If
that solution is right on the task's held-out examples, the proposed skills that it calls are kept, with the
solution; everything else is dropped and leaves nothing in the library.

Of a proposal's own examples a quarter, rounded down, is held back from its search: with fewer than four none.
They only spare an attempt at the task, whose own held-out examples decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import msgspec

from mcts_compose.curriculum.admission import Admitted, admit, equivalent
from mcts_compose.curriculum.plan import Attempt, Plan, Proposal
from mcts_compose.errors import InputError, OutputError
from mcts_compose.library.entry import Entry, Provenance
from mcts_compose.library.library import Library
from mcts_compose.library.names import doc_of, free_name, name_of_task
from mcts_compose.results.record import Result
from mcts_compose.task import Task, default_names
from vm.program import Program
from vm.skill import DEFAULT_COST, Skill, SkillTable
from vm.values import parse_type

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.curriculum.progress import Progress

HELD_BACK: Final = 4
"""One of so many examples is held back (untuned)."""

Verdict: TypeAlias = Literal["kept", "known", "dropped"]
Search: TypeAlias = Callable[[Sequence[Task], str], list[Result]]
"""Searches tasks in a run directory with a word of its own."""
BudgetOf: TypeAlias = "Callable[[Task, int], Budget]"
"""The budget of a task that has been raised so many times."""


class Fate(NamedTuple):
    """What became of one proposal.

    Attributes:
      proposal: it.
      verdict: `kept`: it is a skill now; `known`: a skill or an instruction does it, so that nothing is new;
        `dropped`: nothing is left of it.
      reason: why, in words.
      executions: candidates of its own search.
    """

    proposal: Proposal
    verdict: Verdict
    reason: str
    executions: int = 0


class Tried(NamedTuple):
    """What came of the proposals of a generation.

    Attributes:
      fates: one for each proposal, in order.
      attempts: at the tasks, with what was found.
      results: one for each attempt.
      admitted: what came of these; `new` begins with the proposed skills that are kept.
    """

    fates: tuple[Fate, ...]
    attempts: tuple[Attempt, ...]
    results: tuple[Result, ...]
    admitted: Admitted

    def only_solved(self, plan: Plan) -> Plan:
        """Returns the plan with those of the attempts that solved their tasks.

        The others were made with what is dropped now, and say nothing of what was tried without.
        """
        solved = tuple(each for each in self.attempts if each.task in self.admitted.skill_of)
        return msgspec.structs.replace(plan, attempts=solved)


@dataclass(frozen=True)
class _Helper:
    """What does a proposal: a skill or an instruction that was there, or a new skill.

    Attributes:
      proposal: it.
      name: of the skill or instruction.
      skill: what is new; None if nothing is.
      result: of the search that found it.
    """

    proposal: Proposal
    name: str
    skill: Skill | None = None
    result: Result | None = None


def try_proposals(
    plan: Plan,
    tasks: Mapping[str, Task],
    library: Library,
    progress: Progress,
    search: Search,
    budget_of: BudgetOf,
) -> Tried:
    """Tries the proposals of a plan, and keeps in the library what helped.

    Args:
      plan: of a generation.
      tasks: of the suite, by id.
      library: it grows by what is kept; it may hold that already, if the run was interrupted.
      progress: of the run before this generation.
      search: called with the proposals as tasks, then with the tasks.
      budget_of: as its type says.

    Raises:
      InputError: a run directory belongs to other settings, or is damaged.
      OutputError: something cannot be written.
    """
    fates: dict[str, Fate] = {}
    helpers = _helpers(plan, tasks, library, search, budget_of, fates)
    known = set(plan.known)
    entries = [entry for entry in library.entries if entry.name in known]
    attempts: list[Attempt] = []
    again: list[Task] = []
    for task, found in helpers.items():
        attempt = progress.again(tasks[task], [helper.name for helper in found], entries)
        if set(attempt.expected) == set(progress.last[task].expected):
            for helper in found:
                fates[helper.proposal.id] = Fate(
                    helper.proposal, "known", f"{helper.name} does it, and was expected before"
                )
            continue
        attempts.append(attempt)
        table = _table(library, attempt, found)
        budget = budget_of(tasks[task], attempt.level)
        again.append(replace(tasks[task], library=table, subtasks=attempt.expected, budget=budget))
    results = search(again, "again") if again else []
    admitted = _admitted(plan, tasks, library, helpers, results, fates)
    ordered = tuple(fates[proposal.id] for proposal in plan.proposals)
    return Tried(ordered, tuple(attempts), tuple(results), admitted)


def _helpers(
    plan: Plan,
    tasks: Mapping[str, Task],
    library: Library,
    search: Search,
    budget_of: BudgetOf,
    fates: dict[str, Fate],
) -> dict[str, list[_Helper]]:
    """Returns what does the proposals, by task; of all others the fates are settled."""
    searched = [each for each in plan.proposals if each.reason is None and each.does_it is None]
    offers = {each.id: library.subset(each.skills) for each in searched}
    own = {
        each.id: replace(
            proposed_task(each, tasks[each.task], offers[each.id]), budget=budget_of(tasks[each.task], 0)
        )
        for each in searched
    }
    results = search(list(own.values()), "proposed") if own else []
    found = {result.task: result for result in results}
    table = library.subset(plan.known)
    helpers: dict[str, list[_Helper]] = {}
    for proposal in plan.proposals:
        result = found.get(proposal.id)
        if proposal.reason is not None:
            fates[proposal.id] = Fate(proposal, "dropped", proposal.reason)
        elif proposal.does_it is not None:
            helpers.setdefault(proposal.task, []).append(_Helper(proposal, proposal.does_it))
        elif result is None or not result.is_right:
            is_wrong = result is not None and result.solved
            reason = "what was found is wrong on its held-back examples" if is_wrong else "nothing was found"
            fates[proposal.id] = _fate(proposal, "dropped", reason, result)
        else:
            name = equivalent(table, result, own[proposal.id])
            skill = None if name is not None else _skill(proposal, result, offers[proposal.id])
            helper = _Helper(proposal, name or proposal.name, skill, result)
            helpers.setdefault(proposal.task, []).append(helper)
    return helpers


def _fate(proposal: Proposal, verdict: Verdict, reason: str, result: Result | None) -> Fate:
    return Fate(proposal, verdict, reason, 0 if result is None else result.executions)


def _skill(proposal: Proposal, result: Result, table: SkillTable) -> Skill:
    assert result.program_text is not None
    program = Program.parse(result.program_text, table)
    return Skill(proposal.name, doc_of(proposal.description, proposal.name), program, DEFAULT_COST)


def _table(library: Library, attempt: Attempt, helpers: Sequence[_Helper]) -> SkillTable:
    """Returns the skills of an attempt; new ones come last, whether the library holds them by now or not."""
    new = [helper.skill for helper in helpers if helper.skill is not None]
    called = {name for skill in new for name in skill.body.called if library.entry(name) is not None}
    table = library.subset({*attempt.skills, *called})
    for skill in new:
        table = table.with_skill(skill)
    return table


def _admitted(
    plan: Plan,
    tasks: Mapping[str, Task],
    library: Library,
    helpers: Mapping[str, Sequence[_Helper]],
    results: Sequence[Result],
    fates: dict[str, Fate],
) -> Admitted:
    """Adds the proposed skills that right solutions call, and the solutions; settles all fates."""
    kept: list[str] = []
    right: list[Result] = []
    refused: dict[str, str] = {}
    for result in results:
        task, program = tasks[result.task], result.program if result.is_right else None
        called = frozenset[str]() if program is None else program.called
        if program is not None:
            try:
                kept += _add(
                    library, [each for each in helpers[task.id] if each.name in called], result, plan
                )
                right.append(result)
            except OutputError:
                raise
            except InputError as error:  # it goes too deep, or another process took a name just now
                refused[task.id] = str(error)
        for helper in helpers[task.id]:
            fates[helper.proposal.id] = _settled(helper, task.id, called, program is not None, refused)
    admitted = admit(library, right, tasks, [*plan.known, *kept], plan.generation)
    return Admitted(admitted.skill_of, (*kept, *admitted.new), {**refused, **admitted.refused})


def _settled(
    helper: _Helper, task: str, called: frozenset[str], is_right: bool, refused: Mapping[str, str]
) -> Fate:
    helps = is_right and task not in refused and helper.name in called
    if helps:
        reason = "the solution of the task calls it"
    elif task in refused:
        reason = refused[task]
    elif is_right:
        reason = "the solution of the task does not call it"
    else:
        reason = "the task stays unsolved with it"
    if helper.skill is None:
        return _fate(helper.proposal, "known", f"{helper.name} does it; {reason}", helper.result)
    return _fate(helper.proposal, "kept" if helps else "dropped", reason, helper.result)


def _add(library: Library, helpers: Sequence[_Helper], result: Result, plan: Plan) -> list[str]:
    """Adds new skills that a solution calls, if the library takes the solution too; returns their names.

    Raises:
      InputError: one of them may not be in the library; nothing is added.
      OutputError: they cannot be written.
    """
    entries = [_entry(library, each, result, plan) for each in helpers if each.skill is not None]
    trial = library.trial()
    for entry in entries:
        trial.take_new(entry)
    name = free_name(name_of_task(result.task), trial.__contains__)
    trial.take(trial.new_entry(name, name, result.program_text or "", DEFAULT_COST, Provenance()))
    library.add(entries)
    return [entry.name for entry in entries]


def _entry(library: Library, helper: _Helper, result: Result, plan: Plan) -> Entry:
    found, skill, proposal = helper.result, helper.skill, helper.proposal
    assert found is not None and skill is not None
    provenance = Provenance(
        origin="proposed", suite=result.suite, task=proposal.id, description=proposal.description,
        generation=plan.generation, seed=found.seed, search=found.search, prior=found.prior,
        program_cost=found.cost,
    )  # fmt: skip
    return library.new_entry(skill.name, skill.doc, skill.body.text, provenance=provenance)


def proposed_task(proposal: Proposal, parent: Task, library: SkillTable) -> Task:
    """Returns a proposal as a task: what its parent's programs may not call, its own may not either."""
    inputs = tuple(tuple(row) for row in proposal.inputs)
    num_shown = len(inputs) - len(inputs) // HELD_BACK
    return Task(
        id=proposal.id,
        name=proposal.name.replace("_", " "),
        description=proposal.description,
        input_types=tuple(map(parse_type, proposal.input_types)),
        output_type=parse_type(proposal.output_type),
        inputs=inputs[:num_shown],
        outputs=tuple(proposal.outputs[:num_shown]),
        test_inputs=inputs[num_shown:],
        test_outputs=tuple(proposal.outputs[num_shown:]),
        arg_names=default_names(len(proposal.input_types)),
        group=parent.group,
        constants=parent.constants,
        skills=parent.skills,
        library=library,
        budget=parent.budget,
    )
