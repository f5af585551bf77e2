"""Decides what a model is asked of a search with fixed memory, and what its answers do to the tree.

A request is one node: the instructions so far, what the registers then hold in each example, and the
instructions that the node still has. It gets its turn when walks have gone through it twice; the root comes
first. Which of the legal instructions is likely is all that an answer says: the edges are put in that order,
with the probabilities that PUCT weighs. A value that comes with them is not used: a node's own value rests on
exact distances.

The base prior of instructions gives all of a node's the same probability, as the tree does without a model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mcts_compose.saves.save_file import SavedState
from mcts_compose.search.asking import LONGEST_WAIT_S, PATIENCE, Asker
from mcts_compose.search.fixed import tree
from mcts_compose.search.fixed.actions import Action, code_of
from mcts_compose.search.fixed.model_work import ModelWork
from mcts_compose.search.fixed.programs import ProgramWriter
from mcts_compose.search.fixed.row_states import EXTRA, run_actions
from mcts_compose.search.model_state import model_facts, restore_model
from priors.base import ArmView, Example, PriceRequest, RankRequest, Ranks, SkillView
from priors.mixing import mixed, nucleus
from vm.assembly.isa import ASSEMBLY_ROWS, OperandKind
from vm.assembly.sets import SETS
from vm.values import HostValue, ValueType

if TYPE_CHECKING:
    from mcts_compose.saves.save_file import Save
    from mcts_compose.search.fixed.options import FixedOptions
    from mcts_compose.search.fixed.problem import FixedProblem
    from mcts_compose.search.fixed.tree_searcher import TreeSearcher
    from priors.guard import GuardedPrior

MOST_NODES = 16
"""Nodes of one batch (untuned)."""
CHUNK = 128
"""Simulations between two looks at a model that works meanwhile; they take some tenths of a millisecond, so
that looking takes less than a tenth of the time (measured)."""
CHUNK_IF_DETERMINISTIC = 16
"""The same where the search waits (experiment: with a made-up model that knows a kernel of four, 64 took
twice the simulations)."""
LEAST_PRIOR = 1e-9
"""PUCT divides by the sum of what is left in a node, which must not become 0."""

_OPERAND_WORDS = {OperandKind.WRITE: "out", OperandKind.UPDATE: "inout", OperandKind.READ: "in"}


def instruction_views(problem: FixedProblem) -> tuple[SkillView, ...]:
    """Returns what a prior is shown of the instructions, such as `cmp`, `in, in` and what it does."""
    kinds_of = SETS[problem.set].operand_kinds
    rows = [ASSEMBLY_ROWS[name] for name in problem.instructions]
    return tuple(
        SkillView(row.name, ", ".join(_OPERAND_WORDS[kind] for kind in kinds_of(row)), row.doc)
        for row in rows
    )


def price_request(problem: FixedProblem) -> PriceRequest:
    """Returns what a prior is shown of the task; its instructions are the skills."""
    word = SETS[problem.set].word_type
    num_outputs = len(problem.outputs)
    examples = tuple(
        Example(tuple(row[: problem.num_inputs]), goal if num_outputs > 1 else goal[0])
        for row, goal in zip(problem.rows.tolist(), problem.goals.tolist(), strict=True)
    )
    return PriceRequest(
        problem.description, (word,) * problem.num_inputs, ValueType(word.elem, int(num_outputs > 1)),
        examples, instruction_views(problem), problem.constants,
    )  # fmt: skip


class Subject(NamedTuple):
    """What a model is asked about.

    Attributes:
      problem: the task.
      request: the same as a prior is shown it, with the base prior's prices.
    """

    problem: FixedProblem
    request: PriceRequest


class NodeWriter:
    """Makes requests of nodes; what they share is made once."""

    def __init__(self, problem: FixedProblem, actions: list[Action], price_request: PriceRequest) -> None:
        self._problem, self._price_request = problem, price_request
        lines = ProgramWriter(problem, actions).write(range(len(actions))).instructions
        self._texts = [str(line) for line in lines]
        self._arms = [ArmView(text, ()) for text in self._texts]
        self._code = code_of(actions)
        self._registers = np.zeros(len(problem.registers) + len(problem.constants), np.int64)
        self._registers[len(problem.registers) :] = problem.constants
        # Behind the registers: the flags, which registers are known, and the goal; only the flags matter.
        self._rows = np.column_stack([problem.rows, np.zeros((len(problem.rows), EXTRA), np.int64)])

    def request(self, path: list[int], actions: list[int]) -> RankRequest:
        """Returns the request of a node.

        Args:
          path: actions from the root to the node.
          actions: those that the node has.
        """
        return RankRequest(
            price_request=self._price_request,
            input_names=self._problem.registers[: self._problem.num_inputs],
            focus="; ".join(self._texts[action] for action in path),
            focus_values=self.cells_after(path),
            arms=tuple(self._arms[action] for action in actions),
        )

    def cells_after(self, path: list[int]) -> tuple[HostValue, ...]:
        """Returns what the registers of each example hold after some actions, as lists."""
        rows = self._rows.reshape(-1).copy()
        run_actions(
            self._code, np.zeros(len(self._arms), np.int64), np.array(path, np.int64), rows,
            self._rows.shape[1], self._registers, SETS[self._problem.set].width,
        )  # fmt: skip
        return tuple(rows.reshape(self._rows.shape)[:, :-EXTRA].tolist())


class _Sent(NamedTuple):
    """A node whose request is with the model, and the actions that it had."""

    node: int
    actions: list[int]


class Ranker:
    """Has a model rank nodes of a tree, while the search goes on or, if it is deterministic, waits.

    Attributes:
      refined: nodes whose edges were put in the order of an answer.
    """

    def __init__(
        self,
        subject: Subject,
        actions: list[Action],
        guard: GuardedPrior,
        options: FixedOptions,
        most_calls: int | None,
    ) -> None:
        """Begins without a tree.

        Args:
          subject: what the model is asked about.
          actions: in the order of their numbers.
          guard: the model.
          options: switches.
          most_calls: requests that the model may get; None if nothing bounds them.
        """
        self.refined = 0
        self._options, self._most_calls = options, most_calls
        self._guard = guard
        self._asker = Asker(guard)
        self._writer = NodeWriter(subject.problem, actions, subject.request)
        self._writer.cells_after([])  # compiles, before the search is timed
        self._num_silent = 0
        self._sent: list[_Sent]
        self._waiting: list[int]
        self._asked: set[int]
        self._num_seen: int
        self.leave_tree()

    def chunk(self, done: int) -> int:
        """Returns how many simulations to make before the next look at the model, after `done` ones."""
        if not done:
            return 1  # makes the root's edges, which the model is to rank first of all
        size = CHUNK_IF_DETERMINISTIC if self._options.deterministic else CHUNK
        return size - done % size

    @property
    def is_spent(self) -> bool:
        """Whether the model has answered as many requests as it may."""
        return self._calls_left() == 0 and not self._asker.in_flight

    def allow(self, calls: int | None) -> None:
        """Sets how many more requests the model may get from now on; None: nothing bounds them."""
        self._most_calls = None if calls is None else self._asker.answered + self._asker.in_flight + calls

    def _calls_left(self) -> int | None:
        """Returns how many more requests the model may get; None if nothing bounds them."""
        return self._asker.calls_left(self._most_calls)

    def refine(self, searcher: TreeSearcher, seconds_left: float) -> None:
        """Uses an answer that has come, and asks about nodes that have earned it since.

        Args:
          searcher: the search at hand, between two chunks.
          seconds_left: how long a deterministic search may wait.
        """
        if self._asker.in_flight:
            self._take(searcher, 0.0)
        if self._asker.in_flight or self._num_silent >= PATIENCE:
            return
        if self._send(searcher) and self._options.deterministic:
            self._take(searcher, min(max(seconds_left, 0.0), LONGEST_WAIT_S))

    def leave_tree(self) -> None:
        """Forgets the tree: the next one has other nodes, and what comes of this one is not used."""
        self._sent, self._waiting, self._asked, self._num_seen = [], [], set(), 0

    def state(self) -> SavedState:
        """Returns what was asked, what waits, and what the model has done."""
        facts = {
            "sent": [sent.node for sent in self._sent],
            "num_seen": self._num_seen,
            "num_silent": self._num_silent,
            "refined": self.refined,
            "model": model_facts(self._guard, self._asker),
        }
        arrays: dict[str, Any] = {
            "waiting": np.array(self._waiting, np.int64),
            "asked": np.array(list(self._asked), np.int64),
        }
        return SavedState(facts, arrays)

    def restore(self, save: Save, facts: Mapping[str, Any], searcher: TreeSearcher) -> None:
        """Goes on with a tree that was saved; what was with the model is asked again.

        Raises:
          SaveError: the save is damaged.
        """
        self._waiting, self._asked = save.array("waiting").tolist(), set(save.array("asked").tolist())
        self._num_seen, self._num_silent = facts["num_seen"], facts["num_silent"]
        self.refined = facts["refined"]
        restore_model(self._guard, self._asker, facts["model"])
        self._ask(searcher, facts["sent"])

    def _send(self, searcher: TreeSearcher) -> bool:
        """Hands the nodes with the most visits among those that wait to the model; says whether any does."""
        left = self._calls_left()
        chosen = self._choose(searcher, MOST_NODES if left is None else min(MOST_NODES, left))
        self._ask(searcher, chosen)
        return bool(self._sent)

    def _ask(self, searcher: TreeSearcher, nodes: Sequence[int]) -> None:
        """Hands nodes to the model."""
        self._sent = [_Sent(node, searcher.actions_of(node)) for node in nodes]
        if self._sent:
            requests = [
                self._writer.request(searcher.path_to(sent.node), sent.actions) for sent in self._sent
            ]
            self._asker.ask_ranks(lambda: requests, len(requests))

    def _choose(self, searcher: TreeSearcher, most: int) -> list[int]:
        """Returns the nodes to ask about next; the others go on waiting."""
        assert searcher.ranking is not None
        earned, total = searcher.ranking.earned, int(searcher.ranking.num_earned[0])
        if not self._asked:
            self._waiting.append(tree.ROOT)
        for number in range(max(self._num_seen, total - len(earned)), total):
            self._waiting.append(int(earned[number % len(earned)]))
        self._num_seen = total
        waiting = [
            node
            for node in dict.fromkeys(self._waiting)
            if node not in self._asked
            and searcher.tree.num_edges[node] > 1
            and searcher.positions.size[node]  # 0: a group of nodes, not one
        ]
        waiting.sort(key=lambda node: -int(searcher.tree.visits[node]))
        self._waiting = waiting[most : most + len(earned)]
        self._asked.update(waiting[:most])
        return waiting[:most]

    def _take(self, searcher: TreeSearcher, wait_s: float) -> None:
        """Puts the nodes of an answer in its order, if it has come or comes in time."""
        answers = self._asker.ranks(wait_s)
        if self._asker.in_flight:
            return
        sent, self._sent = self._sent, []
        if not sent:
            return
        is_silent = answers is None or all(ranks is None for ranks in answers)
        self._num_silent = self._num_silent + 1 if is_silent else 0
        for (node, actions), ranks in zip(sent, answers or [None] * len(sent), strict=True):
            if ranks is not None:
                self.refined += self._order(searcher, node, actions, ranks)

    def _order(self, searcher: TreeSearcher, node: int, actions: list[int], ranks: Ranks) -> bool:
        """Puts the edges that a node still has in the order of an answer; says whether there are any."""
        arrays, ranking = searcher.tree, searcher.ranking
        assert ranking is not None
        first, count = int(arrays.first_edge[node]), int(arrays.num_edges[node])
        if count == 0:
            return False
        edges = slice(first, first + count)
        log_model = dict(zip(actions, ranks.log_priors.tolist(), strict=True))
        log_probs = mixed(
            np.array([log_model[action] for action in arrays.edge_action[edges].tolist()]),
            np.zeros(count), self._options.eps, self._options.temperature,
        )  # fmt: skip
        order = np.argsort(-log_probs, kind="stable")
        for array in (arrays.edge_child, arrays.edge_action, arrays.edge_visits, arrays.edge_value):
            array[edges] = array[edges][order]
        ranking.edge_prior[edges] = np.maximum(np.exp(log_probs[order]), LEAST_PRIOR)
        ranking.ranked_at[node] = arrays.visits[node]
        ranking.num_first[node] = nucleus(log_probs, self._options.top_p, self._options.top_k).sum()
        return True

    def close(self) -> None:
        """Leaves the model alone; one that hangs is left behind."""
        self._asker.close()

    def work(self) -> ModelWork:
        """Returns what the model has done since the beginning."""
        return ModelWork(
            usage=self._asker.usage,
            in_flight=self._asker.in_flight,
            refined=self.refined,
            failures=self._guard.num_failures,
            first_failure=self._guard.first_failure,
            fingerprint=self._guard.fingerprint,
            goes_on=self._num_silent < PATIENCE,
        )
