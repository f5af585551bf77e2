"""Decides how a solver runs in a process of its own, which is killed when its time is over.

Solvers with limits of their own do not always keep them, and some hold the interpreter's lock while they
work. The other side is `answering`: it says that it is ready, gets one question and gives one answer. Its
memory is bounded by the system, as address space.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from benchmarks.peers.errors import PeerError

READY: Final = "ready"
START_SECONDS: Final = 60
"""How long a process may take to be ready; untuned."""
GRACE_SECONDS: Final = 5.0
"""How much longer than its limit a process lives when nobody is left to kill it; untuned."""
DEFAULT_MEMORY_MB: Final = 6000
"""What a process may take, as much as one of our searches."""
MEMORY_WORDS: Final = ("MemoryError", "bad_alloc", "out of memory")
"""What a process says, or its libraries, that gets no more memory."""


class Reply(NamedTuple):
    """What a process gave.

    Attributes:
      text: its answer; None without one.
      seconds: wall time from the question to the answer or the end.
      stopped: what used up its budget without an answer, `seconds` or `memory`; empty with an answer.
    """

    text: str | None
    seconds: float
    stopped: str = ""


def ask(module: str, question: str, seconds: float, memory_mb: int = DEFAULT_MEMORY_MB) -> Reply:
    """Starts a module as a process of this interpreter, and asks it one question.

    Args:
      module: its name; run as a command, it calls `answering`.
      question: what it is asked.
      seconds: wall time after which it is killed, counted from when it is ready.
      memory_mb: address space that it may have, in units of 2**20 bytes.

    Raises:
      PeerError: it ended without an answer, or says that it has failed.
    """
    command = [sys.executable, "-m", module, str(seconds), str(memory_mb)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, text=True, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline().strip()
            start = time.perf_counter()
            try:
                output, errors = process.communicate(question if first == READY else "", timeout=seconds)
            except subprocess.TimeoutExpired:
                return Reply(None, time.perf_counter() - start, "seconds")
            took = time.perf_counter() - start
            try:
                return Reply(_answer(output if first == READY else first, errors, module), took)
            except PeerError as error:
                if any(words in str(error) for words in MEMORY_WORDS):
                    return Reply(None, took, "memory")
                raise
        finally:
            process.kill()


def _answer(output: str, errors: str, module: str) -> str:
    """Returns the answer that a process wrote before it ended."""
    try:
        answer: dict[str, str] = json.loads(output)
    except ValueError:
        last = (errors.strip().splitlines() or ["it said nothing"])[-1]
        raise PeerError(f"{module} ended without an answer: {last}") from None
    if "error" in answer:
        raise PeerError(answer["error"])
    return answer["answer"]


def answering(load: Callable[[], Callable[[str], str]]) -> None:
    """Is the other side of `ask`: reads a question from standard input, and writes the answer.

    Args:
      load: imports what is needed, which counts as no time, and returns what answers. An exception of either
        is said to be a failure.
    """
    # Should the asking process be gone, nobody else ends this one; a solver may block handlers in Python.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, START_SECONDS)
    try:
        most = int(sys.argv[2]) * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        answer = load()
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]) + GRACE_SECONDS)
        print(READY, flush=True)
        said = {"answer": answer(sys.stdin.read())}
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), flush=True)
