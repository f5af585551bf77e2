"""Decides who runs the jobs of a suite run or the parts of a search, and which priors they ask a server for.

A prior that is `shared` costs too much to be had by every worker; `--prior-servers` may say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import TYPE_CHECKING

from mcts_compose.cluster.driver import RayRunner
from mcts_compose.cluster.jobs import JobSolver, Runner
from mcts_compose.cluster.serial import SerialRunner
from mcts_compose.cluster.session import RaySession
from mcts_compose.families.choice import FIXED, Family
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.cluster.prior_servers import PriorServers
    from mcts_compose.search.fixed.crew import Crew
    from priors.base import Prior


def session_for(settings: Settings) -> AbstractContextManager[RaySession | None]:
    """Returns a session for workers, closed with its context and not started yet; None without workers."""
    is_spread = settings.workers > 0 or settings.ray_address is not None
    return RaySession(settings) if is_spread else nullcontext()


class Spreading:
    """Who runs jobs: this process, or workers; what it opens is closed with the stack.

    Attributes:
      served: the priors that servers have, by name, as this process asks them.
    """

    def __init__(self, settings: Settings, stack: ExitStack, session: RaySession | None = None) -> None:
        """Makes itself ready; nothing is started yet.

        Args:
          settings: which say how many workers there are.
          stack: with which everything is closed that is opened here.
          session: of the caller, who closes it; None has one of its own where there are workers.
        """
        self.served: dict[str, Prior] = {}
        self._settings = settings
        self._session = stack.enter_context(session_for(settings)) if session is None else session
        self._stack = stack
        self._servers: dict[str, PriorServers] = {}
        self._restarts = 0

    def begin(self) -> None:
        """Has workers' ray started while this process makes itself ready."""
        if self._session is not None:
            self._session.begin()

    def serve(self, priors: Mapping[str, Prior]) -> None:
        """Starts servers of the priors that workers share; they are in `served` then.

        Args:
          priors: by name; those that are served need not be prepared here.

        Raises:
          InputError: ray cannot be started, or a server cannot load its prior.
        """
        number = self._settings.prior_servers
        if self._session is None or number == 0:
            return
        for name, prior in priors.items():
            if not prior.shared and number is None:
                continue
            from mcts_compose.cluster.prior_servers import start_servers

            self._session.start()
            servers = start_servers(name, self._settings.prior_args, number)
            self._stack.callback(servers.close)
            self._servers[name] = servers
            self.served[name] = servers.prior_for(0)

    def runner(self, solver: JobSolver) -> Runner:
        """Returns what runs the jobs."""
        if self._session is None:
            return SerialRunner(solver)
        return RayRunner(solver, self._session, priors_for=self._priors_for, notices=self._notices)

    def crew(self, family: Family, num_parts: int, prior: str) -> Crew | None:
        """Returns who does the parts of searches, one after another; None: this process.

        Args:
          family: of the tasks that are searched.
          num_parts: how many parts a search has; there are no more workers.
          prior: name of the prior that is asked.

        Raises:
          InputError: ray cannot be started.
        """
        if self._session is None:
            return None
        from mcts_compose.cluster.array_part_actor import new_array_part_actor
        from mcts_compose.cluster.part_actor import new_part_actor
        from mcts_compose.cluster.part_crew import PartCrew

        new_actor = new_part_actor if family == FIXED else new_array_part_actor
        self._session.start()
        servers = self._servers.get(prior)
        num_workers = min(self._session.num_workers, num_parts)
        return PartCrew(new_actor, num_workers, None if servers is None else servers.prior_for)

    def _priors_for(self, worker: int) -> dict[str, Prior]:
        return {name: servers.prior_for(worker) for name, servers in self._servers.items()}

    def _notices(self) -> list[str]:
        restarts = sum(servers.counts().restarts for servers in self._servers.values())
        before, self._restarts = self._restarts, restarts
        return [] if restarts <= before else [f"a prior server was lost and is back ({restarts} so far)"]
