"""Decides which tasks a generation tries, and with which budget: those for which something has changed.

A task is tried when all of its sub-tasks are solved, and again when one more version of what they mean has
come, or, if it names none, when the skills that it is offered have changed. When nothing has changed for any
task, budgets are raised, and in the end tasks are tried whose sub-tasks cannot be solved. So effort follows
learning progress: where nothing was learnt, nothing is tried again. Tasks whose sub-tasks were solved last
come first.

Before budgets are raised, which makes every attempt four times dearer, a prior that can may propose sub-tasks
of the tasks whose turn it is: a proposal costs a first budget. The same proposal is not tried again with the
same skills.

Source: choosing tasks by what was learnt since the last attempt is the idea of learning progress (Oudeyer,
Kaplan and Hafner 2007, "Intrinsic motivation systems for autonomous mental development"), here without its
averages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mcts_compose.curriculum.plan import Attempt, Plan, Proposal
from mcts_compose.library.entry import Entry
from mcts_compose.library.names import name_of_task, unversioned
from mcts_compose.library.offer import offered
from mcts_compose.task import Task


@dataclass
class Progress:
    """What a run of `learn` knows of its tasks.

    Attributes:
      tasks: in the suite's order.
      most_levels: how often a budget may be raised.
      skill_of: for each solved task the skill or instruction that solves it.
      solved_in: the generation of each solved task.
      last: the last attempt of each task that was tried.
      proposals: what was proposed for each task so far.
    """

    tasks: Sequence[Task]
    most_levels: int
    skill_of: dict[str, str] = field(default_factory=dict)
    solved_in: dict[str, int] = field(default_factory=dict)
    last: dict[str, Attempt] = field(default_factory=dict)
    proposals: dict[str, list[Proposal]] = field(default_factory=dict)

    @property
    def unsolved(self) -> list[Task]:
        """The tasks that are not solved, in order."""
        return [task for task in self.tasks if task.id not in self.skill_of]

    def note(self, plan: Plan, skill_of: Mapping[str, str]) -> None:
        """Takes in what a generation did.

        Args:
          plan: of the generation.
          skill_of: for each task that it solved the skill or instruction that solves it.
        """
        self.last.update({attempt.task: attempt for attempt in plan.attempts})
        self.skill_of.update(skill_of)
        self.solved_in.update(dict.fromkeys(skill_of, plan.generation))
        for proposal in plan.proposals:
            self.proposals.setdefault(proposal.task, []).append(proposal)

    def to_ask(self, plan: Plan) -> list[Task]:
        """Returns the tasks that a prior is asked about before a plan is carried out, in order.

        They were tried and stay unsolved, and their budgets are about to be raised or can be no more.
        """
        if not plan.attempts:
            return [task for task in self.unsolved if task.id in self.last]
        levels = {each.task: each.level for each in plan.attempts}
        raised = {task for task, before in self.last.items() if levels.get(task, -1) > before.level}
        return [task for task in self.unsolved if task.id in raised]

    def again(self, task: Task, helpers: Iterable[str], entries: Sequence[Entry]) -> Attempt:
        """Returns one more attempt at a task under its last budget.

        Args:
          task: it was tried before.
          helpers: names of skills and instructions that it expects besides.
          entries: the library as it stood when the generation began.
        """
        expected = tuple(sorted({*self.expected(task, entries), *helpers}))
        return Attempt(task.id, self.last[task.id].level, offered(task, expected, entries), expected)

    def next_plan(self, generation: int, entries: Sequence[Entry]) -> Plan:
        """Returns what the next generation tries; nothing, if there is nothing left to try.

        Args:
          generation: its number.
          entries: the library as it stands.
        """
        offers = {task.id: self._attempt(task, 0, entries) for task in self.unsolved}
        ready = [task for task in self.unsolved if self._is_ready(task)]
        found = [task for task in ready if self._has_changed(offers[task.id])]
        level_of = {task.id: self.last[task.id].level for task in found if task.id in self.last}
        for more in (ready, self.unsolved):
            if not found:
                levels = {task.id: self._next_level(task) for task in more}
                lowest = min(levels.values(), default=self.most_levels + 1)
                if lowest <= self.most_levels:
                    found = [task for task in more if levels[task.id] == lowest]
                    level_of = {task.id: lowest for task in found}
        found.sort(key=lambda task: -max((self.solved_in.get(each, 0) for each in task.subtasks), default=0))
        attempts = (
            Attempt(task.id, level_of.get(task.id, 0), offers[task.id].skills, offers[task.id].expected)
            for task in found
        )
        return Plan(generation, tuple(attempts), tuple(entry.name for entry in entries))

    def _attempt(self, task: Task, level: int, entries: Sequence[Entry]) -> Attempt:
        expected = self.expected(task, entries)
        return Attempt(task.id, level, offered(task, expected, entries), expected)

    def expected(self, task: Task, entries: Sequence[Entry]) -> tuple[str, ...]:
        """Returns the names of skills and instructions that a task's sub-tasks mean, in all versions.

        A sub-task of another suite means the skill that was named after it.
        """
        own = {each.id for each in self.tasks}
        meant = {self.skill_of[each] for each in task.subtasks if each in self.skill_of}
        meant |= {name_of_task(each) for each in task.subtasks if each not in own}
        firsts = {unversioned(name) for name in meant}
        versions = {entry.name for entry in entries if unversioned(entry.name) in firsts}
        return tuple(sorted(meant | versions))

    def _is_ready(self, task: Task) -> bool:
        known = {each.id for each in self.tasks}
        return all(each in self.skill_of for each in task.subtasks if each in known)

    def _has_changed(self, now: Attempt) -> bool:
        before = self.last.get(now.task)
        if before is None:
            return True
        return set(now.expected) != set(before.expected) or (
            not now.expected and set(now.skills) != set(before.skills)
        )

    def _next_level(self, task: Task) -> int:
        return self.last[task.id].level + 1 if task.id in self.last else 0
