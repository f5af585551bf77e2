"""Decides what counts as reuse: who calls a skill itself, and who reaches it through what others call.

Callers are later skills, and right solutions that became no skill because one does the same already. A
solution that does nothing but call a skill is that skill again, and no caller.

Source: that learnt functions have to be counted in use, not in number, is what Berlot-Attwell, Rudzicz and Si
found ("Library Learning Doesn't", 2024, arXiv 2410.20274).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.curriculum.behaviour import sole_call
from mcts_compose.library.entry import Entry

if TYPE_CHECKING:
    from mcts_compose.curriculum.learning import Generation


class SkillUse(NamedTuple):
    """Who uses one skill.

    Attributes:
      entry: the skill.
      depth: 1 if it calls no skill of the library, else one more than the deepest that it calls.
      called_by: names of the skills that call it, in the library's order.
      reached_by: names of those that do not call it, but something that leads to it.
      tasks: ids of right solutions that became no skill and call it.
      tasks_through: ids of those that do not call it, but something that leads to it.
    """

    entry: Entry
    depth: int
    called_by: tuple[str, ...]
    reached_by: tuple[str, ...]
    tasks: tuple[str, ...]
    tasks_through: tuple[str, ...]

    @property
    def num_direct(self) -> int:
        """How many later solutions call it."""
        return len(self.called_by) + len(self.tasks)

    @property
    def num_through(self) -> int:
        """How many reach it through others alone."""
        return len(self.reached_by) + len(self.tasks_through)


class Reuse(NamedTuple):
    """Who uses the skills of a library, in its order."""

    skills: tuple[SkillUse, ...]

    @property
    def depth(self) -> int:
        """How many skills stand in the longest chain of calls; 0 without any."""
        return max((skill.depth for skill in self.skills), default=0)

    @property
    def never_called(self) -> tuple[str, ...]:
        """Names of the skills that nothing calls."""
        return tuple(skill.entry.name for skill in self.skills if not skill.num_direct)

    @property
    def share_never_called(self) -> float:
        """Their share of all skills; 0 without any."""
        return len(self.never_called) / len(self.skills) if self.skills else 0.0


def reuse_of(entries: Sequence[Entry], solutions: Mapping[str, Iterable[str]] | None = None) -> Reuse:
    """Returns who uses what.

    Args:
      entries: of a library, each behind those that it calls.
      solutions: for each right solution that is no entry, by its task's id, the names that it calls;
        names of instructions and of skills that are not there are left out.
    """
    direct: dict[str, list[str]] = {entry.name: [] for entry in entries}
    through: dict[str, list[str]] = {entry.name: [] for entry in entries}
    tasks: dict[str, list[str]] = {entry.name: [] for entry in entries}
    tasks_through: dict[str, list[str]] = {entry.name: [] for entry in entries}
    below: dict[str, frozenset[str]] = {}
    depth: dict[str, int] = {}
    for entry in entries:
        called = [name for name in entry.calls if name in below]
        below[entry.name] = _note(entry.name, called, below, direct, through)
        depth[entry.name] = 1 + max((depth[name] for name in called), default=0)
    for task, names in (solutions or {}).items():
        _note(task, [name for name in dict.fromkeys(names) if name in below], below, tasks, tasks_through)
    return Reuse(
        tuple(
            SkillUse(
                entry, depth[entry.name], tuple(direct[entry.name]), tuple(through[entry.name]),
                tuple(tasks[entry.name]), tuple(tasks_through[entry.name]),
            )
            for entry in entries
        )
    )  # fmt: skip


def _note(
    caller: str,
    called: Sequence[str],
    below: Mapping[str, frozenset[str]],
    direct: Mapping[str, list[str]],
    through: Mapping[str, list[str]],
) -> frozenset[str]:
    """Enters a caller with all that it reaches, and returns those names."""
    deeper = frozenset[str]().union(*(below[name] for name in called)) - set(called)
    for name in called:
        direct[name].append(caller)
    for name in deeper:
        through[name].append(caller)
    return deeper.union(called)


def other_solutions(generations: Sequence[Generation]) -> dict[str, tuple[str, ...]]:
    """Returns the names that right solutions call which became no skill, by task; see `reuse_of`."""
    return dict(_other_solutions(generations))


def _other_solutions(generations: Sequence[Generation]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for generation in generations:
        admitted, new = generation.admitted, set(generation.admitted.new)
        for result in generation.results:
            program = result.program if result.is_right else None
            if program is None:
                continue
            skill = admitted.skill_of.get(result.task)
            if skill in new:  # the first solution is the skill, a later one does the same
                new.discard(skill)
            elif sole_call(program) is None:
                yield result.task, tuple(sorted(program.called))
