"""Compares the scalar machine with its plain twin on random programs; see `python -m tests.vm.fuzz`."""

from __future__ import annotations

import warnings

from tests.vm.assembly.generator import AssemblyCase, AssemblyGenerator
from tests.vm.tally import REFUSED, Tally
from vm.assembly.program import AssemblyProgram
from vm.assembly.verifier import verify
from vm.isa import Status
from vm.program import ProgramError
from vm.reference.assembly import run_assembly_reference
from vm.values import decode

SPOILT_SHARE = 0.1
TOO_LARGE = "more words than a value may have"


def check_refusal(case: AssemblyCase) -> str | None:
    """Returns what is wrong with how a spoilt program is refused; None if nothing is."""
    if not verify(case.program):
        return "a spoilt program is not refused"
    try:
        case.program.run(case.batches, case.limits)
    except ProgramError:
        return None
    return "a refused program ran"


def check_run(case: AssemblyCase, tally: Tally) -> str | None:
    """Returns where machine and reference disagree; None if nowhere."""
    if reasons := verify(case.program):
        return f"a good program is refused: {reasons[0]}"
    if AssemblyProgram.parse(case.program.text) != case.program:
        return "the text does not round-trip"
    inputs = [decode(batch) for batch in case.batches]
    run = case.program.run(case.batches, case.limits)
    if any(len(batch.words) > case.limits.capacity for batch in case.batches):
        tally.outcomes[TOO_LARGE] += 1
        return None if run.status is Status.OUT_OF_MEMORY else "inputs that do not fit were taken"
    wanted = run_assembly_reference(case.program, inputs, case.limits)
    tally.outcomes[run.status.name] += 1
    if (run.status, run.line) != (wanted.status, wanted.line):
        return f"status {run.status.name} at {run.line}, reference {wanted.status.name} at {wanted.line}"
    if run.fuel_used != wanted.fuel_used:
        return f"fuel used {run.fuel_used}, reference {wanted.fuel_used} ({run.status.name})"
    if run.status is not Status.OK:
        return None
    tally.completed.update({line.mnemonic for line in case.program.instructions})
    given = run.outputs()
    return None if repr(given) == repr(wanted.outputs) else f"result {given}, reference {wanted.outputs}"


def fuzz_assembly(seed: int, num_programs: int) -> Tally:
    """Runs cases until one disagrees or all are done."""
    generator, tally = AssemblyGenerator(seed), Tally()
    # Interpreted kernels warn where compiled ones wrap.
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)
    for _ in range(num_programs):
        case = generator.case(SPOILT_SHARE)
        if case.is_spoilt:
            tally.outcomes[REFUSED] += 1
        try:
            what = check_refusal(case) if case.is_spoilt else check_run(case, tally)
        except Exception as error:  # whatever it is, it is a disagreement
            what = f"{type(error).__name__}: {error}"
        if what is not None:
            inputs = [decode(batch) for batch in case.batches]
            tally.mismatch = f"seed {seed}: {what}\n{case.program}\non {inputs}\nwith {case.limits}"
            break
    return tally
