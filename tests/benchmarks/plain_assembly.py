"""Runs the assembly of known solutions in plain Python, one line at a time; the suites' own oracle.

Knows just what the suites use, and straight lines of `add` and `sub`.
"""

import re


class OutOfFuelError(Exception):
    """The program ran longer than it may."""


def run(text, arguments, fuel=10_000):
    """Returns the outputs of a program, a list for `-> (a, b)`."""
    header, *lines = [line.strip() for line in text.split(";")]
    set_name, parameters, outputs = re.fullmatch(r"(\w+) \((.*)\) -> (.*)", header).groups()
    width = int(set_name[2:]) if set_name.startswith("bv") else 64
    names = re.findall(r"(\w+): \w+", parameters)
    registers = dict(zip(names, arguments, strict=True))
    labels, code = {}, []
    for line in lines:
        if line.endswith(":"):
            labels[line[:-1]] = len(code)
        else:
            mnemonic, _, operands = line.partition(" ")
            code.append((mnemonic, operands.split(", ") if operands else []))
    flags, at = None, 0
    while at < len(code):
        if fuel == 0:
            raise OutOfFuelError
        fuel -= 1
        mnemonic, operands = code[at]
        at += 1
        if mnemonic == "subleq":
            a, b = operands[:2]
            registers[b] = wrapped(registers.get(b, 0) - _value(registers, a))
            if registers[b] <= 0 and len(operands) == 3:
                at = labels[operands[2]]
        elif mnemonic == "cmp":
            x, y = (_value(registers, operand) for operand in operands)
            flags = (x > y) - (x < y)
        elif mnemonic[0] == "j":
            if _holds(mnemonic[1:], flags):
                at = labels[operands[0]]
        elif set_name.startswith("bv") or set_name == "gates":
            values = [_value(registers, operand) for operand in operands[1:]]
            if set_name == "gates":
                registers[operands[0]] = int(GATES[mnemonic](*values))
            else:
                registers[operands[0]] = WORDS[mnemonic](width, *values) % 2**width
        elif mnemonic.startswith("cmov"):
            if _holds(mnemonic[4:], flags):
                registers[operands[0]] = _value(registers, operands[1])
        else:
            x, y = registers.get(operands[0], 0), _value(registers, operands[1])
            results = {"mov": y, "min": min(x, y), "max": max(x, y), "add": x + y, "sub": x - y}
            registers[operands[0]] = wrapped(results[mnemonic])
    if outputs.startswith("("):
        return [registers.get(name, 0) for name in outputs.strip("()").split(", ")]
    return registers[outputs]


def wrapped(value):
    """Returns a word of 64 bits."""
    return (value + 2**63) % 2**64 - 2**63


def _value(registers, operand):
    if re.fullmatch(r"-?\d+", operand):
        return int(operand)
    return registers.get(operand, 0)


def _holds(condition, flags):
    if condition == "mp":
        return True
    if flags is None:
        return False
    return {"e": flags == 0, "ne": flags != 0, "l": flags < 0, "le": flags <= 0, "g": flags > 0,
            "ge": flags >= 0}[condition]  # fmt: skip


def signed(width, word):
    """Returns the signed meaning of a word."""
    return word - 2**width if word >> (width - 1) else word


GATES = {
    "mov": lambda x: x,
    "not": lambda x: not x,
    "and": lambda x, y: x and y,
    "or": lambda x, y: x or y,
    "xor": lambda x, y: x != y,
    "nand": lambda x, y: not (x and y),
    "nor": lambda x, y: not (x or y),
    "xnor": lambda x, y: x == y,
    "andn": lambda x, y: not x and y,
    "orn": lambda x, y: not x or y,
}
WORDS = {
    "mov": lambda w, x: x,
    "neg": lambda w, x: -x,
    "not": lambda w, x: ~x,
    "add": lambda w, x, y: x + y,
    "sub": lambda w, x, y: x - y,
    "mul": lambda w, x, y: x * y,
    "udiv": lambda w, x, y: x // y if y else -1,
    "urem": lambda w, x, y: x % y if y else x,
    "and": lambda w, x, y: x & y,
    "or": lambda w, x, y: x | y,
    "xor": lambda w, x, y: x ^ y,
    "shl": lambda w, x, y: x << y if y < w else 0,
    "lshr": lambda w, x, y: x >> y if y < w else 0,
    "ashr": lambda w, x, y: signed(w, x) >> min(y, w - 1),
    "ult": lambda w, x, y: x < y,
    "ule": lambda w, x, y: x <= y,
    "slt": lambda w, x, y: signed(w, x) < signed(w, y),
    "sle": lambda w, x, y: signed(w, x) <= signed(w, y),
    "eq": lambda w, x, y: x == y,
    "ne": lambda w, x, y: x != y,
    "ite": lambda w, c, x, y: x if c else y,
}
