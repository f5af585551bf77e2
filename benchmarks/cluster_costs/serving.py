"""Measures prior servers: what a question costs without a model, and what a model does with batches."""

from __future__ import annotations

import os
import pickle
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.cluster_costs.figures import Figure, figure
from benchmarks.cluster_costs.made_up_model import num_parameters, write_model
from benchmarks.cluster_costs.samples import hard_task, rank_requests
from benchmarks.model_share import SleepingModel, measure
from mcts_compose.cluster.questions import Question, request_keys
from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from priors.base import RankRequest

LARGEST: Final = 32
"""Nodes in one question of a search, at most."""
BATCHES: Final = (1, 2, 4, 8, 16, 32, 64)
QUESTIONS: Final = 100
"""Questions that are asked for one value."""
DIFFERENT: Final = 8
"""How many of them are different."""
ANSWERS_S: Final = (0.05, 0.5, 2.0)
"""What made-up models take for a batch."""
SEARCH_S: Final = 6.0


def server(repeat: int) -> list[Figure]:
    """Returns what questions cost that need no work: a prior is served that answers at once."""
    from mcts_compose.cluster.prior_servers import start_servers

    requests = rank_requests(LARGEST * DIFFERENT)
    questions = [requests[at : at + LARGEST] for at in range(0, len(requests), LARGEST)]
    figures = [
        figure(f"a question about {LARGEST} nodes, pickled", "bytes", [_bytes(each) for each in questions]),
        figure("a question about 1 node, pickled", "bytes", [_bytes([each]) for each in requests[:40]]),
    ]
    with RaySession(Settings(workers=1)) as session:
        session.start()
        servers = start_servers("uniform", {})
        try:
            (status,) = servers.look().statuses
            assert status is not None  # it was there a moment ago
            prior = servers.prior_for(0)
            prior.rank_arms(questions[0])
            for size in (1, LARGEST):
                walls, own, theirs = [], [], []
                for _ in range(repeat):
                    wall, cpu, of_server = time.perf_counter(), time.process_time(), _cpu_of(status.pid)
                    for number in range(QUESTIONS):
                        prior.rank_arms(questions[number % len(questions)][:size])
                    walls.append((time.perf_counter() - wall) / QUESTIONS * 1e3)
                    own.append((time.process_time() - cpu) / QUESTIONS * 1e3)
                    theirs.append((_cpu_of(status.pid) - of_server) / QUESTIONS * 1e3)
                what = f"{size} node{'s' * (size > 1)}"
                figures += [
                    figure(f"round trip to a prior server, {what}", "ms", walls),
                    figure(f"the same, CPU of the search, {what}", "ms", own),
                    figure(f"the same, CPU of the server, {what}", "ms", theirs),
                ]
        finally:
            servers.close()
    return figures


def _bytes(requests: Sequence[RankRequest]) -> int:
    keys = request_keys("ranks", requests)
    return len(pickle.dumps(Question("ranks", tuple(requests), keys, "0" * 32, True), protocol=5))


def _cpu_of(pid: int) -> float:
    """Returns the CPU time that a process has taken, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def model(repeat: int) -> list[Figure]:
    """Returns what a made-up model on one core does with batches of nodes of one search, none asked twice."""
    from priors.causal_lm.prior import CausalLMPrior

    repeat = min(repeat, 3)
    requests = iter(rank_requests((sum(BATCHES) + 1) * repeat))
    figures = [figure("parameters of the made-up model", "", [num_parameters()])]
    with tempfile.TemporaryDirectory() as directory:
        arguments = {
            "pretrained": str(write_model(Path(directory))), "threads": "1", "device": "cpu",
            "batch_size": str(BATCHES[-1]),
        }  # fmt: skip
        prior = CausalLMPrior.from_arguments(arguments)
        for _ in range(repeat):
            prior.rank_arms([next(requests)])  # keeps what the nodes of a task have in common
        tokens, reused = [], []
        for size in BATCHES:
            rates = []
            for _ in range(repeat):
                batch = [next(requests) for _ in range(size)]
                before, began = prior.usage, time.process_time()  # with one thread as long as on a free core
                prior.rank_arms(batch)
                seconds, used = time.process_time() - began, prior.usage.since(before)
                rates.append(size / seconds)
                tokens.append(used.tokens / size)
                reused.append(used.reused_tokens / size)
            figures += [
                figure(f"nodes a second, {size} in a batch", "1/s", rates),
                figure(f"batches a second, {size} in a batch", "1/s", [rate / size for rate in rates]),
            ]
    rate = statistics.median(figures[-2].values)
    return [
        *figures,
        figure("tokens that a node takes", "", tokens),
        figure("tokens of a node that were kept", "", reused),
        figure("tokens a second, largest batches", "1/s", [rate * statistics.median(tokens[-repeat:])]),
    ]


def demand(repeat: int) -> list[Figure]:
    """Returns how many nodes a search asks about in a second, where a model's batch takes so long."""
    task, figures = hard_task(), []
    measure(task, SleepingModel(0.0), 1.0)  # loads what is not loaded yet
    for seconds in ANSWERS_S:
        results = [
            measure(task, SleepingModel(seconds), max(SEARCH_S, 6 * seconds)).result for _ in range(repeat)
        ]
        figures += [
            figure(
                f"nodes that a search asks about in a second, answers of {seconds:g} s", "1/s",
                [result.model_calls / result.seconds for result in results],
            ),
            figure(
                f"nodes in a question, answers of {seconds:g} s", "",
                [result.model_calls / max(1, result.model_passes) for result in results],
            ),
        ]  # fmt: skip
    return figures
