"""Decides how cvc5 solves a task: syntax-guided synthesis, one thread, in a process of its own.

Its answer is a term. To a task of words it becomes a program of the task's set, in which only operators and
constants of the task may be; to a task of texts and numbers it stays a term.

Source: Reynolds, Barbosa, Nötzli, Barrett and Tinelli, cvc4sy: Smart and Fast Term Enumeration for
Syntax-Guided Synthesis, CAV 2019.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Mapping

from benchmarks.peers.components import GRAMMARS, components_of, word_memory
from benchmarks.peers.cvc5_process import OPTIONS
from benchmarks.peers.errors import PeerError
from benchmarks.peers.own_process import ask
from benchmarks.peers.peer import PeerAnswer, PeerProgram
from benchmarks.peers.scalar_terms import ScalarTermError
from benchmarks.peers.sygus import ANSWER, SPECS, parameters, problem_text
from benchmarks.peers.sygus_scalars import check_scalars, scalar_answer, scalar_problem
from benchmarks.peers.word_answers import program_of_words
from mcts_compose.errors import InputError, UnsupportedError, shown
from mcts_compose.task import Task
from vm.assembly.program import AssemblyProgram

MISSING = 'cvc5 is not installed; install it with: pip install "mcts-compose[peers]"'
INFEASIBLE = "infeasible"
"""What cvc5 prints when it claims that the grammar has no answer; `fail` claims nothing."""


class Cvc5:
    """The solver cvc5 as a peer.

    Raises:
      InputError: it is not installed, or there is no such specification or grammar.
    """

    name = "cvc5"

    def __init__(self, spec: str, grammar: str = "task") -> None:
        if spec not in SPECS:
            raise InputError(f"--spec is {shown(spec)}, but should be {' or '.join(SPECS)}")
        if grammar not in GRAMMARS:
            raise InputError(f"--grammar is {shown(grammar)}, but should be {' or '.join(GRAMMARS)}")
        if importlib.util.find_spec("cvc5") is None:
            raise InputError(MISSING)
        self.spec = spec
        self.grammar = grammar
        version = importlib.metadata.version("cvc5")
        self.settings: Mapping[str, str] = {"spec": spec, "grammar": grammar, "version": version, **OPTIONS}

    def check(self, task: Task) -> None:
        """Checks that a task is one of words, or of texts, numbers and truth values; see `Peer`."""
        if task.memory is not None:
            components_of(task, self.grammar)
            if self.spec == "reference" and task.reference is None:
                raise UnsupportedError(f"task {task.id} has no reference, so it can be put by examples only")
            return
        if self.spec != "examples" or self.grammar != "task":
            raise UnsupportedError(
                f"task {task.id}: array tasks can be put by examples and their own grammar only"
            )
        check_scalars(task)

    def answer(self, task: Task, seconds: float, memory_mb: int) -> PeerAnswer:
        """Returns what cvc5 says; see `Peer`."""
        is_scalar = task.memory is None
        problem = scalar_problem(task) if is_scalar else problem_text(task, self.spec, self.grammar)
        reply = ask("benchmarks.peers.cvc5_process", problem, seconds, memory_mb)
        if reply.text is None:
            return PeerAnswer(None, f"budget:{reply.stopped}", reply.seconds)
        if reply.text.strip() == INFEASIBLE:
            return PeerAnswer(None, "exhausted", reply.seconds)
        return PeerAnswer(self._program(task, reply.text), "solved", reply.seconds)

    def _program(self, task: Task, printed: str) -> PeerProgram:
        if task.memory is not None:
            return program_of_answer(task, printed)
        try:
            return scalar_answer(task, printed)
        except ScalarTermError as error:
            raise PeerError(f"cvc5: {error}") from None


def program_of_answer(task: Task, printed: str) -> AssemblyProgram:
    """Returns the program that cvc5's answer says.

    Raises:
      PeerError: it is no answer, or one outside the task's grammar.
    """
    memory = word_memory(task)
    text = " ".join(printed.split())
    head = f"( (define-fun {ANSWER} ({parameters(task)}) (_ BitVec {memory.width}) "
    tail = ") )"
    if not (text.startswith(head) and text.endswith(tail)):
        raise PeerError(f"cvc5 gave no function: {text[:200]}")
    return program_of_words(task, text[len(head) : -len(tail)], "cvc5")
