"""A circuit as an answer: the straight line of gates that makes every output of the problem."""

from __future__ import annotations

from mcts_compose.search.circuits.basis import Basis
from mcts_compose.search.circuits.circuit import Circuit, circuit_lines
from mcts_compose.search.circuits.rows import Rows
from mcts_compose.search.straight_lines import StraightLine, WordProblem


def straight_line(problem: WordProblem, rows: Rows, circuit: Circuit, basis: Basis) -> StraightLine:
    """Returns the lines of a circuit, with outputs that are inputs or constants beside those that gates make.

    Args:
      problem: what was asked.
      rows: its rows, sources and goals.
      circuit: makes the goals of `rows` from its sources.
      basis: the gates.
    """
    ends = []
    for output in rows.outputs:
        if output.kind == "goal":
            node, inverted = circuit.outputs[output.index]
            ends.append((node, inverted ^ output.inverted))
        elif output.kind == "source":
            ends.append((output.index, output.inverted))
    lines, found = circuit_lines(circuit._replace(outputs=tuple(ends)), basis)
    num_inputs = len(problem.inputs)
    sources = [rows.source_words[index] for index in range(circuit.num_sources)]
    # A source beyond the inputs is a constant of the problem; outputs may be constants that it does not name.
    words = [problem.constants[word - num_inputs] for word in sources if word >= num_inputs]
    constants = list(dict.fromkeys([*words, *(o.index for o in rows.outputs if o.kind == "constant")]))
    place = [
        word if word < num_inputs else num_inputs + constants.index(problem.constants[word - num_inputs])
        for word in sources
    ]
    place += [num_inputs + len(constants) + line for line in range(len(lines))]
    pointers = iter(found)
    outputs = tuple(
        num_inputs + constants.index(output.index) if output.kind == "constant" else place[next(pointers)]
        for output in rows.outputs
    )
    moved = tuple((name, tuple(place[operand] for operand in operands)) for name, operands in lines)
    return StraightLine(moved, tuple(constants), outputs)
