"""Plain twins of the search for programs with jumps: all programs as text, run line by line."""

import itertools

from tests.benchmarks import plain_assembly


def verdict(problem, body, fuel):
    """Says whether the lines of a program are right on all examples within so much fuel for each."""
    names = problem.registers[: problem.num_inputs]
    header = f"{problem.set} ({', '.join(f'{name}: int' for name in names)})"
    outputs = ", ".join(problem.registers[register] for register in problem.outputs)
    return text_is_right(problem, "; ".join((f"{header} -> ({outputs})", *body)), fuel)


def text_is_right(problem, text, fuel):
    """Says whether a program's text is right on all examples within so much fuel for each."""
    for row, goal in zip(problem.rows.tolist(), problem.goals.tolist(), strict=True):
        try:
            if plain_assembly.run(text, row[: problem.num_inputs], fuel) != goal:
                return False
        except plain_assembly.OutOfFuelError:
            return False
    return True


def bodies(problem, length):
    """Yields the lines of every program of this length, with every label at every line and at the end."""
    readable = [*problem.registers, *map(str, problem.constants)]
    labels = [f"p{place}" for place in range(length + 1)]
    lines = []
    for name in problem.instructions:
        if name == "subleq":
            pairs = itertools.product(readable, problem.registers)
            lines += [
                f"subleq {', '.join(filter(None, (*pair, label)))}"
                for pair in pairs
                for label in ("", *labels)
            ]
        elif name.startswith("j"):
            lines += [f"{name} {label}" for label in labels]
        else:
            written = readable if name == "cmp" else problem.registers
            lines += [f"{name} {x}, {y}" for x, y in itertools.product(written, readable)]
    for chosen in itertools.product(lines, repeat=length):
        placed = [(f"p{place}:", line) for place, line in enumerate(chosen)]
        yield (*itertools.chain.from_iterable(placed), f"p{length}:")


def shortest(problem, longest, fuel):
    """Returns the length of the shortest right program, or None."""
    for length in range(1, longest + 1):
        if any(verdict(problem, body, fuel) for body in bodies(problem, length)):
            return length
    return None
