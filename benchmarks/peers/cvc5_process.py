"""Runs cvc5 on one SyGuS problem, in a process of its own; see `own_process`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benchmarks.peers.own_process import answering

OPTIONS: Final = {"sygus": "true", "sygus-enum": "fast"}
"""The fast enumerator. With `ite` in the grammar another one is the default, which is far slower here: on 32
bits with the full table x & (x - 1) is found in 0.2 s, by default not in 10 s; of every third task of
sygus_strings 16 of 32 are answered within 4 s, by default 8."""


def load() -> Callable[[str], str]:
    """Returns what answers a problem: from its text to all that cvc5 prints."""
    import cvc5  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra

    def answer(problem: str) -> str:
        manager = cvc5.TermManager()
        solver = cvc5.Solver(manager)
        for name, value in OPTIONS.items():
            solver.setOption(name, value)
        symbols = cvc5.SymbolManager(manager)
        parser = cvc5.InputParser(solver, symbols)
        parser.setStringInput(cvc5.InputLanguage.SYGUS_2_1, problem, "problem")
        printed = []
        while not (command := parser.nextCommand()).isNull():
            printed.append(str(command.invoke(solver, symbols)))
        return "".join(printed)

    return answer


if __name__ == "__main__":
    answering(load)
