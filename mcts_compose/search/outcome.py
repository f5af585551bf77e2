"""What a search reports, while it runs and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mcts_compose.search.tree_view import TreeView
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program


class Progress(NamedTuple):
    """How far a running search is.

    Attributes:
      seconds: since it began.
      candidates: calls that the machine ran.
      distinct: different contents among their results.
      level: cost level that the root's enumeration is at.
      nodes: nodes of the tree.
      best_cost: cost of the cheapest program so far, None before the first.
    """

    seconds: float
    candidates: int
    distinct: int
    level: int
    nodes: int
    best_cost: int | None


@dataclass(frozen=True)
class SearchOutcome:
    """The end of a search.

    Attributes:
      program: the program chosen, or None.
      cost: its price in the search's units, or None.
      simulations: passes of select, expand and back up; a root chunk of the enumeration is one as well.
      executions: candidates that the machine ran.
      distinct: different contents among their results.
      model_calls: requests that the model answered; 0 where the prior is none.
      nodes: nodes of the tree.
      stopped: `solved`, `exhausted`, or `budget:` with the measure that ended it.
      seconds: wall time.
      tree_hash: hash of the bank and the tree; equal for equal seeds and simulation budgets.
      tree: the most visited part, if it was asked for.
      prior_failures: answers of the prior that had to be replaced; of `sample`, lines that are no program.
      prior_failure: the first of these, in words.
      none_shorter_than: it is proved that no program in bounds has fewer instructions; None: nothing is.
      lossy: names of the prunes in effect that may lose programs.
      table_seconds: wall time of building tables before the search; not part of `seconds`.
      num_programs: how many shortest programs there are, if all were counted.
      first_hit: candidates that had been run when the first fitting program was met; None: none was.
      model_passes: forward passes of the model.
      model_tokens: tokens computed in them.
      reused_tokens: tokens of the same requests that came from a cache of prefixes.
      cache_hits: requests that were answered without the model, from recorded answers.
      model_seconds: wall time in the model; beside that of the search where the search did not wait.
      refined: nodes whose arms the model has ranked.
      visits: the most visited focuses as programs in one line, with their visits, if they were asked for.
      num_weighed: among how many programs that fit the choice was made; 0 without any.
      save_seconds: part of `seconds` that saves took, by their own count, since the last resume.
      prior_fingerprint: what fixes the prior's answers besides its name and arguments.
    """

    program: Program | AssemblyProgram | None
    cost: float | None
    simulations: int
    executions: int
    distinct: int
    model_calls: int
    nodes: int
    stopped: str
    seconds: float
    tree_hash: str
    tree: TreeView | None = None
    prior_failures: int = 0
    prior_failure: str | None = None
    none_shorter_than: int | None = None
    lossy: tuple[str, ...] = ()
    table_seconds: float = 0.0
    num_programs: int | None = None
    first_hit: int | None = None
    model_passes: int = 0
    model_tokens: int = 0
    reused_tokens: int = 0
    cache_hits: int = 0
    model_seconds: float = 0.0
    refined: int = 0
    prior_fingerprint: str = ""
    visits: tuple[tuple[str, int], ...] | None = None
    num_weighed: int = 0
    save_seconds: float = 0.0
