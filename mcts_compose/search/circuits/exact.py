"""Exact search for smallest circuits: sizes upwards, on at most 64 rows, with a row more where one is wrong.

Each size is exhausted before the next, which is the proof that none is smaller. What holds on some rows is
necessary on all, so the bound also holds where the table has more rows than a word; a circuit is checked on
all rows, and one that is wrong adds the row where it fails.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.circuits import sets as kernels
from mcts_compose.search.circuits.basis import (
    INVERT_FIRST,
    INVERT_SECOND,
    NOT,
    XOR,
    Basis,
    form_masks,
    gate_word,
)
from mcts_compose.search.circuits.circuit import Circuit, Gate
from mcts_compose.search.circuits.rows import WORD_BITS, Rows, to_number
from mcts_compose.search.circuits.symmetry import classes, row_maps

CHUNK = 2_000_000
"""Gate values between two looks at the clock, about 20 ms. Untuned."""
ANY_SIZE = 2**62
"""More gates than any circuit has."""
FIRST_ROWS = 24
"""Rows of a table of more than 64 rows that the search begins with. Untuned."""


def new_sets(num_goals: int, num_forms: int) -> kernels.Sets:
    """Returns the memory of an exact search."""
    functions, listed = kernels.MAX_FUNCTIONS, kernels.MAX_LISTED
    return kernels.Sets(
        registers=np.zeros(kernels.NUM_REGISTERS, np.int64),
        forms=np.zeros((num_forms, 4), np.uint64),
        values=np.zeros(functions, np.uint64),
        uses=np.zeros(functions, np.int64),
        wanted=np.zeros(functions, np.int64),
        goals=np.zeros(num_goals, np.uint64),
        cares=np.zeros(num_goals, np.uint64),
        anchors=np.zeros(num_goals, np.int64),
        met=np.zeros(num_goals, np.int64),
        places=np.zeros(num_goals, np.int64),
        listed=np.zeros(listed, np.uint64),
        origins=np.zeros(listed, np.int64),
        slots=np.zeros(1 << kernels.SLOT_BITS, np.int32),
        slot_of=np.zeros(listed, np.int32),
        taken=np.zeros(listed, np.uint8),
        flags=np.zeros(listed, np.uint8),
        picks=np.zeros(listed, np.uint8),
        levels=np.zeros((kernels.MAX_GATES + 1, kernels.LEVEL_WORDS), np.int64),
    )


def _anchors(goals: NDArray[np.bool_], cares: NDArray[np.bool_], has_free_not: bool) -> list[int]:
    """Marks goals of which no two can be one function; greedy, those that matter on most rows first."""
    marks = [0] * len(goals)
    chosen: list[int] = []
    for goal in sorted(range(len(goals)), key=lambda goal: -int(cares[goal].sum())):
        both = [(cares[goal] & cares[other], goals[goal] ^ goals[other]) for other in chosen]
        agree = (not (care & off).any() for care, off in both)
        oppose = (not (care & ~off).any() for care, off in both)
        if not any(agree) and not (has_free_not and any(oppose)):
            marks[goal] = 1
            chosen.append(goal)
    return marks


def _essential(sources: NDArray[np.bool_], goals: NDArray[np.bool_], cares: NDArray[np.bool_]) -> list[int]:
    """Marks sources on which a goal depends: two rows differ in it alone, and in a goal."""
    powers = [1 << index for index in range(len(sources))]
    codes = [sum(powers[index] for index in np.flatnonzero(column)) for column in sources.T]
    place = {code: row for row, code in enumerate(codes)}
    marks = []
    for power in powers:
        pairs = [(row, place[code ^ power]) for row, code in enumerate(codes) if code ^ power in place]
        both = cares[:, [row for row, _ in pairs]] & cares[:, [row for _, row in pairs]]
        differ = goals[:, [row for row, _ in pairs]] ^ goals[:, [row for _, row in pairs]]
        marks.append(int((both & differ).any()))
    return marks


class ExactSearch:
    """Finds a smallest circuit; can be interrupted and goes on.

    Attributes:
      proven: no circuit has fewer gates than this.
      circuit: the circuit found, or None.
      is_exhausted: no circuit exists, or none of up to the most gates asked for.
      is_full: the search gave up because its memory has no room; the bound stays.
      executions: gate values made so far.
      nodes: sets of functions met so far.
    """

    def __init__(
        self,
        rows: Rows,
        basis: Basis,
        *,
        use_symmetry: bool = True,
        use_loose: bool = True,
        most_gates: int = ANY_SIZE,
    ) -> None:
        self._rows = rows
        self._basis = basis
        self._use_symmetry = use_symmetry
        self._use_loose = use_loose
        self._most_gates = most_gates
        binary = tuple(form for form in basis.normal if form != NOT)
        # Where nothing inverts one function, a constant may: so gates may read one function twice.
        self._needs_constants = not basis.has_free_not and NOT not in basis.forms
        unary = binary if self._needs_constants else tuple(form for form in basis.normal if form == NOT)
        self._num_binary = len(binary)
        self._forms = binary + unary
        self.executions = 0
        self.nodes = 0
        self.circuit: Circuit | None = None
        self.is_exhausted = not rows.is_consistent
        self.is_full = len(rows.sources) + kernels.MAX_GATES > kernels.MAX_FUNCTIONS
        self.proven = min(1, len(rows.goals))
        self._sets = new_sets(len(rows.goals), len(self._forms))
        self._root: list[tuple[int, int]] = []
        self._sample = np.arange(rows.num_rows)
        if rows.num_rows > WORD_BITS:
            self._sample = np.sort(np.random.default_rng(0).permutation(rows.num_rows)[:FIRST_ROWS])
        if not self.is_over:
            self.proven = max(self.proven, sum(_anchors(rows.goals, rows.cares, basis.has_free_not)))
            self._prepare()
            self._begin_size()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.circuit is not None or self.is_exhausted or self.is_full

    @property
    def is_sampled(self) -> bool:
        """Whether the search looks at some of the rows only, which hardly have symmetries."""
        return len(self._sample) < self._rows.num_rows

    def _prepare(self) -> None:
        """Writes what does not change while the sample of rows stays."""
        sets, basis = self._sets, self._basis
        sources, goals = self._rows.sources[:, self._sample], self._rows.goals[:, self._sample]
        cares = self._rows.cares[:, self._sample]
        self._all = (1 << len(self._sample)) - 1
        is_exact = bool(cares.all())
        # With free inverters a function stands for its complement: the one that is 0 in the first row.
        self._inverted = [bool(row[0]) and basis.has_free_not for row in sources]
        if basis.has_free_not:
            sources = sources ^ sources[:, :1]
            if is_exact:
                goals = goals ^ goals[:, :1]
        sets.forms[:] = form_masks(self._forms, self._all)
        self._words = [to_number(row) for row in sources]
        sets.values[: len(sources)] = self._words
        sets.goals[:] = [to_number(row) for row in goals & cares]
        sets.cares[:] = [to_number(row) for row in cares]
        sets.anchors[:] = _anchors(goals, cares, basis.has_free_not)
        essential = _essential(sources, goals, cares) if self._use_loose else [0] * len(sources)
        self._essential = essential
        registers = sets.registers
        registers[kernels.NUM_SOURCES] = len(sources)
        registers[kernels.NUM_BINARY] = self._num_binary
        registers[kernels.NUM_FORMS] = len(self._forms)
        registers[kernels.NUM_GOALS] = len(goals)
        registers[kernels.IS_EXACT] = int(is_exact)
        registers[kernels.BOTH_POLARITIES] = int(basis.has_free_not and not is_exact)
        self._candidates = self._first_gates(sources, goals, cares)

    def _first_gates(
        self, sources: NDArray[np.bool_], goals: NDArray[np.bool_], cares: NDArray[np.bool_]
    ) -> list[tuple[int, int, int]]:
        """Returns value, origin and pick of each gate on two sources, those of one class together."""
        known = {*self._words, *self._useless()}
        found: dict[int, int] = {}
        for last in range(len(sources)):
            for other in range(last + 1):
                for index, form in enumerate(self._forms):
                    if (index >= self._num_binary) == (other == last):
                        value = gate_word(form, self._words[last], self._words[other], self._all)
                        if value not in known and value not in found:
                            found[value] = index | last << 8 | other << 16
        values = list(found)
        if not self._use_symmetry or not values or self.is_sampled:
            return [(value, found[value], 1) for value in values]
        free = self._basis.has_free_not
        columns = np.arange(len(self._sample))
        bits = np.array([[value >> int(row) & 1 for row in columns] for value in values], np.bool_)
        kind = classes(bits, row_maps(sources, goals, cares, free), free)
        sizes = {number: kind.count(number) for number in kind}
        # The largest class first: its other members are then never tried again.
        order = sorted(range(len(values)), key=lambda at: (-sizes[kind[at]], kind[at], at))
        return [(values[at], found[values[at]], int(kind[at] == at)) for at in order]

    def _useless(self) -> tuple[int, ...]:
        """Returns the functions that no gate need make: the constants, if something else inverts."""
        return () if self._needs_constants else (0, self._all)

    def _begin(self) -> None:
        """Sets the search to the beginning of the size `proven`."""
        sets = self._sets
        registers = sets.registers
        kernels.unlist(sets, 0)
        registers[kernels.DEPTH] = 0
        registers[kernels.LIMIT] = self.proven
        registers[kernels.UNMET] = len(sets.goals)
        registers[kernels.NEED] = max(1, int(sets.anchors.sum()))
        sets.met[:] = 0
        sets.places[:] = -1
        sets.uses[:] = 0
        sets.wanted[: len(self._essential)] = self._essential
        registers[kernels.LOOSE] = sum(self._essential)
        for value in dict.fromkeys([*self._words, *self._useless()]):
            kernels.list_function(sets, np.uint64(value), 0)
        sets.levels[0, kernels.NEXT] = registers[kernels.COUNT]
        sets.picks[:] = 0
        for value, origin, pick in self._candidates:
            sets.picks[registers[kernels.COUNT]] = pick
            kernels.list_function(sets, np.uint64(value), origin)
        sets.levels[0, kernels.STATE] = kernels.FRESH

    def run(self, executions: int, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Searches on, for about `executions` gate values at most."""
        stop = self.executions + executions
        registers = self._sets.registers
        while not self.is_over and self.executions < stop and goes_on():
            registers[kernels.EXECUTIONS], registers[kernels.NODES] = 0, 0
            status = kernels.search_sets(self._sets, min(stop - self.executions, CHUNK))
            self.executions += max(1, int(registers[kernels.EXECUTIONS]))
            self.nodes += int(registers[kernels.NODES])
            if status == kernels.FOUND:
                self._check(self._found())
            elif status == kernels.FULL:
                self.is_full = True
            elif status == kernels.EXHAUSTED:
                self.proven += 1
                self._begin_size()

    def _begin_size(self) -> None:
        """Begins the search for circuits of `proven` gates, if there is to be one."""
        if self.proven > self._most_gates:
            self.is_exhausted = True
        elif self.proven > kernels.MAX_GATES:
            self.is_full = True
        else:
            self._begin()

    def _found(self) -> Circuit:
        """Reads the circuit off the search's memory."""
        sets = self._sets
        sources = len(self._words)
        gates = []
        for level in range(int(sets.registers[kernels.DEPTH])):
            origin = int(sets.origins[sets.levels[level, kernels.PLACE]])
            form, first, second = self._forms[origin & 255], origin >> 8 & 255, origin >> 16 & 255
            if form != NOT and not form & XOR:
                form ^= INVERT_FIRST * (first < sources and self._inverted[first])
                form ^= INVERT_SECOND * (second < sources and self._inverted[second])
            gates.append(Gate(form, first, second))
        outputs = tuple(self._output(goal, sources + len(gates)) for goal in range(len(sets.goals)))
        return self._signed(Circuit(sources, tuple(gates), outputs))

    def _output(self, goal: int, size: int) -> tuple[int, bool]:
        sets = self._sets
        for node in range(size):
            off = (int(sets.values[node]) ^ int(sets.goals[goal])) & int(sets.cares[goal])
            if off == 0 or (self._basis.has_free_not and off == int(sets.cares[goal])):
                return node, False
        raise AssertionError("a circuit that is found makes every goal")

    def _signed(self, circuit: Circuit) -> Circuit:
        """Returns the circuit with the polarity of each output, which the search left open."""
        if not self._basis.has_free_not:
            return circuit
        values = node_rows(circuit, self._rows.sources[:, self._sample])
        outputs = []
        for goal, (node, _) in enumerate(circuit.outputs):
            care = self._rows.cares[goal][self._sample]
            off = (values[node] ^ self._rows.goals[goal][self._sample])[care]
            outputs.append((node, bool(off.all())))
        return circuit._replace(outputs=tuple(outputs))

    def _check(self, circuit: Circuit) -> None:
        """Takes the circuit if it is right on all rows; else adds a row where it fails."""
        wrong = wrong_rows(circuit, self._rows)
        if not len(wrong):
            self.circuit = circuit
        elif len(self._sample) == WORD_BITS:
            self.is_full = True
        else:
            self._sample = np.sort(np.append(self._sample, wrong[len(wrong) // 2]))
            self._prepare()
            self._begin()


def node_rows(circuit: Circuit, sources: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Returns the rows of every node of a circuit."""
    values = list(sources)
    for form, first, second in circuit.gates:
        left, right = values[first] ^ bool(form & INVERT_FIRST), values[second] ^ bool(form & INVERT_SECOND)
        if form == NOT:
            values.append(~values[first])
        else:
            values.append((left ^ right if form & XOR else left & right) ^ bool(form & 4))
    return values


def wrong_rows(circuit: Circuit, rows: Rows) -> NDArray[np.int64]:
    """Returns the rows in which some goal is not met."""
    values = node_rows(circuit, rows.sources)
    wrong = np.zeros(rows.num_rows, np.bool_)
    for goal, (node, inverted) in enumerate(circuit.outputs):
        wrong |= (values[node] ^ inverted ^ rows.goals[goal]) & rows.cares[goal]
    return np.flatnonzero(wrong)
