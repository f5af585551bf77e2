"""Runs z3 on one task of words, in a process of its own; see `own_process`.

A program of n lines is a set of unknowns: for each line which component it is, and from where each of its
operands comes. They have to give the wanted words on some examples; a program that does not give them on
another one has that example added (counterexample-guided synthesis). If there is none of n lines, n + 1 are
tried, so the first one found is shortest in components.

Source: Gulwani, Jha, Tiwari and Venkatesan 2011, "Synthesis of Loop-Free Programs", section 5 (location
variables). Differs: there each component of a given library is used once; here a line chooses its component,
as often as it likes, since tasks give a set of instructions and no numbers of each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from benchmarks.peers.own_process import answering

LARGEST_PROGRAM: Final = 64
COMMUTATIVE: Final = frozenset({"add", "mul", "and", "or", "xor", "eq", "ne"})
TRUTHS: Final = {
    "ult": "bvult", "ule": "bvule", "slt": "bvslt", "sle": "bvsle", "eq": "=", "ne": "distinct",
}  # fmt: skip


class Question(NamedTuple):
    """A task as the process is told it.

    Attributes:
      width: bits of a word.
      components: mnemonics with their operands, as `components.Component`, tuples being lists.
      constants: words that may be operands.
      inputs: `inputs[k]` are the argument words of example k.
      outputs: the wanted words.
      reference: an SMT-LIB term over x0, x1, ... that is right on all inputs; empty if examples have to do.
    """

    width: int
    components: list[list[Any]]
    constants: list[int]
    inputs: list[list[int]]
    outputs: list[int]
    reference: str


def load() -> Callable[[str], str]:
    """Returns what answers a question in JSON with an SMT-LIB term."""
    import z3  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra

    def answer(text: str) -> str:
        return _Synthesis(Question(**json.loads(text)), z3).answer()

    return answer


def num_free(component: Sequence[Any]) -> int:
    """Returns how many operands of a component are free."""
    return sum(
        1 if part is None else num_free(part) if isinstance(part, list | tuple) else 0
        for part in component[1]
    )


class _Synthesis:
    """The search for the program of one question."""

    def __init__(self, question: Question, z3: Any) -> None:
        self.question = question
        self.z3 = z3
        self.names = [f"x{index}" for index in range(len(question.inputs[0]))]

    def answer(self) -> str:
        """Returns the term of a shortest program.

        Raises:
          ValueError: there is none within `LARGEST_PROGRAM` lines.
        """
        examples = list(zip(self.question.inputs, self.question.outputs, strict=True))
        chosen = examples[:1]
        for length in range(LARGEST_PROGRAM + 1):
            program = _Program(self.question, self.z3, length)
            for inputs, output in chosen:
                program.add_example(inputs, output)
            while (term := program.solved()) is not None:
                wrong = self._counterexample(term, examples)
                if wrong is None:
                    return term
                chosen.append(wrong)
                program.add_example(*wrong)
        raise ValueError(f"there is no program of {LARGEST_PROGRAM} lines")

    def _counterexample(
        self, term: str, examples: list[tuple[list[int], int]]
    ) -> tuple[list[int], int] | None:
        """Returns an example that a term does not fit: a given one, or one that the reference gives."""
        z3, width = self.z3, self.question.width
        arguments = [z3.BitVec(name, width) for name in self.names]
        ours = self._read(term, arguments)
        for inputs, output in examples:
            if self._value(ours, arguments, inputs) != output:
                return inputs, output
        if not self.question.reference:
            return None
        reference = self._read(self.question.reference, arguments)
        solver = z3.SolverFor("QF_BV")
        solver.add(ours != reference)
        if solver.check() != z3.sat:  # without a bound of its own it says either
            return None
        model = solver.model()
        inputs = [model.eval(word, model_completion=True).as_long() for word in arguments]
        return inputs, self._value(reference, arguments, inputs)

    def _read(self, term: str, arguments: list[Any]) -> Any:
        z3 = self.z3
        result = z3.BitVec("result", self.question.width)
        known = {str(word): word for word in [*arguments, result]}
        (claim,) = z3.parse_smt2_string(f"(assert (= result {term}))", decls=known)
        return claim.arg(1)

    def _value(self, word: Any, arguments: list[Any], inputs: Sequence[int]) -> int:
        z3 = self.z3
        given = [
            (name, z3.BitVecVal(value, self.question.width))
            for name, value in zip(arguments, inputs, strict=True)
        ]
        found: int = z3.simplify(z3.substitute(word, *given)).as_long()
        return found


class _Program:
    """The unknowns of a program of so many lines, with what is asked of them."""

    def __init__(self, question: Question, z3: Any, length: int) -> None:
        self.question = question
        self.z3 = z3
        self.length = length
        self.solver = z3.SolverFor("QF_BV")
        self.num_examples = 0
        self.num_fixed = len(question.inputs[0]) + len(question.constants)
        most = max(map(num_free, question.components))
        places = (self.num_fixed + length).bit_length() + 1
        kinds = len(question.components).bit_length() + 1
        self.kind = [z3.BitVec(f"kind{line}", kinds) for line in range(length)]
        self.place = [
            [z3.BitVec(f"place{line}_{operand}", places) for operand in range(most)] for line in range(length)
        ]
        self.output = z3.BitVec("output", places)
        self._restrict()

    def _restrict(self) -> None:
        """Says which programs there are: sources stand before, and every line is used by a later one."""
        z3 = self.z3
        for line, (kind, places) in enumerate(zip(self.kind, self.place, strict=True)):
            self.solver.add(z3.ULT(kind, len(self.question.components)))
            self.solver.add(*(z3.ULT(place, self.num_fixed + line) for place in places))
            for number, component in enumerate(self.question.components):
                unused = [place == 0 for place in places[num_free(component) :]]
                ordered = component[0] in COMMUTATIVE and component[1] == [None, None]
                order = [z3.ULE(places[0], places[1])] if ordered else []
                self.solver.add(z3.Implies(kind == number, z3.And(*unused, *order)))
            if line < self.length - 1:
                later = [place for row in self.place[line + 1 :] for place in row]
                self.solver.add(z3.Or(*(place == self.num_fixed + line for place in later)))
        if self.length:
            self.solver.add(self.output == self.num_fixed + self.length - 1)
        else:
            self.solver.add(z3.ULT(self.output, self.num_fixed))

    def add_example(self, inputs: Sequence[int], output: int) -> None:
        """Asks that the program gives a word for some arguments."""
        z3, width = self.z3, self.question.width
        values = [z3.BitVecVal(word, width) for word in (*inputs, *self.question.constants)]
        for line, (kind, places) in enumerate(zip(self.kind, self.place, strict=True)):
            operands = []
            for operand, place in enumerate(places):
                word = z3.BitVec(f"operand{self.num_examples}_{line}_{operand}", width)
                self.solver.add(*(z3.Implies(place == at, word == value) for at, value in enumerate(values)))
                operands.append(word)
            result = z3.BitVec(f"value{self.num_examples}_{line}", width)
            for number, component in enumerate(self.question.components):
                given = _word(component, iter(operands), width, z3)
                self.solver.add(z3.Implies(kind == number, result == given))
            values.append(result)
        self.solver.add(
            *(z3.Implies(self.output == at, value == output) for at, value in enumerate(values))
        )  # fmt: skip
        self.num_examples += 1

    def solved(self) -> str | None:
        """Returns the term of a program that does what is asked; None if there is none of this length."""
        if self.solver.check() != self.z3.sat:
            return None
        model = self.solver.model()

        def number(unknown: Any) -> int:
            found: int = model.eval(unknown, model_completion=True).as_long()
            return found

        width = self.question.width
        texts = [f"x{index}" for index in range(len(self.question.inputs[0]))]
        texts += [f"(_ bv{constant} {width})" for constant in self.question.constants]
        text = ""
        for line, (kind, places) in enumerate(zip(self.kind, self.place, strict=True)):
            operands = iter([texts[number(place)] for place in places])
            term = _text(self.question.components[number(kind)], operands, width)
            text += f"(let ((line{line} {term})) "
            texts.append(f"line{line}")
        return text + texts[number(self.output)] + ")" * self.length


def _word(component: Sequence[Any], free: Any, width: int, z3: Any) -> Any:
    """Returns what a component gives, its free operands taken from an iterator of words."""
    name, operands = component
    words = [
        next(free)
        if part is None
        else z3.BitVecVal(part, width)
        if isinstance(part, int)
        else _word(part, free, width, z3)
        for part in operands
    ]
    one, zero = z3.BitVecVal(1, width), z3.BitVecVal(0, width)
    truths: dict[str, Callable[..., Any]] = {
        "ult": z3.ULT, "ule": z3.ULE, "slt": lambda x, y: x < y, "sle": lambda x, y: x <= y,
        "eq": lambda x, y: x == y, "ne": lambda x, y: x != y,
    }  # fmt: skip
    if name in truths:
        return z3.If(truths[name](*words), one, zero)
    others: dict[str, Callable[..., Any]] = {
        "not": lambda x: ~x, "neg": lambda x: -x, "and": lambda x, y: x & y, "or": lambda x, y: x | y,
        "xor": lambda x, y: x ^ y, "add": lambda x, y: x + y, "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y, "udiv": z3.UDiv, "urem": z3.URem, "sdiv": lambda x, y: x / y,
        "srem": z3.SRem, "shl": lambda x, y: x << y, "lshr": z3.LShR, "ashr": lambda x, y: x >> y,
        "ite": lambda condition, x, y: z3.If(condition != zero, x, y),
    }  # fmt: skip
    return others[name](*words)


def _text(component: Sequence[Any], free: Any, width: int) -> str:
    """Returns a component as an SMT-LIB term; as `_word`."""
    name, operands = component
    texts = [
        next(free)
        if part is None
        else f"(_ bv{part} {width})"
        if isinstance(part, int)
        else _text(part, free, width)
        for part in operands
    ]
    if name in TRUTHS:
        return f"(ite ({TRUTHS[name]} {' '.join(texts)}) (_ bv1 {width}) (_ bv0 {width}))"
    if name == "ite":
        return f"(ite (distinct {texts[0]} (_ bv0 {width})) {texts[1]} {texts[2]})"
    return f"(bv{name} {' '.join(texts)})"


if __name__ == "__main__":
    answering(load)
