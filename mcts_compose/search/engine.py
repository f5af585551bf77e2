"""One search's memory and its kernels, as the host sees them: set up, run a while, ask what was found."""

from __future__ import annotations

from collections.abc import Sequence

from mcts_compose.search import layout as at
from mcts_compose.search.actions import Action
from mcts_compose.search.arrays import hand_on
from mcts_compose.search.bank import rehash, unused_cost
from mcts_compose.search.contents import cost_of, inputs_of, unpack
from mcts_compose.search.expressions import expression
from mcts_compose.search.levels import can_go_on, run_level
from mcts_compose.search.part import Part
from mcts_compose.search.shares import mark_guesses
from mcts_compose.search.start import Start
from vm.program import Apply, Constant, Line, Program
from vm.values import KIND_TYPES, Batch, IntArray, ValueType, decode

ROOM = 4096
"""Candidates that a kernel call may run before the host makes room again."""
CONTENTS_A_CANDIDATE = 10
"""More than it brings: its own, and the few masks and constants that the goal-directed test makes of it."""


class OutOfRoomError(MemoryError):
    """The search's memory budget is used up."""


class Engine(Start):
    """The arrays of one search with the calls that work on them."""

    def has_room(self, candidates: int) -> bool:
        """Says whether `candidates` more contents fit into the memory budget."""
        memory = self.memory
        # What a candidate brings besides its own words is small: masks of a byte a word, and constants.
        needed = memory[at.POOL_TOP] + (2 * candidates + at.MAX_QUERIES) * (at.HEADER + memory[at.CAP])
        most = CONTENTS_A_CANDIDATE * candidates + at.MAX_QUERIES
        contents = memory[at.DISTINCT] + most
        links = max(memory[at.NUM_LINKS], memory[at.NUM_ITEMS]) + most
        return bool(
            needed <= len(self.bank.pool) and max(contents, links + memory[at.DISTINCT]) <= self.max_contents
        )

    def make_room(self, candidates: int) -> None:
        """Makes sure that `candidates` more contents fit.

        Raises:
          OutOfRoomError: they do not fit into the memory budget.
        """
        if not self.has_room(candidates):
            raise OutOfRoomError
        memory, bank = self.memory, self.bank
        contents = memory[at.DISTINCT] + CONTENTS_A_CANDIDATE * candidates + at.MAX_QUERIES
        while contents * 2 > len(bank.table):
            table = self._arrays.table(2 * len(bank.table))
            memory[at.TABLE_SHIFT] -= 1
            rehash(memory, bank.table, table)
            self.bank = bank = bank._replace(table=table)

    def take_table(self, slots: int) -> None:
        """Puts an empty hash table of so many slots in the place of the bank's own."""
        self.bank = self.bank._replace(table=self._arrays.table(slots))

    def release(self) -> None:
        """Hands the bank's arrays on to the next search; nothing of this engine may be used afterwards."""
        memory = self.memory
        words = memory[at.POOL_TOP] + 2 * memory[at.NUM_LINKS] + memory[at.NUM_ITEMS]
        hand_on(self._arrays, 8 * int(words))

    def run_root(self, candidates: int, room: int = ROOM) -> bool:
        """Runs about `candidates` more candidates of the root; returns whether a level was completed.

        `room` is the most candidates of one kernel call.
        """
        done = 0
        while done < candidates:
            step = min(candidates - done, room)
            self.make_room(step)
            if run_level(*self.bank, self.memory[at.CANDIDATES] + step):
                return True
            done += step
        return False

    @property
    def is_split(self) -> bool:
        """Whether this is a part of a search that goes its own way."""
        return bool(self.memory[at.SHARED_COST])

    def split(self, part: Part) -> None:
        """Makes this a part of a search, of which all parts have done the same levels."""
        memory = self.memory
        memory[at.PART], memory[at.NUM_PARTS] = part
        memory[at.SHARED_COST] = memory[at.LEVEL] - 1
        mark_guesses(memory, self.bank.pool, self.bank.items)

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing within the bounds is left to enumerate."""
        return int(self.memory[at.LEVEL]) > self.options.max_cost or not can_go_on(self.memory)

    def cost(self, contents: int) -> int:
        """Returns the cost of a contents' cheapest known derivation."""
        return int(cost_of(self.bank.pool, contents))

    @property
    def best_cost(self) -> int:
        """Cost of the cheapest program found within the bounds, `INFINITE_COST` if none."""
        cost = int(self.memory[at.BEST_COST])
        return cost if cost <= self.options.max_cost else at.INFINITE_COST

    def derivation(self, contents: int) -> tuple[int, list[int]]:
        """Returns the action address (or leaf number) and operand ids of a contents' cheapest derivation."""
        word = self.bank.pool.item
        action = word(contents + 1) & 0xFFFFFFFF
        if action >= 1 << 31:
            return action - (1 << 32), []
        first_two = word(contents + 2)
        operands = [
            first_two >> 32 & 0xFFFFFFFF,
            first_two & 0xFFFFFFFF,
            word(contents + 3) >> 32 & 0xFFFFFFFF,
        ]
        return action, operands[: self.memory.item(action + at.A_ARITY)]

    def values(self, contents: int) -> Batch:
        """Returns the words of a contents as a batch."""
        memory, bank = self.memory, self.bank
        header = int(bank.pool[contents])
        shape = header >> 32
        target = int(memory[at.SCRATCH_WORDS])
        unpack(memory, bank.pool, bank.bytes_, bank.halves, bank.ints, contents, target)
        words: IntArray = memory[target : target + memory[shape + self.examples]].copy()
        dims = memory[shape + self.examples + 1 : shape + 3 * self.examples + 1]
        rows, cols = dims[: self.examples].copy(), dims[self.examples :].copy()
        return Batch(KIND_TYPES[header & 0xFF], words, rows, cols)

    def program_of(self, contents: int, result: ValueType | None = None) -> Program:
        """Returns the cheapest known program for a contents, whose type, if not the goal's, is `result`."""
        lines: list[Line] = []
        place: dict[int, int] = {}
        waiting = [contents]
        while waiting:
            current = waiting[-1]
            if current in place:
                waiting.pop()
                continue
            action, operands = self.derivation(current)
            missing = [operand for operand in operands if operand not in place]
            if missing:
                waiting.extend(reversed(missing))
                continue
            waiting.pop()
            pointers = tuple(place[operand] for operand in operands)
            place[current] = self.write(lines, current, action, pointers)
        return self.program(lines, place[contents], result)

    def write(self, lines: list[Line], contents: int, action: int, pointers: tuple[int, ...]) -> int:
        """Adds the lines of one leaf or call to a program; returns the pointer to what it gives.

        Args:
          lines: those before it; what is added stands behind them.
          contents: which leaf.
          action: address of the action, negative for a leaf.
          pointers: to the operands of the call.
        """
        num_inputs = len(self.problem.inputs)
        if action < 0:
            kind, number = self.leaf(contents)
            if kind == "input":
                return number
            if kind == "constant":
                lines.append(Constant(*self.constants[number]))
            else:
                batch = self.values(contents)
                lines.append(Constant(batch.type, decode(batch)[0]))
        else:
            chosen = self.action_at(action)
            num_bound = sum(len(skill.bound) for skill in chosen.skills)
            lines.extend(skill.line(pointers) for skill in chosen.skills)
            last = num_inputs + len(lines)
            values = tuple(range(last - len(chosen.skills), last))
            lines.append(Apply(chosen.row.name, values + pointers[num_bound:]))
        return num_inputs + len(lines) - 1

    def program(self, lines: Sequence[Line], output: int, result: ValueType | None = None) -> Program:
        """Returns the program of some lines, whose type, if not the goal's, is `result`."""
        names, types, wanted = self.problem.input_names, self.problem.input_types, self.problem.output_type
        return Program(names, types, result or wanted, tuple(lines), output, self.table)

    def action_at(self, address: int) -> Action:
        """Returns the action whose record is at an address."""
        return self.actions[(address - self.first_action) // at.ACTION_WORDS]

    def unread_price(self, read: int) -> int:
        """Returns what the inputs cost that are left unread; `read` has a bit for each of the others."""
        return int(unused_cost(self.memory, read))

    def inputs_read(self, contents: int) -> int:
        """Returns a bit for each input that the cheapest derivation of a contents reads."""
        return int(inputs_of(self.bank.pool, contents))

    def expression_of(self, contents: int, depth: int = 6) -> str:
        """Returns a contents' cheapest derivation as nested calls, `...` below `depth`."""
        return expression(self, self, contents, depth)

    def best_program(self) -> Program | None:
        """Returns the cheapest program that fits all shown examples, or None."""
        if self.best_cost >= at.INFINITE_COST:
            return None
        return self.program_of(int(self.memory[at.GOAL]))
