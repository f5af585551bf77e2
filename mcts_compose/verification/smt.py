"""Decides whether terms are equal on all inputs, by a proof of the solver z3, or a counterexample."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Final, Literal, NamedTuple

from mcts_compose.verification.terms import TRUTH, Term, in_order

MISSING = 'proofs need z3; install it with: pip install "mcts-compose[smt]"'


_PATIENCE: Final = 0.1
"""Seconds until a signal is seen at the latest; untuned."""


class Proof(NamedTuple):
    """What the solver said.

    Attributes:
      verdict: `equal`, `different`, or `unknown` when the time was over first.
      inputs: words on which the terms differ, when they do.
    """

    verdict: Literal["equal", "different", "unknown"]
    inputs: tuple[int, ...] | None = None


def is_available() -> bool:
    """Says whether z3 is installed."""
    return importlib.util.find_spec("z3") is not None


def milliseconds(seconds: float) -> int:
    """Returns a time limit as z3 takes it; 0 would be none."""
    return max(1, int(seconds * 1000))


def check(solver: Any, seconds: float) -> Any:
    """Returns what a solver of z3 says, `unknown` when the time is over first.

    Raises:
      KeyboardInterrupt: the user stopped it.
    """
    # By itself z3 takes Ctrl-C for the end of this one question, and says no more than if the time were over.
    solver.set("timeout", milliseconds(seconds), "ctrl_c", False)
    with ThreadPoolExecutor(1) as pool:  # while z3 runs in the main thread, Python sees no signal
        verdict = pool.submit(solver.check)
        try:
            while not verdict.done():  # a signal may reach another thread, and not end a wait of this one
                wait([verdict], _PATIENCE)
        except BaseException:
            while not verdict.done():
                solver.ctx.interrupt()
                solver.interrupt()
                wait([verdict], _PATIENCE)
            raise
        return verdict.result()


def prove_equal(ours: Sequence[Term], theirs: Sequence[Term], widths: Sequence[int], seconds: float) -> Proof:
    """Compares two lists of words on all inputs.

    Args:
      ours: one term per output.
      theirs: as many, of the same widths.
      widths: bits of each argument.
      seconds: when to give up.

    Raises:
      KeyboardInterrupt: the user stopped it.
    """
    import z3  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra

    arguments = [z3.BitVec(f"x{index}", width) for index, width in enumerate(widths)]
    found = _translated([*ours, *theirs], arguments, z3)
    pairs = zip(found[: len(ours)], found[len(ours) :], strict=True)
    solver = z3.SolverFor("QF_BV")
    solver.add(z3.Or([one != other for one, other in pairs]))
    verdict = check(solver, seconds)
    if verdict == z3.unsat:
        return Proof("equal")
    if verdict == z3.unknown:
        return Proof("unknown")
    model = solver.model()
    return Proof("different", tuple(model.eval(word, model_completion=True).as_long() for word in arguments))


def _translated(terms: Sequence[Term], arguments: Sequence[Any], z3: Any) -> list[Any]:
    found: dict[int, Any] = {}
    for term in in_order(terms):
        given = [found[id(operand)] for operand in term.operands]
        found[id(term)] = _one(term, given, arguments, z3)
    return [found[id(term)] for term in terms]


def _one(term: Term, given: list[Any], arguments: Sequence[Any], z3: Any) -> Any:
    """Returns the solver's term for one node, whose operands are translated."""
    if term.operator == "input":
        return arguments[term.number]
    if term.operator == "value":
        return z3.BoolVal(bool(term.number)) if term.width == TRUTH else z3.BitVecVal(term.number, term.width)
    if term.operator == "extract":
        return z3.Extract(term.number + term.width - 1, term.number, given[0])
    if term.operator in ("zero_extend", "sign_extend"):
        extend = z3.ZeroExt if term.operator == "zero_extend" else z3.SignExt
        return extend(term.width - term.operands[0].width, given[0])
    named = {
        "bvudiv": z3.UDiv, "bvurem": z3.URem, "bvsrem": z3.SRem, "bvlshr": z3.LShR, "bvult": z3.ULT,
        "bvule": z3.ULE, "not": z3.Not, "and": z3.And, "or": z3.Or, "xor": z3.Xor, "ite": z3.If,
        "concat": z3.Concat,
    }  # fmt: skip
    return (named | _INFIX)[term.operator](*given)


_INFIX: dict[str, Any] = {
    "bvnot": lambda x: ~x,
    "bvneg": lambda x: -x,
    "bvand": lambda x, y: x & y,
    "bvor": lambda x, y: x | y,
    "bvxor": lambda x, y: x ^ y,
    "bvadd": lambda x, y: x + y,
    "bvsub": lambda x, y: x - y,
    "bvmul": lambda x, y: x * y,
    "bvsdiv": lambda x, y: x / y,
    "bvshl": lambda x, y: x << y,
    "bvashr": lambda x, y: x >> y,
    "bvslt": lambda x, y: x < y,
    "bvsle": lambda x, y: x <= y,
    "=": lambda x, y: x == y,
}
"""On words the solver's own operators are the signed ones."""
