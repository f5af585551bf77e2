"""`python -m benchmarks.saves`: what saving a long search costs, and whether it survives being killed.

One search runs three times, each time in processes of their own: without saves; with saves; and with saves,
killed at random moments. All must end alike. Times of one run stand beside each other: CPU time of the
process that searches, and what saving cost by the saver's own count.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcts_compose.saves import saver as saving
from mcts_compose.saves.saver import Saver, Saves

NOISE = {
    "id": "noise",
    "name": "noise",
    "types": {"inputs": ["list[int]", "list[int]"], "output": "list[int]"},
    "inputs": [
        [[3, 1, 2, 8], [4, 4, 1, 0]], [[5, 4, 1, 9, 9], [2, 8, 2, 1, 7]], [[0, 7, -2], [5, -5, 1]],
    ],
    "outputs": [[17, 3], [1, 1, 40], [6, -6, 6, 2]],
    "skills": ["max", "min", "reverse", "sort", "tail", "init"],
}  # fmt: skip
"""A task without a solution; its few skills give few contents, which fit into memory for minutes."""


class CountedSaver(Saver):
    """Notes how far a search is, so that it can be killed on the way, and how long it took to go on."""

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
    saves = None
    if arguments.directory is not None:
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
            result.program_text,
            result.tree_hash,
            result.simulations,
            result.executions,
            result.stopped,
        ],
        "wall": time.perf_counter() - began_wall,
        "cpu": time.process_time() - began_cpu,
        "seconds": result.seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if saves is not None:
        (saver,) = saves.made
        found |= {
            "saves": saver.num_saves, "cost": saver.cost, "size_mb": saver.size / 2**20,
            "child_cpu": saver.child_seconds, "resume": saver.resume_seconds,
        }  # fmt: skip
    return found


def start(arguments: argparse.Namespace, directory: Path | None) -> subprocess.Popen[str]:
    """Starts the search in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.saves", "--here"]
    for name in ("task", "search", "prior", "executions", "memory_mb", "every", "share"):
        command += [f"--{name.replace('_', '-')}", str(getattr(arguments, name))]
    if directory is not None:
        command += ["--directory", str(directory)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Returns what a search says at its end."""
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the search ended with status {process.returncode}")
    found: dict[str, Any] = json.loads(said)
    return found


def killed(arguments: argparse.Namespace, directory: Path, duration: float) -> dict[str, Any]:
    """Kills the search at random moments of its length and lets it go on each time; returns its end."""
    rng = random.Random(arguments.kills)
    # One moment in each stretch between two kills, so that all of them hit a search that still runs.
    for number in range(arguments.kills):
        process = start(arguments, directory)
        time.sleep(rng.uniform(0.2, 1.0) * duration / arguments.kills * 1.5)
        if process.poll() is not None:
            print(f"it ended before kill {number + 1}")
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = [file.stat().st_size / 2**20 for file in directory.glob("*.save")]
        print(f"kill {number + 1}: save of {held[0]:,.0f} MiB" if held else f"kill {number + 1}: no save yet")
    return ended(start(arguments, directory))


def main() -> None:
    """Reads the command line and prints the three runs."""
    parser = argparse.ArgumentParser(description="What saving a long search costs, and what a kill loses.")
    parser.add_argument("--task", help="A task file, FILE#ID or SUITE#ID.  [default: NOISE]")
    parser.add_argument("--search", default="mcts")
    parser.add_argument("--prior", default="frequency")
    parser.add_argument("--executions", type=int, default=600_000_000)
    parser.add_argument("--memory-mb", type=int, default=6000)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--share", type=float, default=saving.SHARE, help="Most that saving may cost.")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(search_here(arguments)))
        return
    with tempfile.TemporaryDirectory(dir=".") as directory:
        if arguments.task is None:
            arguments.task = str(Path(directory) / "noise.json")
            Path(arguments.task).write_text(json.dumps(NOISE), encoding="utf-8")
        compare(arguments)


def compare(arguments: argparse.Namespace) -> None:
    """Runs the search in the three ways, and says whether it ended alike."""
    plain = ended(start(arguments, None))
    print(f"without saves: {plain['cpu']:.1f} s CPU, {plain['wall']:.1f} s, {plain['peak_mb']:,.0f} MiB")
    with tempfile.TemporaryDirectory(dir=".") as directory:
        saved = ended(start(arguments, Path(directory)))
        print(
            f"with saves: {saved['cpu']:.1f} s CPU, {saved['wall']:.1f} s, {saved['peak_mb']:,.0f} MiB; "
            f"{saved['saves']} saves, the last of {saved['size_mb']:,.0f} MiB; saving cost "
            f"{saved['cost']:.2f} s, {saved['cost'] / saved['seconds']:.2%}, and {saved['child_cpu']:.2f} s "
            "of other processes"
        )
    with tempfile.TemporaryDirectory(dir=".") as directory:
        last = killed(arguments, Path(directory), saved["wall"])
        print(f"after the last kill it went on within {last['resume']:.1f} s")
    alike = plain["same"] == saved["same"] == last["same"]
    print("all three ended alike" if alike else f"DIFFERENT: {plain} {saved} {last}")
    raise SystemExit(0 if alike else 1)


if __name__ == "__main__":
    main()
