"""Compares machine and reference on random programs: `python -m tests.vm.fuzz --programs 1000000`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.vm.assembly.fuzz import fuzz_assembly
from tests.vm.program_generator import Case, Generator
from tests.vm.tally import REFUSED, Tally
from vm.assembly.isa import ASSEMBLY_ROWS
from vm.isa import Status
from vm.program import ProgramError
from vm.reference import forms_agree, to_form
from vm.reference.machine import run_reference
from vm.reference.types import is_well_typed
from vm.table import INSTRUCTIONS
from vm.values import decode
from vm.verifier import verify

SPOILT_SHARE = 0.25
CHUNK = 5000
INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"
# What an interpreted `math.exp` raises where the compiled one gives infinity.
EXP_OVERFLOW = "math range error"


def describe(case: Case, what: str) -> str:
    """Returns a report of a disagreement that suffices to repeat it."""
    inputs = [decode(batch) for batch in case.batches]
    shown = f"{case.program}\n{case.program.lines}"
    learnt = "".join(f"{skill.name}: {skill.body.text}\n" for skill in case.program.skills.learnt)
    return f"{what}\n{learnt}{shown}\non {inputs}\nwith {case.limits}"


def check_refusal(case: Case) -> str | None:
    """Returns what is wrong with how an ill-typed program is refused; None if nothing is."""
    if not all(str(reason).strip() for reason in verify(case.program)):
        return "refused without a reason"
    try:
        case.program.run(case.batches, case.limits)
    except ProgramError:
        return None
    return "a refused program ran"


def check_run(case: Case, tally: Tally) -> str | None:
    """Returns where machine and reference disagree on a program that may run; None if nowhere."""
    run = case.program.run(case.batches, case.limits)
    wanted = run_reference(case.program, [decode(batch) for batch in case.batches], case.limits)
    tally.outcomes[run.status.name] += 1
    if (run.status, run.line) != (wanted.status, wanted.line):
        return f"status {run.status.name} at {run.line}, reference {wanted.status.name} at {wanted.line}"
    if run.fuel_used != wanted.fuel_used:
        return f"fuel used {run.fuel_used}, reference {wanted.fuel_used} ({run.status.name})"
    if run.status is not Status.OK:
        return None
    tally.completed.update(case.program.called)
    assert wanted.outputs is not None
    type_ = case.program.output_type
    for given, expected in zip(run.outputs(), wanted.outputs, strict=True):
        if not forms_agree(to_form(given, type_), to_form(expected, type_)):
            return f"result {given!r}, reference {expected!r}"
    return None


def check(case: Case, tally: Tally) -> str | None:
    """Returns what disagrees on one case, in words; None if nothing does."""
    refused, ill_typed = bool(verify(case.program)), not is_well_typed(case.program)
    if refused != ill_typed:
        return "verifier and reference disagree on whether the program may run"
    if refused:
        tally.outcomes[REFUSED] += 1
    return check_refusal(case) if refused else check_run(case, tally)


def fuzz(seed: int, num_programs: int) -> Tally:
    """Runs cases until one disagrees or all are done."""
    generator, tally = Generator(seed), Tally()
    for _ in range(num_programs):
        case = generator.case(generator.rng.random() < SPOILT_SHARE)
        try:
            what = check(case, tally)
        except Exception as error:  # whatever it is, it is a disagreement
            what = None if INTERPRETED and str(error) == EXP_OVERFLOW else f"{type(error).__name__}: {error}"
        if what is not None:
            tally.mismatch = describe(case, f"seed {seed}: {what}")
            break
    return tally


def fuzz_all(
    seed: int, num_programs: int, workers: int, fuzz: Callable[[int, int], Tally] = fuzz
) -> Iterator[Tally]:
    """Yields the tallies of chunks, each with a seed of its own, in order."""
    sizes = [min(CHUNK, num_programs - begin) for begin in range(0, num_programs, CHUNK)]
    seeds = range(seed * 1_000_000, seed * 1_000_000 + len(sizes))
    if workers < 2:
        yield from map(fuzz, seeds, sizes)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(fuzz, seeds, sizes)


def fuzz_part(
    name: str, fuzz: Callable[[int, int], Tally], wanted: set[str], arguments: argparse.Namespace
) -> bool:
    """Fuzzes one half of the machine and prints what was met; says whether machine and reference agree."""
    begin, total = time.perf_counter(), Tally()
    for tally in fuzz_all(arguments.seed, arguments.programs, arguments.workers, fuzz):
        total.add(tally)
        if total.mismatch is not None:
            print(total.mismatch)
            return False
        seconds = time.perf_counter() - begin
        print(
            f"{name}: {total.outcomes.total()} of {arguments.programs} agree, {seconds:.0f} s",
            file=sys.stderr,
        )
    missing = sorted(wanted - set(total.completed))
    print(f"{name}: {total.outcomes.total()} programs agree: {dict(sorted(total.outcomes.items()))}")
    print(f"{name}: instructions that never ran to the end: {', '.join(missing) or 'none'}")
    return True


def main() -> int:
    """Runs the command; the exit status is 1 if anything disagrees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20_000, help="of each half of the machine")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", choices=("arrays", "assembly"))
    arguments = parser.parse_args()
    agree = True
    if arguments.only != "assembly":
        agree = fuzz_part("arrays", fuzz, {row.name for row in INSTRUCTIONS}, arguments)
    if arguments.only != "arrays":
        agree = fuzz_part("assembly", fuzz_assembly, set(ASSEMBLY_ROWS), arguments) and agree
    return int(not agree)


if __name__ == "__main__":
    sys.exit(main())
