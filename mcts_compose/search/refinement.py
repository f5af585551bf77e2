"""Decides which nodes a model is asked about while the search goes on, and what its answers change.

Asked are the root's best arms at each completed level, and a node's arms once it has earned visits; again
when it has earned many more and has new arms. At most one batch is with the model; without `deterministic`
the kernels go on meanwhile. A model that has had no opinion several times is asked ever more seldom, but it
is asked: it may have been out of reach. Arms are matched by their contents, since they may have been
replaced.

An answer changes two things of an arm, and nothing else:

* its logit, and with it its prior: the arms that were asked about share the probability that they had as
  `(1 - eps) * model + eps * base` says. Arms that come later have base logits until the node is asked again.
* its h, by the model's value: `h + VALUE_WEIGHT * (logit(value) - mean over the node's arms)`. Evidence adds
  up in logits; the mean stands for what the model gives to any arm, which h knows already. If the arm has a
  child, the child's own value changes alike.

Where `top_p` or `top_k` prune, a node's likeliest arms are open at once, the others by progressive widening.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.saves.save_file import SavedState
from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.arm_views import ArmViews, Shown
from mcts_compose.search.asking import PATIENCE, Asker
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.options import SearchOptions
from priors.base import PriceRequest, Ranks
from priors.mixing import mixed, nucleus

if TYPE_CHECKING:
    from mcts_compose.saves.save_file import Save

ROOT_ASKED = 64
"""Arms of the root that a model is asked about (untuned: a quarter of them, as much text as three nodes)."""
MOST_NODES = 32
FEWEST_NODES = 16
"""A batch has at most the one, and is sent with the other (source: model-prior experiments, 16 to 64)."""
BATCH_EVERY = 20_000
"""Candidates after which a smaller batch is sent as well (untuned: about 20 ms)."""
MOST_SHARE = 0.1
"""Share of the search's CPU time that asking and using answers may take; then the next batch waits (untuned).
A model that answers at once would otherwise take as much as the kernels. Searches that wait do not mind."""
ASKED_AT = 2
"""Visits that a node must have earned: it has been selected again (source: tree-search experiments)."""
ASKED_AGAIN = 4.0
"""A node is asked again when its visits have grown by this factor (untuned)."""
VALUE_WEIGHT = 0.5
"""What the model's evidence counts against h, which sees the same contents (untuned)."""
LEAST_VALUE = 0.01
LOWEST_SHARE = -50.0
"""Least values and log-probabilities: what is smaller says no more."""
WIDENING_C = 1.0
WIDENING_ALPHA = 0.5


def widening_visits(rank: int) -> float:
    """Returns the visits after which the pruned arm of a rank, 0 for the likeliest, is open.

    After N visits k = floor(C * N ** alpha) pruned arms are. Source: Couëtoux et al. 2011, Continuous upper
    confidence trees. On generated DeepCoder tasks C from 0.25 to 4 and alpha from 0.25 to 0.75 did not differ
    measurably; with a model that is always wrong C of 2 cost a twelfth more candidates than 1, others less.
    """
    return float(((rank + 1) / WIDENING_C) ** (1 / WIDENING_ALPHA))


class _Asked(NamedTuple):
    """One request that is with the model."""

    node: int
    contents: list[int]


class _Said(NamedTuple):
    """What arms of a node had of their own, and were given instead; so that answers do not pile up.

    Attributes:
      contents: `[N]` int64, of the arms.
      own: `[N, 2]` float64, h and logit.
      given: the same.
    """

    contents: NDArray[np.int64]
    own: NDArray[np.float64]
    given: NDArray[np.float64]


_NOTHING_SAID = _Said(np.empty(0, np.int64), np.empty((0, 2)), np.empty((0, 2)))


class Refinement:
    """Asks a model about one tree.

    Attributes:
      num_refined: nodes whose arms the model has ranked.
    """

    def __init__(
        self, tree: FocusTree, asker: Asker, request: PriceRequest, options: SearchOptions,
        on_refined: Callable[[int], None],
    ) -> None:  # fmt: skip
        self._tree = tree
        self._asker = asker
        self._views = ArmViews(tree.engine, request)
        self._options = options
        self._on_refined = on_refined
        self._batch: list[_Asked] = []
        self._said: dict[int, _Said] = {}
        self._asked_at = np.zeros(0)
        self._is_root_waiting = False
        self._last_batch = 0
        self._silent_batches = 0
        self._began_s = time.thread_time()
        self._spent_s = 0.0

    @property
    def num_refined(self) -> int:
        """Nodes whose arms the model has ranked."""
        return len(self._said)

    def renew_root(self) -> None:
        """Lets the root be asked about; it has new arms."""
        self._is_root_waiting = True

    def step(self, calls_left: int | None, wait: float) -> None:
        """Takes an answer if there is one, and sends a batch if it is time for one.

        Args:
          calls_left: requests that the model may get; None for any number.
          wait: seconds to wait for the answer if the search is deterministic.
        """
        began_s = time.thread_time()
        self._take_and_ask(calls_left, wait)
        self._spent_s += time.thread_time() - began_s

    def _take_and_ask(self, calls_left: int | None, wait: float) -> None:
        if self._asker.in_flight:
            self._take(self._asker.ranks(0.0))
            if self._asker.in_flight:
                return
        if self._is_ahead() or self._is_left_alone():
            return
        self._batch = self._choose(MOST_NODES if calls_left is None else min(MOST_NODES, calls_left))
        if not self._batch:
            return
        self._ask()
        if self._options.deterministic:
            self._take(self._asker.ranks(wait))

    def _ask(self) -> None:
        """Hands the batch to the model."""
        shown = [Shown(self._focus(asked.node), asked.contents) for asked in self._batch]
        self._asker.ask_ranks(self._views.requests(shown), len(shown))

    def _is_ahead(self) -> bool:
        """Says whether the kernels are to catch up with what has been spent here."""
        if self._options.deterministic:
            return False
        return self._spent_s > MOST_SHARE * (time.thread_time() - self._began_s)

    def _is_left_alone(self) -> bool:
        """Says whether a model that has said nothing lately is not to be asked yet; pauses double."""
        pauses = self._silent_batches - PATIENCE + 1
        candidates = int(self._tree.engine.memory[at.CANDIDATES])
        return pauses > 0 and candidates < self._last_batch + BATCH_EVERY * 2**pauses

    def state(self) -> SavedState:
        """Returns what was said and asked."""
        said = list(self._said.values())
        facts = {
            "batch": [[asked.node, asked.contents] for asked in self._batch],
            "is_root_waiting": self._is_root_waiting,
            "last_batch": self._last_batch,
            "silent_batches": self._silent_batches,
        }
        arrays: dict[str, NDArray[Any]] = {
            "said_nodes": np.repeat(list(self._said), [len(one.contents) for one in said]).astype(np.int64),
            "said_contents": np.concatenate([one.contents for one in [*said, _NOTHING_SAID]]),
            "said_own": np.concatenate([one.own for one in [*said, _NOTHING_SAID]]).reshape(-1),
            "said_given": np.concatenate([one.given for one in [*said, _NOTHING_SAID]]).reshape(-1),
            "asked_at": self._asked_at,
        }
        return SavedState(facts, arrays)

    def restore(self, save: Save, facts: Mapping[str, Any]) -> None:
        """Knows what was said and asked; what was with the model is asked again.

        Raises:
          SaveError: the save is damaged.
        """
        nodes, contents = save.array("said_nodes"), save.array("said_contents")
        own, given = save.array("said_own").reshape(-1, 2), save.array("said_given").reshape(-1, 2)
        starts = np.flatnonzero(np.diff(nodes, prepend=-1)).tolist()
        for first, last in pairwise([*starts, len(nodes)]):
            self._said[int(nodes[first])] = _Said(contents[first:last], own[first:last], given[first:last])
        self._asked_at = save.array("asked_at")
        self._is_root_waiting = facts["is_root_waiting"]
        self._last_batch, self._silent_batches = facts["last_batch"], facts["silent_batches"]
        self._batch = [_Asked(node, asked) for node, asked in facts["batch"]]
        if self._batch:
            self._ask()

    def _take(self, answers: Sequence[Ranks | None] | None) -> None:
        """Gives the nodes of the batch what was said of them; None if nothing was, or not yet."""
        if self._asker.in_flight or not self._batch:
            return
        batch, self._batch = self._batch, []
        spoken = [
            (asked, ranks) for asked, ranks in zip(batch, answers or [None] * len(batch), strict=True)
            if ranks is not None
        ]  # fmt: skip
        self._silent_batches = 0 if spoken else self._silent_batches + 1
        for asked, ranks in spoken:
            self._apply(asked, ranks)
            self._on_refined(asked.node)

    def _focus(self, node: int) -> int:
        return int(self._tree.nodes[node * kernels.NODE_WORDS + kernels.N_FOCUS])

    def _choose(self, most: int) -> list[_Asked]:
        """Returns the nodes to ask about now, the root first, then by what they have earned."""
        tree = self._tree
        nodes = tree.nodes[: tree.num_nodes * kernels.NODE_WORDS].reshape(-1, kernels.NODE_WORDS)
        if len(self._asked_at) < len(nodes):
            new = np.full(2 * len(nodes) - len(self._asked_at), float(ASKED_AT * kernels.WORK_UNIT))
            self._asked_at = np.concatenate([self._asked_at, new])
        # What a visit charges besides the node's own candidates: one unit, and what is below. Searchers that
        # back nothing up count no visits; a node's candidates then say what it has earned.
        visits, own = nodes[:, kernels.N_VISITS], nodes[:, kernels.N_CANDIDATES]
        earned = np.where(visits > 0, visits - own, own + kernels.WORK_UNIT)
        may = (earned >= self._asked_at[: len(nodes)]) & (nodes[:, kernels.N_NUM_ARMS] > 1)
        may &= nodes[:, kernels.N_EXHAUSTED] == 0
        may[kernels.ROOT] = False
        found = np.flatnonzero(may)
        candidates = int(tree.engine.memory[at.CANDIDATES])
        is_due = len(found) >= FEWEST_NODES or candidates >= self._last_batch + BATCH_EVERY
        if most < 1 or not (self._is_root_waiting or (is_due and len(found))):
            return []
        self._last_batch = candidates
        batch = []
        if self._is_root_waiting:
            self._is_root_waiting = False
            batch = self._asked(kernels.ROOT, ROOT_ASKED)
        for node in found[np.argsort(-earned[found], kind="stable")][: most - len(batch)].tolist():
            self._asked_at[node] = ASKED_AGAIN * earned[node]
            batch += self._asked(node, kernels.NODE_ARMS)
        return batch

    def _asked(self, node: int, most: int) -> list[_Asked]:
        """Returns the question about a node's best arms; none if all of them have been asked about."""
        contents, odds = self._arms(node)
        best = np.argsort(-odds[:, kernels.LOGIT], kind="stable")[:most]
        asked = contents[np.sort(best)]
        said = self._said.get(node, _NOTHING_SAID)
        is_new = len(asked) > 1 and not np.isin(asked, said.contents).all()
        return [_Asked(node, asked.tolist())] if is_new else []

    def _arms(self, node: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Returns the contents of a node's arms, and a view of their odds, [num_arms, ODDS_WORDS]."""
        tree, base = self._tree, node * kernels.NODE_WORDS
        first = int(tree.nodes[base + kernels.N_FIRST_ARM])
        last = first + int(tree.nodes[base + kernels.N_NUM_ARMS])
        arms = tree.arms[first * kernels.ARM_WORDS : last * kernels.ARM_WORDS]
        odds = tree.odds[first * kernels.ODDS_WORDS : last * kernels.ODDS_WORDS]
        contents = arms[kernels.ARM_CONTENTS :: kernels.ARM_WORDS]
        return contents, odds.reshape(-1, kernels.ODDS_WORDS)

    def _apply(self, asked: _Asked, ranks: Ranks) -> None:
        """Gives those arms of a node that are still there what the model said of them."""
        contents, odds = self._arms(asked.node)
        numbers, places = _pairs(np.array(asked.contents), contents)
        if not len(places):
            return
        said = self._said.get(asked.node, _NOTHING_SAID)
        own = _own(said, contents[places], odds[places, : kernels.LOGIT + 1])
        h, logits = own.T
        if self._options.model_ranks:
            shares = mixed(
                ranks.log_priors[numbers].astype(np.float64), logits, self._options.eps,
                self._options.temperature,
            )  # fmt: skip
            mass = np.logaddexp.reduce(logits)
            odds[places, kernels.LOGIT] = np.maximum(shares, LOWEST_SHARE) + mass
        if self._options.model_values and ranks.values is not None:
            values = np.clip(ranks.values[numbers].astype(np.float64), LEAST_VALUE, 1 - LEAST_VALUE)
            evidence = np.log(values / (1 - values))
            self._revalue(asked.node, places, odds, h + VALUE_WEIGHT * (evidence - evidence.mean()))
        kept = ~np.isin(said.contents, contents[places])
        self._said[asked.node] = _Said(
            np.concatenate([said.contents[kept], contents[places]]),
            np.concatenate([said.own[kept], own]),
            np.concatenate([said.given[kept], odds[places, : kernels.LOGIT + 1]]),
        )
        self._weigh(asked.node, odds)

    def _revalue(
        self, node: int, places: NDArray[np.int64], odds: NDArray[np.float64], h: NDArray[np.float64]
    ) -> None:
        """Gives arms their new h, and their children's own values the same change."""
        tree = self._tree
        changes = h - odds[places, kernels.H]
        odds[places, kernels.H] = h
        first = int(tree.nodes[node * kernels.NODE_WORDS + kernels.N_FIRST_ARM])
        children = tree.arms[(first + places) * kernels.ARM_WORDS + kernels.ARM_CHILD]
        is_made = children != kernels.UNVISITED
        base = children[is_made] * kernels.SCORE_WORDS
        tree.scores[base + kernels.OWN] += changes[is_made]
        best = np.maximum(tree.scores[base + kernels.OWN], tree.scores[base + kernels.BEST])
        tree.scores[base + kernels.BEST] = best

    def _weigh(self, node: int, odds: NDArray[np.float64]) -> None:
        """Renews the weights of a node's arms, and decides from when on they are open."""
        tree, logits = self._tree, odds[:, kernels.LOGIT]
        weights = np.exp(logits - logits.max())
        odds[:, kernels.WEIGHT] = weights
        tree.scores[node * kernels.SCORE_WORDS + kernels.MASS] = weights.sum()
        top_p, top_k = self._options.top_p, self._options.top_k
        if not self._options.model_ranks or (top_p >= 1 and top_k == 0):
            return
        log_shares = np.log(np.maximum(weights, np.exp(LOWEST_SHARE))) - np.log(weights.sum())
        pruned = np.flatnonzero(~nucleus(log_shares, top_p, top_k))
        first = int(tree.nodes[node * kernels.NODE_WORDS + kernels.N_FIRST_ARM])
        visits = tree.nodes[node * kernels.NODE_WORDS + kernels.N_VISITS] / kernels.WORK_UNIT
        odds[:, kernels.OPENS] = 0.0
        for rank, place in enumerate(pruned[np.argsort(-log_shares[pruned], kind="stable")].tolist()):
            if tree.arms[(first + place) * kernels.ARM_WORDS + kernels.ARM_CHILD] == kernels.UNVISITED:
                odds[place, kernels.OPENS] = visits + 1 + widening_visits(rank)


def _pairs(one: NDArray[np.int64], other: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns where two arrays without repetition have equal elements, in the order of the first."""
    mine, theirs = np.nonzero(one[:, None] == other)
    return mine, theirs


def _own(said: _Said, contents: NDArray[np.int64], now: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the h and the logit that arms had before any answer, for what they have now."""
    own = now.copy()
    places, answered = _pairs(contents, said.contents)
    is_given = now[places] == said.given[answered]
    own[places] = np.where(is_given, said.own[answered], now[places])
    return own
