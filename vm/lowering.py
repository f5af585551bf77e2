"""Turns a program into the machine's code: one block for the program, one for each skill it enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from vm import state
from vm.assembly.lowering import lower_assembly
from vm.assembly.program import AssemblyProgram
from vm.functions.function import PythonFunction
from vm.isa import Convention
from vm.program import Bind, Constant, Program
from vm.state import Code
from vm.table import BY_NAME
from vm.values import ValueType, encode
from vm.verifier import Call, Closure, type_program

LOOPS: Final[dict[str, int]] = {
    "map": state.MAP,
    "filter": state.FILTER,
    "sort_by": state.SORT_BY,
    "fold": state.FOLD,
    "scan": state.SCAN,
    "iterate": state.ITERATE,
    "until": state.UNTIL,
}
CACHED_PROGRAMS = 256
NO_REGISTER = 0


def captured(closure: Closure) -> list[int]:
    """Returns the data pointers that a bound skill takes along, each once, in the order of its slots."""
    pointers: dict[int, None] = {}
    for slot in closure.slots:
        for pointer in captured(slot) if isinstance(slot, Closure) else () if slot is None else (slot,):
            pointers[pointer] = None
    return list(pointers)


class _Lowering:
    """Collects blocks, operations, registers, captures and constants."""

    def __init__(self) -> None:
        self.blocks: list[tuple[list[list[int]], int, int]] = []
        self.ranks: list[int] = []
        self.captures: list[int] = []
        self.pool: list[int] = []
        self.composition_blocks: dict[str, int] = {}
        self.records: dict[str, int] = {}
        self.scalar_constants: set[int] = set()

    def new_register(self, type_: ValueType) -> int:
        self.ranks.append(type_.rank)
        return len(self.ranks) - 1

    def new_block(self, input_types: Sequence[ValueType]) -> tuple[int, list[int]]:
        """Returns the number of a new block and its input registers."""
        block, registers = len(self.blocks), [self.new_register(type_) for type_ in input_types]
        self.blocks.append(([], registers[0] if registers else len(self.ranks), NO_REGISTER))
        return block, registers

    def finish_block(self, block: int, ops: list[list[int]], result: int) -> None:
        self.blocks[block] = (ops, self.blocks[block][1], result)

    def add_captures(self, registers: Sequence[int]) -> int:
        """Returns where the registers stand among the captures."""
        self.captures.extend(registers)
        return len(self.captures) - len(registers)

    def program_block(self, program: Program) -> int:
        """Lowers a program's lines: one operation each, whose register follows those of the inputs."""
        typer = type_program(program)
        types = [type_ for type_ in typer.types if type_ is not None]
        block, _ = self.new_block(program.input_types)
        first = self.blocks[block][1]
        for type_ in types[program.num_inputs :]:
            self.new_register(type_)
        ops = []
        for number, line in enumerate(program.lines):
            pointer = program.num_inputs + number
            if isinstance(line, Constant):
                ops.append(self.constant(line, first + pointer))
            elif isinstance(line, Bind):
                ops.append(self.op(state.BIND, first + pointer))
            else:
                operands = [typer.closures.get(arg, arg) for arg in line.args]
                call = typer.calls[pointer]
                ops.append(
                    self.call(call, operands, lambda at: first + at, types.__getitem__, first + pointer)
                )
        self.finish_block(block, ops, first + program.output)
        return block

    def op(self, kind: int, out: int) -> list[int]:
        op = [0] * state.OP_WIDTH
        op[state.KIND], op[state.OUT] = kind, out
        return op

    def constant(self, line: Constant, out: int) -> list[int]:
        batch = encode([line.value], line.type)
        op = self.op(state.CONSTANT, out)
        op[state.OUT_RANK] = line.type.rank
        op[state.POOL], op[state.POOL_ROWS], op[state.POOL_COLS] = (
            len(self.pool),
            int(batch.rows[0]),
            int(batch.cols[0]),
        )
        self.pool.extend(batch.words.tolist())
        if line.type.rank == 0:
            self.scalar_constants.add(out)
        return op

    def call(
        self,
        call: Call,
        operands: Sequence[int | Closure],
        register_of: Callable[[int], int],
        type_of: Callable[[int], ValueType],
        out: int,
    ) -> list[int]:
        """Lowers one call.

        Args:
          call: what the verifier decided.
          operands: pointers and closures.
          register_of: gives the register of a pointer.
          type_of: gives the type of a pointer.
          out: register of the result.
        """
        data = [register_of(operand) for operand in operands if not isinstance(operand, Closure)]
        op = self.op(state.CALL, out)
        op[state.OUT_RANK] = call.result.rank
        if call.composition is not None:
            if isinstance(call.composition.body, AssemblyProgram):
                op[state.KIND] = state.ASSEMBLY
                op[state.RECORD] = self.assembly_record(call.composition.body)
            elif isinstance(call.composition.body, PythonFunction):
                op[state.KIND] = state.FUNCTION
                op[state.KEY] = linked(call.composition.body)
            else:
                op[state.F_BLOCK] = self.composition_block(call.composition.name, call.composition.body)
            op[state.F_CAPTURES], op[state.F_NUM_CAPTURES] = self.add_captures(data), len(data)
            return op
        assert call.body is not None
        op[state.OPCODE], op[state.WORK] = call.body.opcode, int(BY_NAME[call.skill].work)
        op[state.ARITY], op[state.NUM_SKILLS] = len(data), len(operands) - len(data)
        types = [type_ for type_ in call.operands if isinstance(type_, ValueType)]
        for place in range(3):
            op[state.X + place] = data[place if place < len(data) else 0]
            op[state.X_RANK + place] = types[place].rank if place < len(data) else 0
            if place < len(data) and data[place] in self.scalar_constants:
                op[state.X_RANK + place] = state.CONSTANT_RANK
        if call.body.convention is not Convention.HIGHER:
            lifts = call.body.convention is Convention.ELEMENTWISE
            op[state.KIND] = state.ELEMENTWISE if lifts else state.STRUCTURAL
            return op
        op[state.KIND] = LOOPS[call.skill]
        closures = [operand for operand in operands if isinstance(operand, Closure)]
        for place, closure, callee in zip(
            (state.F_BLOCK, state.P_BLOCK), closures, call.callees, strict=False
        ):
            taken = captured(closure)
            registers = [register_of(pointer) for pointer in taken]
            op[place] = self.closure_block(closure, callee, taken, type_of)
            op[place + 1], op[place + 2] = self.add_captures(registers), len(taken)
        return op

    def composition_block(self, name: str, body: Program) -> int:
        """Returns the block of a learnt composition, lowered once."""
        if name not in self.composition_blocks:
            self.composition_blocks[name] = self.program_block(body)
        return self.composition_blocks[name]

    def assembly_record(self, body: AssemblyProgram) -> int:
        """Returns where the record of an assembly body begins in the pool; it is put there once."""
        if body.hash not in self.records:
            self.records[body.hash] = len(self.pool)
            self.pool.extend(lower_assembly(body))
        return self.records[body.hash]

    def closure_block(
        self, closure: Closure, call: Call, taken: Sequence[int], type_of: Callable[[int], ValueType]
    ) -> int:
        """Lowers a bound skill to a block of one call: free slots are inputs, then what it takes along."""
        free_types = [
            operand
            for slot, operand in zip(closure.slots, call.operands, strict=True)
            if slot is None and isinstance(operand, ValueType)
        ]
        block, inputs = self.new_block([*free_types, *map(type_of, taken)])
        free, local = iter(inputs), dict(zip(taken, inputs[len(free_types) :], strict=True))
        # A free slot gets a pointer of its own, below those of the program.
        local |= {-1 - place: next(free) for place in range(len(free_types))}
        names = iter(range(len(free_types)))
        operands = [-1 - next(names) if slot is None else slot for slot in closure.slots]
        out = self.new_register(call.result)
        op = self.call(call, operands, local.__getitem__, type_of, out)
        self.finish_block(block, [op], out)
        return block

    def code(self) -> Code:
        """Returns the arrays."""
        ops: list[list[int]] = []
        blocks = []
        for block_ops, first_register, result in self.blocks:
            blocks.append((len(ops), len(ops) + len(block_ops), first_register, result))
            ops.extend(block_ops)
        return Code(
            np.array(ops, np.int64).reshape(-1, state.OP_WIDTH),
            np.array(blocks, np.int64).reshape(-1, state.BLOCK_WIDTH),
            np.array(self.ranks, np.int64),
            np.array(self.captures, np.int64),
            np.array(self.pool, np.int64),
        )


def linked(body: PythonFunction) -> int:
    """Returns the key of a Python function, compiled.

    Raises:
      ProgramError: it cannot be compiled.
    """
    # Imported here: what checks a function is of no use to other programs.
    from vm.functions.linking import link

    return link(body)


@lru_cache(maxsize=CACHED_PROGRAMS)
def lower(program: Program) -> Code:
    """Returns the code of a program.

    Raises:
      ProgramError: the program may not run, or calls a Python function that cannot be compiled.
    """
    lowering = _Lowering()
    lowering.program_block(program)
    return lowering.code()


def pointer_types(program: Program) -> Mapping[int, ValueType]:
    """Returns the type of every pointer of a program that may run."""
    return {at: type_ for at, type_ in enumerate(type_program(program).types) if type_ is not None}
