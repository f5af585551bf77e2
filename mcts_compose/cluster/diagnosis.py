"""Decides how a cluster is asked what is wrong with it: it is joined, and every node is asked once.

Without an address, a session of this machine's own is started, asked and closed.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mcts_compose.cluster import node_facts
from mcts_compose.cluster.faults import cause_of
from mcts_compose.cluster.findings import Finding, findings
from mcts_compose.cluster.joining import JoiningError
from mcts_compose.cluster.node_facts import MARKER, NodeFacts
from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings

ANSWER_S: Final = 120.0
"""How long nodes may take to answer: a process is started and numba imported. Untuned."""
SHORT_ID: Final = 6
HERE: Final = "this process"


@dataclass(frozen=True)
class Diagnosis:
    """What was found.

    Attributes:
      nodes: facts of every node that answered.
      findings: what is not as it should be.
    """

    nodes: Sequence[NodeFacts]
    findings: Sequence[Finding]


def diagnose(address: str | None, answer_s: float = ANSWER_S) -> Diagnosis:
    """Joins or starts a cluster, asks its nodes and leaves it as it was.

    Args:
      address: of the cluster; None starts one here and ends it.
      answer_s: how long nodes may take to answer.

    Raises:
      InputError: ray is not installed, or cannot be started here.
    """
    with RaySession(Settings(ray_address=address)) as session:
        try:
            session.start()
        except JoiningError as error:
            return Diagnosis((), (Finding(error.topic, str(error)),))
        return _ask_all(answer_s)


def _ask_all(answer_s: float) -> Diagnosis:
    import ray

    run = f"{MARKER}{secrets.token_hex(4)}-"
    living = [node for node in ray.nodes() if node["Alive"]]
    named = {
        node["NodeID"]: f"{node['NodeManagerHostname']} ({node['NodeID'][:SHORT_ID]})" for node in living
    }
    marks = {node: f"{run}{node}" for node in named}
    with _visible_file() as seen:
        began = time.time()
        answers, silent = _ask(node_facts.look, {node: (marks[node], seen) for node in named}, answer_s)
        ended = time.time()
        try:
            driver = _driver_facts(run, seen)
            others, _ = _ask(node_facts.markers, {node: (run,) for node in answers}, answer_s)
        finally:
            _ask(node_facts.remove_marker, {node: (marks[node],) for node in answers}, answer_s)
    machines = {node: answer["machine"] for node, answer in answers.items()}
    of_mark = {mark: node for node, mark in marks.items()}
    nodes = []
    for node in living:
        name = node["NodeID"]
        if name not in answers:
            continue
        sharers = [of_mark[mark] for mark in others.get(name, ()) if mark in of_mark]
        here = machines[name]
        facts = dict(answers[name])
        clock = facts.pop("clock")
        nodes.append(
            NodeFacts(
                **facts,
                node=named[name],
                cache_sharers=[named[other] for other in sharers if machines.get(other, here) != here],
                num_cpus=int(node["Resources"].get("CPU", 0)),
                store=int(node["Resources"].get("object_store_memory", 0)),
                clock_ahead=min(clock - began, 0.0) + max(clock - ended, 0.0),
            )
        )
    silences = [
        Finding("nodes", f"{named[node]} does not answer: {why}; look into ray's logs there, or remove it")
        for node, why in silent.items()
    ]
    return Diagnosis(nodes, [*silences, *findings(driver, nodes)])


def _driver_facts(run: str, seen: str) -> NodeFacts:
    mark = f"{run}driver"
    try:
        facts = node_facts.look(mark, seen)
    finally:
        node_facts.remove_marker(mark)
    facts.pop("clock")
    return NodeFacts(**facts, node=HERE)


def _ask(
    question: Callable[..., Any], arguments: Mapping[str, tuple[Any, ...]], answer_s: float
) -> tuple[dict[str, Any], dict[str, str]]:
    """Asks nodes side by side; returns the answers by node, and why others gave none.

    The question goes there by value, since a node may lack this package or have another one.
    """
    import ray
    from ray.cloudpickle import register_pickle_by_value, unregister_pickle_by_value
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    register_pickle_by_value(node_facts)
    try:
        task = ray.remote(num_cpus=0, max_retries=0)(question)
        calls = {
            task.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(
                *given
            ): node
            for node, given in arguments.items()
        }
    finally:
        unregister_pickle_by_value(node_facts)
    done, late = ray.wait(list(calls), num_returns=len(calls), timeout=answer_s) if calls else ([], [])
    answers: dict[str, Any] = {}
    silent = {calls[call]: f"nothing came in {answer_s:g} s" for call in late}
    for call in late:
        with suppress(Exception):
            ray.cancel(call, force=True)
    for call in done:
        try:
            answers[calls[call]] = ray.get(call)
        except Exception as error:
            silent[calls[call]] = cause_of(error)
    return answers, silent


@contextmanager
def _visible_file() -> Iterator[str]:
    """Has a file in this directory that nodes may see; where none can be made, the directory itself."""
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{MARKER}", dir=Path.cwd()) as file:
            yield file.name
    except OSError:
        yield str(Path.cwd())
