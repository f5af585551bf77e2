"""The plain twin of a whole run: what every line gives on every lane, what it costs, and how it faults.

Fuel and memory are counted here from their definition (vm/execute.py, vm/loops.py), not from what kernels
do: `top` says how many words of the heap are alive, and goes back when a call or a round drops what it
made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from vm.assembly.program import AssemblyProgram
from vm.functions.call import CALL_FUEL
from vm.functions.copies import plain_function
from vm.functions.function import PythonFunction
from vm.isa import Convention, Status, Work
from vm.limits import DEFAULT_LIMITS, Limits
from vm.program import Bind, Constant, Program
from vm.reference.assembly import run_assembly_lanes
from vm.reference.forms import Form, ReferenceFault, form_words, from_form, to_form
from vm.reference.functions import run_plain
from vm.reference.instructions import apply_instruction
from vm.table import BY_NAME
from vm.values import HostValue, ValueType
from vm.verifier import Call, Closure, type_program

_in_python = cache(plain_function)
Lanes: TypeAlias = list[Form]
"""One pointer's values, a form for each lane."""


@dataclass(frozen=True)
class BoundSkill:
    """A skill as a value: its closure, and the values of all pointers that it may take along."""

    closure: Closure
    values: Mapping[int, Lanes]


Operand: TypeAlias = "Lanes | BoundSkill"


@dataclass(frozen=True)
class ReferenceRun:
    """What a run gave; see `vm.execute.Run`."""

    status: Status
    line: int | None
    fuel_used: int
    outputs: list[HostValue] | None


def words(lanes: Lanes) -> int:
    """Returns the machine words of a pointer's values."""
    return sum(map(form_words, lanes))


def extra_work(work: Work, data: Sequence[Lanes]) -> int:
    """Returns the extra fuel of a call on these operands."""
    if work is Work.LINEAR:
        return 0
    if work is Work.SQUARE:
        return sum(form_words(x) ** 2 for x in data[0])
    if work is Work.PRODUCT:
        return sum(form_words(x) * form_words(y) for x, y in zip(data[0], data[1], strict=True))
    return sum(len(x) * form_words(y) for x, y in zip(data[0], data[1], strict=True))


def taken_along(closure: Closure) -> set[int]:
    """Returns the data pointers that a closure has bound."""
    pointers: set[int] = set()
    for slot in closure.slots:
        if isinstance(slot, Closure):
            pointers |= taken_along(slot)
        elif slot is not None:
            pointers.add(slot)
    return pointers


class ReferenceMachine:
    """One run in progress."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.fuel_used = 0
        self.top = 0
        self.line: int | None = None

    def spend(self, amount: int) -> None:
        """Charges fuel."""
        if self.fuel_used + amount > self.limits.fuel:
            raise ReferenceFault(Status.OUT_OF_FUEL)
        self.fuel_used += amount

    def allocate(self, size: int) -> None:
        """Takes words of the heap."""
        if self.top + size > self.limits.heap:
            raise ReferenceFault(Status.OUT_OF_MEMORY)
        self.top += size

    def allocate_frame(self, num_lanes: int) -> None:
        """Takes the words of a frame."""
        self.allocate(3 * num_lanes + 1)

    def allocate_value(self, value: Lanes) -> None:
        """Takes the words of a value with its shape."""
        if words(value) > self.limits.capacity:
            raise ReferenceFault(Status.OUT_OF_MEMORY)
        self.allocate(3 * len(value) + 1 + words(value))

    def finish(self, base: int, result: Lanes) -> Lanes:
        """Drops everything of a call but its result, and charges for that."""
        self.top = base
        self.allocate_value(result)
        self.spend(words(result))
        return result

    def run_lines(self, program: Program, inputs: Sequence[Lanes], num_lanes: int, *, is_main: bool) -> Lanes:
        """Runs the lines of a program and returns what it gives; `self.line` follows the main program's."""
        typer = type_program(program)
        values: dict[int, Lanes] = dict(enumerate(inputs))
        for number, line in enumerate(program.lines):
            pointer = program.num_inputs + number
            if is_main:
                self.line = number
            if isinstance(line, Constant):
                values[pointer] = [to_form(line.value, line.type)] * num_lanes
                self.allocate_value(values[pointer])
                self.spend(num_lanes + words(values[pointer]))
            elif isinstance(line, Bind):
                self.allocate_value([0] * num_lanes)
                self.spend(2 * num_lanes)
            else:
                operands: list[Operand] = [
                    BoundSkill(typer.closures[arg], values) if arg in typer.closures else values[arg]
                    for arg in line.args
                ]
                values[pointer] = self.run_call(typer.calls[pointer], operands, num_lanes)
        return values[program.output]

    def run_call(self, call: Call, operands: Sequence[Operand], num_lanes: int) -> Lanes:
        """Runs one call on all lanes."""
        data = [operand for operand in operands if not isinstance(operand, BoundSkill)]
        skills = [operand for operand in operands if isinstance(operand, BoundSkill)]
        work = BY_NAME[call.skill].work if call.body is not None else Work.LINEAR
        self.spend(num_lanes * (1 + len(skills)) + sum(map(words, data)) + extra_work(work, data))
        base = self.top
        if call.body is None:
            assert call.composition is not None
            if isinstance(call.composition.body, AssemblyProgram):
                return self.run_assembly(call.composition.body, data, num_lanes)
            if isinstance(call.composition.body, PythonFunction):
                return self.run_function(call.composition.body, data, num_lanes)
            self.allocate_frame(num_lanes)
            result = self.run_lines(call.composition.body, data, num_lanes, is_main=False)
            self.allocate_value(result)
            return self.finish(base, result)
        if call.body.convention is not Convention.HIGHER:
            result = self.run_instruction(call, data, num_lanes)
            self.allocate_value(result)
            self.spend(words(result))
            return result
        if call.skill in ("map", "filter", "sort_by"):
            result = self.run_over_elements(call, skills[0], data[0])
        elif call.skill == "scan":
            result = self.run_scan(call, skills[0], data[0])
        else:
            result = self.run_carrying(call, skills, data)
        return self.finish(base, result)

    def run_assembly(self, body: AssemblyProgram, data: Sequence[Lanes], num_lanes: int) -> Lanes:
        """Runs an assembly body, one unit of fuel for each instruction."""
        result, status, _ = run_assembly_lanes(
            body, data, num_lanes, self.limits.capacity, lambda: self.spend(1)
        )
        if result is None:
            raise ReferenceFault(status)
        self.allocate_value(result)
        self.spend(words(result))
        return result

    def run_function(self, body: PythonFunction, data: Sequence[Lanes], num_lanes: int) -> Lanes:
        """Runs a Python function, lane after lane."""
        self.spend(CALL_FUEL * num_lanes)
        function = _in_python(body.function)
        result: Lanes = []
        room = self.limits.capacity
        for lane in range(num_lanes):
            form = run_plain(function, body, [operand[lane] for operand in data], room)
            room -= form_words(form)
            result.append(form)
        self.allocate_value(result)
        self.spend(words(result))
        return result

    def run_instruction(self, call: Call, data: Sequence[Lanes], num_lanes: int) -> Lanes:
        """Runs an instruction that takes no skills, lane after lane."""
        types = [type_ for type_ in call.operands if isinstance(type_, ValueType)]
        result: Lanes = []
        room = self.limits.capacity
        for lane in range(num_lanes):
            form = apply_instruction(call.skill, [operand[lane] for operand in data], types, room)
            room -= form_words(form)
            if room < 0:
                raise ReferenceFault(Status.OUT_OF_MEMORY)
            result.append(form)
        return result

    def run_round(
        self, call: Call, skill: BoundSkill, lane_list: Sequence[int], inputs: Sequence[Lanes]
    ) -> Lanes:
        """Runs a skill once, on one lane for each of `lane_list`; its free slots get `inputs`."""
        num_lanes = len(lane_list)
        self.allocate_frame(num_lanes)
        taken = {
            pointer: [skill.values[pointer][lane] for lane in lane_list]
            for pointer in taken_along(skill.closure)
        }
        for value in (*inputs, *taken.values()):
            self.allocate_value(value)
        self.spend(num_lanes + sum(map(words, inputs)) + sum(map(words, taken.values())))
        free = iter(inputs)
        operands: list[Operand] = []
        for slot in skill.closure.slots:
            if slot is None:
                operands.append(next(free))
            else:
                operands.append(BoundSkill(slot, taken) if isinstance(slot, Closure) else taken[slot])
        return self.run_call(call, operands, num_lanes)

    def run_over_elements(self, call: Call, skill: BoundSkill, lists: Lanes) -> Lanes:
        """Runs `map`, `filter` or `sort_by`: every element of every lane is a lane of one round."""
        owners = [lane for lane, items in enumerate(lists) for _ in items]
        self.allocate(len(owners))
        elements = [item for items in lists for item in items]
        results = iter(self.run_round(call.callees[0], skill, owners, [elements]) if elements else [])
        answers = [[next(results) for _ in items] for items in lists]
        if call.skill == "map":
            made = answers
        elif call.skill == "filter":
            made = [
                [item for item, keep in zip(items, flags, strict=True) if keep]
                for items, flags in zip(lists, answers, strict=True)
            ]
        else:
            made = [
                [items[place] for place in sorted(range(len(items)), key=keys.__getitem__)]
                for items, keys in zip(lists, answers, strict=True)
            ]
        self.allocate_value(made)
        return made

    def run_scan(self, call: Call, skill: BoundSkill, lists: Lanes) -> Lanes:
        """Runs `scan`: the first element, then each result with the next element."""
        self.allocate(len(lists))
        self.allocate_value(lists)
        top = self.top
        made = [items[:1] for items in lists]
        step = 1
        while running := [lane for lane, items in enumerate(lists) if len(items) > step]:
            last = [made[lane][-1] for lane in running]
            elements = [lists[lane][step] for lane in running]
            for lane, result in zip(
                running, self.run_round(call.callees[0], skill, running, [last, elements]), strict=True
            ):
                made[lane].append(result)
            self.top = top
            step += 1
        return made

    def carry(
        self, call: Call, skill: BoundSkill, running: Sequence[int], carried: Lanes, *more: Lanes
    ) -> Lanes:
        """Runs one round of a loop and returns the carried value with the results on the lanes that ran."""
        base = self.top
        results = self.run_round(call, skill, running, [[carried[lane] for lane in running], *more])
        merged = list(carried)
        for lane, result in zip(running, results, strict=True):
            merged[lane] = result
        self.allocate_value(merged)
        self.top = base - words(carried) + words(merged)
        self.spend(len(merged) + words(merged))
        return merged

    def run_carrying(self, call: Call, skills: Sequence[BoundSkill], data: Sequence[Lanes]) -> Lanes:
        """Runs `fold`, `iterate` or `until`, which carry a value from round to round."""
        carried = data[1] if call.skill == "iterate" else data[0]
        self.allocate(len(carried))
        self.allocate_value(carried)
        if call.skill == "until":
            return self.run_until(call, skills, carried)
        step = 0
        while True:
            if call.skill == "iterate":
                running = [lane for lane, count in enumerate(data[0]) if count > step]
            else:
                running = [lane for lane, items in enumerate(data[1]) if len(items) > step]
            if not running:
                return carried
            more = [[data[1][lane][step] for lane in running]] if call.skill == "fold" else []
            carried = self.carry(call.callees[0], skills[0], running, carried, *more)
            step += 1

    def run_until(self, call: Call, skills: Sequence[BoundSkill], carried: Lanes) -> Lanes:
        """Runs `until`: asks the predicate, then applies the skill where it says false."""
        running = list(range(len(carried)))
        while running:
            top = self.top
            answers = self.run_round(
                call.callees[1], skills[1], running, [[carried[lane] for lane in running]]
            )
            self.top = top
            running = [lane for lane, done in zip(running, answers, strict=True) if not done]
            if running:
                carried = self.carry(call.callees[0], skills[0], running, carried)
        return carried


def run_reference(
    program: Program, inputs: Sequence[Sequence[HostValue]], limits: Limits = DEFAULT_LIMITS
) -> ReferenceRun:
    """Runs a program on all examples at once.

    Args:
      program: what to run.
      inputs: for each input its host values, one for each example; without inputs there is one example.
      limits: bounds on fuel and memory.
    """
    machine = ReferenceMachine(limits)
    forms = [
        [to_form(value, type_) for value in values]
        for values, type_ in zip(inputs, program.input_types, strict=True)
    ]
    num_lanes = len(forms[0]) if forms else 1
    try:
        if num_lanes > limits.capacity:
            raise ReferenceFault(Status.OUT_OF_MEMORY)
        machine.allocate_frame(num_lanes)
        for value in forms:
            machine.allocate_value(value)
        result = machine.run_lines(program, forms, num_lanes, is_main=True)
    except ReferenceFault as fault:
        return ReferenceRun(fault.status, machine.line, machine.fuel_used, None)
    outputs = [from_form(form, program.output_type) for form in result]
    return ReferenceRun(Status.OK, None, machine.fuel_used, outputs)
