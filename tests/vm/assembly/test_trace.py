"""Tracing assembly: every instruction shows the whole machine, and the trace ends where the run does."""

import pytest

from tests.vm.assembly.generator import HEAP, AssemblyGenerator
from vm.assembly.program import AssemblyProgram
from vm.isa import Status
from vm.limits import Limits
from vm.program import ProgramError
from vm.values import decode

TEXT = "x86 (xs: list[int], k: int) -> [xs : xs_len]; call f; store [xs + 1], k; ret; f:; cmp k, 3; " \
    "push k; pop r; cmovg k, 7; ret"  # fmt: skip


def test_steps_show_registers_flags_memory_stack_and_line():
    steps = list(AssemblyProgram.parse(TEXT).trace([4, 5, 6], 9))
    assert [step.line for step in steps] == [None, 0, 3, 4, 5, 6, 7, 1, 2]
    assert [step.next_line for step in steps] == [0, 3, 4, 5, 6, 7, 1, 2, 8]
    assert [step.flags for step in steps] == ["none"] * 2 + ["greater"] * 7
    assert [step.stack for step in steps[:5]] == [(), (1,), (1,), (9, 1), (1,)]
    assert steps[0].memory == (4, 5, 6)
    assert steps[-1].memory == (4, 7, 6)
    assert steps[4].registers == {"xs": 0, "xs_len": 3, "k": 9, "r": 9}
    assert {step.status for step in steps} == {Status.OK}


def test_traces_end_as_runs_do():
    generator = AssemblyGenerator(7)
    for _ in range(300):
        case = generator.case(0)
        values = [decode(batch)[0] for batch in case.batches]
        limits = Limits(min(case.limits.fuel, 60), 64, HEAP)
        one = tuple(type(batch)(batch.type, *_first(batch)) for batch in case.batches)
        run, steps = case.program.run(one, limits), list(case.program.trace(*values, limits=limits))
        ended = Status.OK if run.line is None else run.status
        assert steps[-1].status is ended, case.program
        if run.line is not None:
            assert steps[-1].line == run.line
        assert len(steps) - 1 - (run.status is Status.OUT_OF_FUEL) == run.fuel_used


def _first(batch):
    """Rows, columns and words of the first example."""
    size = int(batch.rows[0] * batch.cols[0])
    return batch.words[:size], batch.rows[:1], batch.cols[:1]


def test_a_trace_is_not_disturbed_by_other_runs():
    program = AssemblyProgram.parse(TEXT)
    steps = program.trace([1, 2], 0)
    seen = [next(steps), next(steps)]
    assert program([8, 9], 5) == [8, 7]
    seen += steps
    assert seen == list(program.trace([1, 2], 0))


def test_inputs_that_do_not_fit_are_refused_at_once():
    with pytest.raises(ProgramError, match="takes 2 inputs"):
        AssemblyProgram.parse(TEXT).trace([1])
