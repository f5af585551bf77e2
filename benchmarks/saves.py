"""`python -m benchmarks.saves`: what saving a long search costs, and whether it survives being killed.

Cost: the same search with saves and without, which take turns of a few seconds (saves_in_turn.py); what they
differ by stands beside what the saver itself counts. On one core (`taskset -c 0`) writing takes the search's
own time; else it needs an idle core beside the search's. It takes twice --seconds and twice --fast-seconds.

Kills: a search of minutes runs to its end in one process, and beside it in processes that are killed at
random moments and go on from the last save. Both must end alike.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.saves_in_turn import EndedError, SavesInTurn, compare_in_turn
from mcts_compose.saves import saver as saving
from mcts_compose.saves.saver import Saver, Saves

SLOW = {
    "id": "slow",
    "name": "slow",
    "types": {"inputs": ["list[int]", "list[int]"], "output": "list[int]"},
    "inputs": [
        [[3, 1, 2, 8], [4, 4, 1, 0]], [[5, 4, 1, 9, 9], [2, 8, 2, 1, 7]], [[0, 7, -2], [5, -5, 1]],
    ],
    "outputs": [[2, 2, 4, 4], [5, 2, 2, 5, 8], [0, 0, 5]],
    "skills": ["max", "min", "reverse", "sort", "tail", "init"],
}  # fmt: skip
"""A task whose few skills give few contents, which fit into memory for minutes; what it finds is dear."""
FAST = "deepcoder-v1#t7-010"
"""A task whose contents fill the memory in about a minute."""


class CountedSaver(Saver):
    """Notes how long the search took to go on."""

    began: float
    resume_seconds: float | None = None

    def keep(self, seconds: float, state: Any) -> None:
        """Saves as `Saver` does."""
        if self.resume_seconds is None:
            self.resume_seconds = time.perf_counter() - self.began
        super().keep(seconds, state)


@dataclass(frozen=True)
class CountedSaves(Saves):
    """Keeps the savers that it makes, of which there is one."""

    made: list[CountedSaver] = field(default_factory=list)

    def saver(self, name: str, identity: Any) -> Saver:
        """Returns what saves the search."""
        made = CountedSaver(self.directory / f"{name}.save", self.every, identity, self.tell)
        made.began = time.perf_counter()
        self.made.append(made)
        return made


def search_here(arguments: argparse.Namespace) -> dict[str, Any]:
    """Runs the search in this process and returns what is compared and what was measured."""
    from mcts_compose.budget import Budget
    from mcts_compose.solving import solve
    from mcts_compose.task import Task
    from mcts_compose.task_sources import find_task

    saving.SHARE = arguments.share
    task = find_task(arguments.task).task
    assert isinstance(task, Task)
    saves: CountedSaves | SavesInTurn | None = None
    if arguments.turns is not None:
        saves = SavesInTurn(arguments.directory, arguments.every, does_save=arguments.turns == "saving")
    elif arguments.directory is not None:
        saves = CountedSaves(arguments.directory, arguments.every)
    began_wall, began_cpu = 0.0, 0.0

    def begin() -> None:
        nonlocal began_wall, began_cpu
        began_wall, began_cpu = time.perf_counter(), time.process_time()

    budget = Budget(executions=arguments.executions, memory_mb=arguments.memory_mb)
    result = solve(
        task, search=arguments.search, prior=arguments.prior, budget=budget, saves=saves, on_start=begin
    )
    found: dict[str, Any] = {
        "same": [
            result.program_text, result.tree_hash, result.simulations, result.executions, result.stopped,
        ],
        "wall": time.perf_counter() - began_wall,
        "cpu": time.process_time() - began_cpu,
        "seconds": result.seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip
    if isinstance(saves, CountedSaves):
        (saver,) = saves.made
        found |= {
            "saves": saver.num_saves, "cost": saver.cost, "size_mb": saver.size / 2**20,
            "written_mb": saver.num_bytes / 2**20, "writer": saver.writer_seconds,
            "resume": saver.resume_seconds,
        }  # fmt: skip
    return found


def start(
    arguments: argparse.Namespace,
    task: str,
    executions: int,
    directory: Path | None,
    share: float = saving.SHARE,
    turns: str | None = None,
) -> subprocess.Popen[str]:
    """Starts the search in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.saves", "--here"]
    command += ["--task", task, "--executions", str(executions), "--share", str(share)]
    for name in ("search", "prior", "memory_mb", "every"):
        command += [f"--{name.replace('_', '-')}", str(getattr(arguments, name))]
    if directory is not None:
        command += ["--directory", str(directory)]
    if turns is not None:
        command += ["--turns", turns]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Returns what a search says at its end."""
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the search ended with status {process.returncode}")
    found: dict[str, Any] = json.loads(said)
    return found


def compare(arguments: argparse.Namespace, task: str, seconds: float) -> bool:
    """Lets two searches of a task take turns, and says whether they were alike."""
    with tempfile.TemporaryDirectory(dir=".") as directory:

        def begin(does_save: bool) -> subprocess.Popen[str]:
            where = Path(directory) / str(does_save)
            turns = "saving" if does_save else "plain"
            return start(arguments, task, arguments.executions, where, arguments.share, turns)

        return compare_in_turn(begin, seconds)


def killed(arguments: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Kills the search again and again, and lets it go on each time; returns its end."""
    rng = random.Random(arguments.kills)
    for number in range(arguments.kills):
        # It saves as often as it may, since another search takes the core that saving would need.
        process = start(arguments, arguments.task, arguments.executions, directory, share=1.0)
        time.sleep(rng.uniform(0.1, 1.9) * arguments.kill_every)
        if process.poll() is not None:
            raise SystemExit(f"it ended before kill {number + 1}; give more --executions or fewer --kills")
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = sum(file.stat().st_size for file in directory.iterdir()) / 2**20
        has_save = bool(list(directory.glob("*.save")))
        kept = "a save" if has_save else "no save yet"
        print(f"kill {number + 1}: {held:,.0f} MiB on disk, {kept}", flush=True)
    return ended(start(arguments, arguments.task, arguments.executions, directory))


def kill_again_and_again(arguments: argparse.Namespace) -> bool:
    """Runs the long search with kills and without, and says whether it ended alike."""
    whole = start(arguments, arguments.task, arguments.executions, None)
    try:
        with tempfile.TemporaryDirectory(dir=".") as directory:
            last = killed(arguments, Path(directory))
        plain = ended(whole)
    finally:
        whole.kill()
    print(
        f"without kills {plain['seconds']:.0f} s; with them {last['seconds']:.0f} s that count; the last "
        f"process went on within {last['resume']:.1f} s"
    )
    if plain["same"] != last["same"]:
        print(f"DIFFERENT: {plain} {last}")
        return False
    print(f"both ended alike: {plain['same'][0]}, {plain['same'][4]}, {plain['same'][3]:,} candidates")
    return True


def main() -> None:
    """Reads the command line and prints the figures."""
    parser = argparse.ArgumentParser(description="What saving a long search costs, and what a kill loses.")
    parser.add_argument("--task", help="A task file, FILE#ID or SUITE#ID.  [default: SLOW]")
    parser.add_argument("--search", default="mcts")
    parser.add_argument("--prior", default="frequency")
    parser.add_argument("--executions", type=int, default=1_000_000_000, help="Of the search that is killed.")
    parser.add_argument("--memory-mb", type=int, default=6000)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--kill-every", type=float, default=25.0, help="Mean seconds between two kills.")
    parser.add_argument("--seconds", type=float, default=300.0, help="Of each of two searches.")
    parser.add_argument("--fast-seconds", type=float, default=60.0, help="Where memory fills fast.")
    parser.add_argument("--share", type=float, default=saving.SHARE, help="Most that saving may cost.")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--turns", choices=["saving", "plain"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        with suppress(EndedError):
            found = search_here(arguments)
            end = [found["same"][3], found["same"][1]]
            print(json.dumps(end if arguments.turns else found))
        return
    with tempfile.TemporaryDirectory(dir=".") as directory:
        if arguments.task is None:
            arguments.task = str(Path(directory) / "slow.json")
            Path(arguments.task).write_text(json.dumps(SLOW), encoding="utf-8")
        are_alike = []
        if arguments.seconds:
            print("a task that fills memory slowly", flush=True)
            are_alike.append(compare(arguments, arguments.task, arguments.seconds))
        if arguments.fast_seconds:
            print("a task that fills memory fast", flush=True)
            are_alike.append(compare(arguments, FAST, arguments.fast_seconds))
        if arguments.kills:
            are_alike.append(kill_again_and_again(arguments))
    raise SystemExit(not all(are_alike))


if __name__ == "__main__":
    main()
