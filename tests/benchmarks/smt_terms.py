"""Evaluates SMT-LIB bit-vector terms in plain Python: just the operators that references of suites use."""

import re


def evaluate(term, words, width):
    """Returns the value of a term; `words` maps names to words of `width` bits."""
    value, size = _evaluate(_parse(term), words, width)
    assert size == width
    return value


def _parse(text):
    stack = [[]]
    for token in re.findall(r"[()]|[^\s()]+", text):
        if token == "(":
            stack.append([])
        elif token == ")":
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(token)
    (only,) = stack[0]
    return only


def _evaluate(node, words, width):
    if isinstance(node, str):
        if node.startswith("#x"):
            return int(node[2:], 16), 4 * (len(node) - 2)
        return words[node], width
    operator, *operands = node
    values = [_evaluate(operand, words, width) for operand in operands]
    first, size = values[0]
    if isinstance(operator, list):
        _, name, *numbers = operator
        if name == "extract":
            high, low = map(int, numbers)
            return (first >> low) % 2 ** (high - low + 1), high - low + 1
        assert name == "zero_extend"
        return first, size + int(numbers[0])
    if operator == "ite":
        return values[1] if first else values[2]
    assert len({width for _, width in values}) == 1, node
    plain = [value for value, _ in values]
    if operator in RELATIONS:
        return RELATIONS[operator](size, *plain), 0
    return OPERATORS[operator](size, *plain) % 2**size, size


def _signed(size, word):
    return word - 2**size if word >> (size - 1) else word


RELATIONS = {
    "=": lambda n, x, y: x == y,
    "bvule": lambda n, x, y: x <= y,
    "bvugt": lambda n, x, y: x > y,
    "bvslt": lambda n, x, y: _signed(n, x) < _signed(n, y),
    "bvsge": lambda n, x, y: _signed(n, x) >= _signed(n, y),
}
OPERATORS = {
    "bvneg": lambda n, x: -x,
    "bvnot": lambda n, x: ~x,
    "bvadd": lambda n, x, y: x + y,
    "bvsub": lambda n, x, y: x - y,
    "bvmul": lambda n, x, y: x * y,
    "bvudiv": lambda n, x, y: x // y if y else -1,
    "bvand": lambda n, x, y: x & y,
    "bvor": lambda n, x, y: x | y,
    "bvxor": lambda n, x, y: x ^ y,
    "bvshl": lambda n, x, y: x << y if y < n else 0,
    "bvlshr": lambda n, x, y: x >> y if y < n else 0,
}
