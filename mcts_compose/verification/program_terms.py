"""Decides what the terms of a straight-line assembly program are, one for each output."""

from __future__ import annotations

from collections.abc import Sequence

from mcts_compose.verification.terms import Term, apply, argument, as_truth, as_word, value
from vm.assembly.isa import COMPARE, CONDITIONAL_MOVE, CONDITIONS
from vm.assembly.program import AssemblyProgram, Returns

_BINARY = {
    "and": "bvand", "or": "bvor", "xor": "bvxor", "add": "bvadd", "sub": "bvsub", "mul": "bvmul",
    "imul": "bvmul", "udiv": "bvudiv", "urem": "bvurem", "sdiv": "bvsdiv", "srem": "bvsrem",
    "shl": "bvshl", "lshr": "bvlshr", "shr": "bvlshr", "ashr": "bvashr", "sar": "bvashr",
}  # fmt: skip
_NEGATED = {"nand": "bvand", "nor": "bvor", "xnor": "bvxor"}
_FIRST_NEGATED = {"andn": "bvand", "orn": "bvor"}
_TRUTHS = {"ult": "bvult", "ule": "bvule", "slt": "bvslt", "sle": "bvsle", "eq": "="}
_CONDITIONS = {mask: name for name, mask in CONDITIONS.items()}


class NotStraightError(ValueError):
    """A program jumps or touches memory, so that it is no term; the message names the instruction."""


def arguments_of(program: AssemblyProgram) -> list[Term]:
    """Returns the terms of a program's inputs."""
    width = program.instruction_set.width
    return [argument(index, width) for index in range(program.num_inputs)]


def terms_of(program: AssemblyProgram, arguments: Sequence[Term] | None = None) -> list[Term]:
    """Returns the words that a program gives as terms over its arguments; a truth is a word as well.

    Args:
      program: verified.
      arguments: the words of its inputs; None makes them.

    Raises:
      NotStraightError: it jumps, or touches memory or stack.
    """
    if program.returns is Returns.MEMORY or any(type_.rank for type_ in program.input_types):
        raise NotStraightError("it has words in memory")
    width = program.instruction_set.width
    registers = dict.fromkeys(program.registers, value(0, width))
    given = arguments_of(program) if arguments is None else arguments
    registers.update(zip(program.input_names, given, strict=True))
    compared: tuple[Term, Term] | None = None
    for line in program.instructions:
        row = next(row for row in program.instruction_set.rows() if row.name == line.mnemonic)
        if not row.is_straight:
            raise NotStraightError(f"it has a {line.mnemonic}")
        words = [_operand(registers, operand, width) for operand in line.operands]
        if row.opcode == COMPARE:
            compared = words[0], words[1]
            continue
        if row.opcode > CONDITIONAL_MOVE:
            result = _moved(_CONDITIONS[row.opcode - CONDITIONAL_MOVE], compared, words)
        else:
            is_two = program.instruction_set.addresses == 2 and line.mnemonic != "mov"
            result = _operator(line.mnemonic, words if is_two else words[1:], width)
        registers[str(line.operands[0])] = result
    outputs = [_operand(registers, output, width) for output in program.outputs]
    return (
        [as_word(as_truth(word), width) for word in outputs] if program.returns is Returns.TRUTH else outputs
    )


def _operand(registers: dict[str, Term], operand: object, width: int) -> Term:
    return registers[operand] if isinstance(operand, str) else value(int(str(operand)), width)


def _moved(condition: str, compared: tuple[Term, Term] | None, words: list[Term]) -> Term:
    """Returns the register that a conditional move leaves; before the first comparison nothing holds."""
    if compared is None:
        return words[0]
    left, right = compared
    truth = {
        "e": lambda: apply("=", left, right),
        "ne": lambda: apply("not", apply("=", left, right)),
        "l": lambda: apply("bvslt", left, right),
        "le": lambda: apply("bvsle", left, right),
        "g": lambda: apply("bvslt", right, left),
        "ge": lambda: apply("bvsle", right, left),
    }[condition]()
    return apply("ite", truth, words[1], words[0])


def _operator(name: str, words: list[Term], width: int) -> Term:
    """Returns the word that an operator gives."""
    if name == "mov":
        return words[0]
    if name in ("not", "neg"):
        return apply(f"bv{name}", words[0])
    if name in ("min", "max"):
        lower, upper = (words[0], words[1]) if name == "min" else (words[1], words[0])
        return apply("ite", apply("bvsle", words[0], words[1]), lower, upper)
    if name == "ite":
        return apply("ite", as_truth(words[0]), words[1], words[2])
    if name == "ne":
        return as_word(apply("not", apply("=", *words)), width)
    if name in _TRUTHS:
        return as_word(apply(_TRUTHS[name], *words), width)
    if name in _NEGATED:
        return apply("bvnot", apply(_NEGATED[name], *words))
    if name in _FIRST_NEGATED:
        return apply(_FIRST_NEGATED[name], apply("bvnot", words[0]), words[1])
    return apply(_BINARY[name], *words)
