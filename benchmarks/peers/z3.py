"""Decides how z3 solves a task of words: component-based synthesis, one thread, in a process of its own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from collections.abc import Mapping

from benchmarks.peers.components import GRAMMARS, components_of, constants_of, word_memory
from benchmarks.peers.own_process import ask
from benchmarks.peers.peer import PeerAnswer
from benchmarks.peers.smtlib import term_text
from benchmarks.peers.sygus import SPECS, argument_names
from benchmarks.peers.word_answers import program_of_words
from benchmarks.peers.z3_process import Question
from mcts_compose.errors import InputError, UnsupportedError, shown
from mcts_compose.task import Task
from mcts_compose.verification.references import reference_terms

MISSING = 'z3 is not installed; install it with: pip install "mcts-compose[peers]"'


class Z3:
    """The solver z3 as a peer.

    Raises:
      InputError: it is not installed, or there is no such specification or grammar.
    """

    name = "z3"

    def __init__(self, spec: str, grammar: str = "task") -> None:
        if spec not in SPECS:
            raise InputError(f"--spec is {shown(spec)}, but should be {' or '.join(SPECS)}")
        if grammar not in GRAMMARS:
            raise InputError(f"--grammar is {shown(grammar)}, but should be {' or '.join(GRAMMARS)}")
        if importlib.util.find_spec("z3") is None:
            raise InputError(MISSING)
        self.spec = spec
        self.grammar = grammar
        version = importlib.metadata.version("z3-solver")
        self.settings: Mapping[str, str] = {"spec": spec, "grammar": grammar, "version": version}

    def check(self, task: Task) -> None:
        """Checks that a task is one of words; see `Peer`."""
        components_of(task, self.grammar)
        if self.spec == "reference" and task.reference is None:
            raise UnsupportedError(f"task {task.id} has no reference, so it can be put by examples only")

    def answer(self, task: Task, seconds: float, memory_mb: int) -> PeerAnswer:
        """Returns what z3 says; see `Peer`."""
        question = json.dumps(self.question(task)._asdict())
        reply = ask("benchmarks.peers.z3_process", question, seconds, memory_mb)
        if reply.text is None:
            return PeerAnswer(None, f"budget:{reply.stopped}", reply.seconds)
        return PeerAnswer(program_of_words(task, reply.text, "z3"), "solved", reply.seconds)

    def question(self, task: Task) -> Question:
        """Returns what the process is told: shown examples, and the reference if it was asked for."""
        width = word_memory(task).width
        terms = reference_terms(task) if self.spec == "reference" else None
        return Question(
            width=width,
            components=json.loads(json.dumps(components_of(task, self.grammar))),
            constants=list(constants_of(task, self.grammar)),
            inputs=[[_word(value, width) for value in row] for row in task.inputs],
            outputs=[_word(value, width) for value in task.outputs],
            reference="" if terms is None else term_text(terms[0], argument_names(task)),
        )


def _word(value: object, width: int) -> int:
    assert isinstance(value, int)
    return value & ((1 << width) - 1)
