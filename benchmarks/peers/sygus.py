"""Decides how a task of words is put to a solver that synthesises from a grammar: as text in SyGuS-IF.

The grammar has exactly the task's operators and constants, or is that of the ICFP contest. What is asked for
is said in one of two ways: the shown examples, or the task's reference, with which the answer must then agree
on all inputs. Held-out examples are in neither.

Comparisons give 1 or 0 in our sets, but truth values in SMT-LIB, so the grammar has a second kind of term for
them; `ite` takes one as its condition. Any condition that our `ite` takes can be said so, being a word that
differs from 0.

Source: Padhi, Polgreen, Raghothaman, Reynolds and Udupa, The SyGuS Language Standard, version 2.1.
"""

from __future__ import annotations

from typing import Final

from benchmarks.peers.components import ICFP, ICFP_CONSTANTS, Component, components_of, word_memory
from benchmarks.peers.smtlib import literal, term_text
from mcts_compose.errors import UnsupportedError
from mcts_compose.task import Task
from mcts_compose.task_memory import WordMemory
from mcts_compose.verification.references import reference_terms

SPECS: Final = ("examples", "reference")
ANSWER: Final = "answer"

_UNARY: Final = ("not", "neg")
_BINARY: Final = (
    "and", "or", "xor", "add", "sub", "mul", "udiv", "urem", "sdiv", "srem", "shl", "lshr", "ashr",
)  # fmt: skip
_TRUTHS: Final = {
    "ult": "bvult", "ule": "bvule", "slt": "bvslt", "sle": "bvsle", "eq": "=", "ne": "distinct",
}  # fmt: skip


def argument_names(task: Task) -> tuple[str, ...]:
    """Returns what the task's arguments are called in the problem: names that clash with no operator."""
    return tuple(f"x{index}" for index in range(len(task.input_types)))


def parameters(task: Task) -> str:
    """Returns the argument list of the function that is looked for."""
    assert task.memory is not None
    return " ".join(f"({name} (_ BitVec {task.memory.width}))" for name in argument_names(task))


def problem_text(task: Task, spec: str, grammar: str = "task") -> str:
    """Returns a task as a SyGuS problem.

    Args:
      task: a task of words whose memory grows.
      spec: one of `SPECS`, what an answer must agree with.
      grammar: one of `GRAMMARS`, what an answer is made of.

    Raises:
      UnsupportedError: it is another kind of task, or has no reference.
    """
    memory = word_memory(task)
    components_of(task, grammar)
    sort = f"(_ BitVec {memory.width})"
    constraints = _shown(task, memory.width) if spec == "examples" else _reference(task, sort)
    return "\n".join((
        "(set-logic BV)",
        f"(synth-fun {ANSWER} ({parameters(task)}) {sort}",
        *(_icfp_grammar if grammar == "icfp" else _grammar)(memory, argument_names(task)),
        ")",
        *constraints,
        "(check-synth)",
        "",
    ))  # fmt: skip


def _grammar(memory: WordMemory, names: tuple[str, ...]) -> list[str]:
    """Returns the grammar: `W` are words, `B` truth values; a rule that others cover is left out."""
    sort = f"(_ BitVec {memory.width})"
    zero, one = literal(0, memory.width), literal(1, memory.width)
    has = set(memory.instructions)
    has_bits = {0, 1} <= set(memory.constants)
    words = [*names, *(literal(constant, memory.width) for constant in memory.constants)]
    words += [f"(bv{name} W)" for name in _UNARY if name in has]
    words += [f"(bv{name} W W)" for name in _BINARY if name in has]
    truths = [f"({operator} W W)" for name, operator in _TRUTHS.items() if name in has]
    if truths and not ("ite" in has and has_bits):
        words.append(f"(ite B {one} {zero})")
    if "ite" in has:
        words.append("(ite B W W)")
        if not ("ne" in has and 0 in memory.constants):
            truths.append(f"(distinct W {zero})")
    if not truths:
        return [f"((W {sort}))", f"((W {sort} ({' '.join(words)})))"]
    return [f"((W {sort}) (B Bool))", f"((W {sort} ({' '.join(words)}))", f" (B Bool ({' '.join(truths)})))"]


def _icfp_grammar(memory: WordMemory, names: tuple[str, ...]) -> list[str]:
    """Returns the grammar of the contest, whose conditions are parts of the rules."""
    words = [*names, *(literal(constant, memory.width) for constant in ICFP_CONSTANTS)]
    words += [_rule(component, memory.width) for component in ICFP]
    sort = f"(_ BitVec {memory.width})"
    return [f"((W {sort}))", f"((W {sort} ({' '.join(words)})))"]


def _rule(component: Component, width: int) -> str:
    """Returns a component as a rule, its free operands being words."""
    name, operands = component
    texts = []
    for operand in operands:
        if operand is None:
            texts.append("W")
        else:
            texts.append(literal(operand, width) if isinstance(operand, int) else _rule(operand, width))
    return f"({_TRUTHS.get(name) or ('ite' if name == 'ite' else f'bv{name}')} {' '.join(texts)})"


def _shown(task: Task, width: int) -> list[str]:
    """Returns one constraint per shown example."""

    def word(value: object) -> str:
        assert isinstance(value, int)
        return literal(value % 2**width, width)

    return [
        f"(constraint (= ({ANSWER} {' '.join(map(word, arguments))}) {word(output)}))"
        for arguments, output in zip(task.inputs, task.outputs, strict=True)
    ]


def _reference(task: Task, sort: str) -> list[str]:
    """Returns the constraint that an answer is the reference, for all inputs."""
    terms = reference_terms(task)
    if terms is None:
        raise UnsupportedError(f"task {task.id} has no reference, so it can be put by examples only")
    names = argument_names(task)
    return [
        *(f"(declare-var {name} {sort})" for name in names),
        f"(constraint (= ({ANSWER} {' '.join(names)}) {term_text(terms[0], names)}))",
    ]
