"""What a search starts from: its memory, the actions it may call, the bank with all leaves, and the goals."""

from __future__ import annotations

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search.actions import Action, build_actions, constants_for
from mcts_compose.search.arrays import take_arrays
from mcts_compose.search.bank import Bank, intern
from mcts_compose.search.contents import cost_of, inputs_of, set_inputs
from mcts_compose.search.derive import add_trigger, derive
from mcts_compose.search.form_calls import form_call, is_possible
from mcts_compose.search.machine_code import machine_part
from mcts_compose.search.options import LEAST_MEMORY_MB, SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.search.product import meet_leaf
from mcts_compose.search.shapes import intern_shape
from mcts_compose.search.skill_rows import assembly_of, skill_table
from mcts_compose.search.split import STORE_WORDS
from mcts_compose.search.subgoals import before, frame, undone
from vm.assembly.lowering import lower_assembly
from vm.assembly.state import DATA, DATA_WORDS, data_words
from vm.lowering import LOOPS
from vm.state import ASSEMBLY, CALL
from vm.values import Batch, Elem, HostValue, ValueType, decode, encode

MAX_SHAPES = 1 << 16
FIRST_TABLE_BITS = 16
MAX_OTHERS = 1 << 18
"""Other derivations that are kept: about what half a second brings, 6 MB (untuned)."""


class Start:
    """The arrays of one search before its first candidate.

    Args:
      problem: what may be seen of the task.
      prices: cost units by skill name.
      constant_prices: cost units by `repr` of the constant.
      options: switches.
      memory_mb: what the bank may take; `LEAST_MEMORY_MB` or more.
    """

    def __init__(
        self,
        problem: Problem,
        prices: dict[str, int],
        constant_prices: dict[str, int],
        options: SearchOptions,
        memory_mb: int,
    ) -> None:
        self.problem = problem
        self.options = options
        self.examples = problem.goal.num_examples
        self.table = skill_table(problem)
        self.actions: list[Action] = build_actions(problem, prices)
        self.constants = constants_for(problem)
        self._constant_prices = constant_prices
        self._leaves: dict[int, tuple[str, int]] = {}
        self._make_memory(memory_mb)
        self._write_actions()
        self._write_leaves()
        self._write_goals()
        for contents in self._leaves:
            meet_leaf(*self.bank, contents)

    @property
    def first_action(self) -> int:
        """The address of the first action."""
        return int(self.memory[at.ACTIONS])

    def leaf(self, contents: int) -> tuple[str, int]:
        """Returns what a contents without a call is: `input` or `constant` with its number, or `literal`."""
        return self._leaves.get(contents, ("literal", 0))

    def _make_memory(self, memory_mb: int) -> None:
        assert memory_mb >= LEAST_MEMORY_MB, "the family refuses less"
        examples, problem = self.examples, self.problem
        rec = 3 * examples + 1
        longest = max(len(batch.words) for batch in (*problem.inputs, problem.goal))
        for _, value in self.constants:
            longest = max(longest, examples * len(value) if isinstance(value, list | str) else 0)
        cap = (max(examples * self.options.max_list, 2 * longest, 64) + 7) & ~7
        self._machine = machine = machine_part(self.actions, self.table, cap, examples)
        sizes = {
            at.SHAPES: MAX_SHAPES * rec,
            at.SHAPE_SLOTS: 2 * MAX_SHAPES,
            at.PAIRS: 3 * at.NUM_PAIRS,
            at.KEYS: cap + 2 * examples,
            at.OPERANDS: 3 * cap,
            at.ALIGNED: 3 * cap,
            at.BATCH_ROWS: (at.BATCH + 1) * cap,
            at.PENDING: (at.BATCH + 1) * at.PENDING_WORDS,
            at.ACTIONS: (len(self.actions) + 1) * at.ACTION_WORDS,
            at.SEGMENTS: 2 * at.MAX_COST * 13,
            at.BUCKETS: at.MAX_COST,
            at.SCRATCH_SHAPE: rec,
            at.SCRATCH_WORDS: cap,
            at.SCRATCH_BITS: 64,
            at.GOALS: at.MAX_GOALS * (at.GOAL_WORDS + cap),
            at.QUERIES: (at.MAX_QUERIES + 1) * at.QUERY_RECORD + 64,
            at.QUERY_WORDS: at.MAX_QUERIES * cap,
            at.TRIGGERS: at.MAX_TRIGGERS * at.TRIGGER_WORDS,
            at.PATTERNS: 2 * STORE_WORDS,
            at.RELATIONS: at.MAX_GOALS * at.NUM_RELATIONS,
            at.ASSEMBLY: sum(map(len, self._records())) and DATA + data_words(cap),
            at.RECORDS: sum(map(len, self._records())),
            at.OTHERS: at.OTHER_WORDS * self._room_for_others,
            **machine.sizes,
        }
        memory = np.zeros(at.NUM_REGISTERS + sum(sizes.values()) + 64, np.int64)
        top = at.NUM_REGISTERS
        for register, size in sizes.items():
            memory[register] = top
            top += size
        memory[at.EXAMPLES], memory[at.CAP], memory[at.REC] = examples, cap, rec
        memory[at.MAX_SHAPES], memory[at.SHAPE_MASK] = MAX_SHAPES, 2 * MAX_SHAPES - 1
        memory[at.BATCH_TOP] = memory[at.BATCH_ROWS]
        memory[at.QUERY_TOP] = memory[at.QUERY_WORDS]
        memory[at.POOL_TOP] = at.FIRST_ID
        memory[at.TABLE_SHIFT] = 64 - FIRST_TABLE_BITS
        memory[at.BEST_COST] = at.INFINITE_COST
        memory[at.LEVEL] = 1
        memory[at.NUM_PARTS] = 1
        memory[at.MAX_OTHERS] = self._room_for_others
        memory[at.MARGIN] = self.options.margin + 1 if self._room_for_others else 0
        memory[at.MAGNITUDE] = max(2**31, 4 * self._largest())
        memory[at.LITERAL_PRICE], memory[at.CHEAP_COST] = 6, 8
        # The shortest program is wanted whatever it reads.
        memory[at.UNUSED_PRICE] = 0 if self.options.optimise else self.options.unused_input_price
        switches = (self.options.goal_directed, self.options.inferred_constants, self.options.split)
        memory[at.SWITCHES] = sum(bit << number for number, bit in enumerate(switches))
        keys = np.random.default_rng(20).integers(1, 2**63 - 1, cap + 2 * examples, dtype=np.int64) | 1
        memory[memory[at.KEYS] : memory[at.KEYS] + len(keys)] = keys
        memory[memory[at.BUCKETS] : memory[at.BUCKETS] + at.MAX_COST] = at.NO_LINK
        scalar = memory[at.SHAPES]
        memory[scalar : scalar + rec] = np.r_[np.arange(examples + 1), np.ones(2 * examples, np.int64)]
        pool_words = memory_mb * (1 << 20) // 8 * 3 // 4
        self.max_contents = pool_words // (at.HEADER + 2)
        self._arrays = arrays = take_arrays(pool_words, self.max_contents)
        pool = arrays.pool
        pool[: at.FIRST_ID] = 0
        self.bank = Bank(
            memory, pool, pool.view(np.int8), pool.view(np.int16), pool.view(np.int32),
            arrays.table(1 << FIRST_TABLE_BITS), arrays.links, arrays.items,
        )  # fmt: skip
        self.memory = memory
        # The scalar shape must be found by look-ups too, since lists of one element have equal records.
        memory[at.NUM_SHAPES] = 0
        memory[memory[at.SCRATCH_SHAPE] : memory[at.SCRATCH_SHAPE] + rec] = memory[scalar : scalar + rec]
        intern_shape(memory, memory[at.SCRATCH_SHAPE])

    @property
    def _room_for_others(self) -> int:
        """How many other derivations are kept."""
        return MAX_OTHERS if self.options.weighs_programs else 0

    def _largest(self) -> int:
        batches = (*self.problem.inputs, self.problem.goal)
        words = [batch.words for batch in batches if batch.type.elem is not Elem.FLOAT]
        largest = max((int(np.abs(array).max()) for array in words if len(array)), default=0)
        return min(largest, 2**60)

    def _write_actions(self) -> None:
        memory, base = self.memory, self.memory[at.ACTIONS]
        for number, action in enumerate(self.actions):
            record = base + number * at.ACTION_WORDS
            kinds = [type_.kind for type_ in action.overload.params] + [0, 0]
            memory[record : record + 9] = [
                action.overload.opcode, len(action.overload.params), int(action.convention),
                int(action.row.commutative), *kinds[:3], action.overload.result.kind, action.price,
            ]  # fmt: skip
            if action.skills and not len(self._machine.codes[number]):
                body, test = action.skills[0], action.skills[-1]
                memory[record + at.A_LOOP : record + at.A_TEST_CARRIED + 1] = [
                    LOOPS[action.row.name], body.overload.opcode, next(iter(body.bound), 0),
                    test.overload.opcode, next(iter(test.bound), 0), test.carried,
                ]  # fmt: skip
        self._write_assembly()
        self._write_code()
        memory[at.NUM_ACTIONS] = len(self.actions)
        of_several = [action.price for action in self.actions if len(action.overload.params) > 1]
        memory[at.LEAST_PRICE] = min(of_several, default=at.MAX_COST)

    def _records(self) -> list[tuple[int, ...]]:
        """Returns for each action the record of its assembly body, empty for all others."""
        bodies = [assembly_of(action.row, self.table) for action in self.actions]
        return [() if body is None else lower_assembly(body) for body in bodies]

    def _write_assembly(self) -> None:
        """Writes the records of assembly bodies, and where they stand into their actions."""
        memory, records = self.memory, self._records()
        top = int(memory[at.RECORDS])
        for number, words in enumerate(records):
            if words:
                record = int(memory[at.ACTIONS]) + number * at.ACTION_WORDS
                memory[record + at.A_LOOP], memory[record + at.A_BODY] = ASSEMBLY, top
                memory[top : top + len(words)] = words
                top += len(words)
        if any(records):
            memory[memory[at.ASSEMBLY] + DATA_WORDS] = data_words(int(memory[at.CAP]))

    def _write_code(self) -> None:
        """Writes the machine's code of actions that call learnt compositions, and where it stands."""
        memory, top = self.memory, int(self.memory[at.CODES])
        for number, code in enumerate(self._machine.codes):
            if len(code):
                record = int(memory[at.ACTIONS]) + number * at.ACTION_WORDS
                memory[record + at.A_LOOP], memory[record + at.A_BODY] = CALL, top
                memory[top : top + len(code)] = code
                top += len(code)
        if self._machine.sizes:
            cap = int(memory[at.CAP])
            memory[at.HEAP_WORDS] = self._machine.sizes[at.HEAP_AT] - 7 * cap - 1
            memory[memory[at.CELLS_AT] + DATA_WORDS] = data_words(cap)

    def _put_batch(self, batch: Batch) -> tuple[int, int]:
        """Writes a batch into the first operand buffer; returns its address and its interned shape."""
        memory, examples = self.memory, self.examples
        source = int(memory[at.OPERANDS])
        memory[source : source + len(batch.words)] = batch.words
        scratch = int(memory[at.SCRATCH_SHAPE])
        sizes = batch.rows * batch.cols
        memory[scratch : scratch + 3 * examples + 1] = np.r_[0, np.cumsum(sizes), batch.rows, batch.cols]
        return source, int(intern_shape(memory, scratch))

    def _leaf(self, batch: Batch, cost: int, action: int) -> int:
        source, shape = self._put_batch(batch)
        contents, _ = intern(*self.bank, batch.type.kind, shape, source, cost, action, 0, 0, 0)
        return int(contents)

    def _write_leaves(self) -> None:
        for number, batch in enumerate(self.problem.inputs):
            contents = self._leaf(batch, 1, at.LEAF_INPUT)
            self._leaves.setdefault(contents, ("input", number))
            if number < at.MAX_COUNTED_INPUTS:
                set_inputs(self.bank.pool, contents, int(inputs_of(self.bank.pool, contents)) | 1 << number)
                self.memory[at.ALL_INPUTS] |= 1 << number
        for number, (type_, value) in enumerate(self.constants):
            batch = encode([value] * self.examples, type_)
            price = self._constant_prices.get(repr(value), 3)
            self._leaves.setdefault(self._leaf(batch, price, at.LEAF_CONSTANT), ("constant", number))

    def _action_address(self, name: str, params: tuple[ValueType, ...]) -> int:
        """Returns the address of the action with these operand types, or 0 if the search may not call it."""
        for number, action in enumerate(self.actions):
            if action.row.name == name and action.overload.params == params:
                return int(self.memory[at.ACTIONS]) + number * at.ACTION_WORDS
        return 0

    def _form_address(self, form: str, goal: ValueType, values: list[HostValue]) -> int:
        call = form_call(form, goal)
        return self._action_address(*call) if call and is_possible(form, values) else 0

    def _add_goal(self, batch: Batch) -> int:
        memory = self.memory
        number = int(memory[at.NUM_GOALS])
        source, shape = self._put_batch(batch)
        kind = batch.type.kind
        contents, _ = intern(*self.bank, kind, shape, source, at.INFINITE_COST, at.UNDERIVED, 0, 0, 0)
        record = int(memory[at.GOALS]) + number * at.GOAL_WORDS
        words = int(memory[at.GOALS]) + at.MAX_GOALS * at.GOAL_WORDS + number * int(memory[at.CAP])
        memory[words : words + len(batch.words)] = batch.words
        memory[record : record + 4] = [contents, words, shape, kind]
        values = decode(batch)
        for form, name in enumerate(at.FORMS):
            memory[record + at.G_FORMS + form] = self._form_address(name, batch.type, values)
        memory[at.NUM_GOALS] = number + 1
        return int(contents)

    def _write_goals(self) -> None:
        """Writes the target and the goals from which one cheap call leads to it."""
        goal, memory = self.problem.goal, self.memory
        target = self._add_goal(goal)
        memory[at.GOAL] = target
        memory[at.BEST_COST] = cost_of(self.bank.pool, target)
        if goal.type.rank == 1:
            self._write_split(1, len(goal.words), "select", (ValueType(Elem.BOOL, 1), goal.type, goal.type))
        name = "select" if goal.type.rank == 0 else "choose"
        self._write_split(0, self.examples, name, (ValueType(Elem.BOOL, 0), goal.type, goal.type))
        if not self.options.goal_directed:
            return
        for skill, words in undone(goal):
            action = self._action_address(skill, (goal.type,))
            if action and not np.array_equal(words, goal.words):
                self._want(goal._replace(words=words), action, target)
        self._write_frame_goals(target, decode(goal))
        for skill, type_, values in before(goal):
            action = self._action_address(skill, (type_,))
            batch = encode(values, type_)
            if action and not np.array_equal(batch.words, goal.words):
                need = self._add_goal(batch)
                if need != target:
                    self._wait_for(need, action, (0, 0), target)

    def _want(self, batch: Batch, action: int, target: int) -> None:
        """Makes a unary call give `target` as soon as a contents with these words is derived."""
        source, shape = self._put_batch(batch)
        need, _ = intern(*self.bank, batch.type.kind, shape, source, at.INFINITE_COST, at.UNDERIVED, 0, 0, 0)
        self._wait_for(int(need), action, (0, 0), target)

    def _wait_for(self, need: int, action: int, operands: tuple[int, int], target: int) -> None:
        """Makes `action` on the operands (0 = `need`) give `target` once `need` is derived, perhaps now."""
        add_trigger(*self.bank, need, action, *operands, 0, target)
        if cost_of(self.bank.pool, need) < at.INFINITE_COST:
            first, second = operands
            derive(*self.bank, action, first or need, second or need, 0, target)

    def _write_frame_goals(self, target: int, values: list[HostValue]) -> None:
        """Adds the goal without what all examples begin or end with: a constant list to put there."""
        type_ = self.problem.output_type
        concat = self._action_address("concat", (type_, type_))
        if not concat or type_.rank != 1 or not self.options.inferred_constants:
            return
        # Two lists may begin alike by chance, texts that are written by a rule hardly do.
        if self.examples < (2 if type_.elem is Elem.CHAR else 3):
            return
        for at_front in (True, False):
            found = frame(values, at_front)
            if found is None:
                continue
            unit = int(self.memory[at.LITERAL_PRICE])
            batch = encode([found.edge] * self.examples, type_)
            literal = self._leaf(batch, unit + len(found.edge) * unit // 2, at.LEAF_LITERAL)
            need = self._add_goal(encode(found.rest, type_))
            self._wait_for(need, concat, (literal, 0) if at_front else (0, literal), target)
            target, values = need, found.rest

    def _write_split(self, level: int, cells: int, name: str, params: tuple[ValueType, ...]) -> None:
        action = self._action_address(name, params)
        store = int(self.memory[at.PATTERNS]) + level * STORE_WORDS
        words = (cells + 63) // 64
        if action and 2 <= cells and words <= 16:
            self.memory[store : store + 3] = [cells, words, action]
