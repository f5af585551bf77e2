"""Injects faults into a copy of the machine, one by one; the fuzz finds each: `python -m tests.vm.mutations`.

A fault is a textual change of one file. The changed machine runs interpreted, which needs no compilation,
on the 20,000 programs of `test_fuzz.py` or, for faults of the scalar machine, of `test_assembly_fuzz.py`;
`--compiled` compiles it instead (a minute for each fault).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.vm.assembly.mutations import ASSEMBLY_MUTATIONS
from tests.vm.mutation import Mutation

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = 20_000
TIMEOUT_S = 600
INJECT_NOTHING = "nothing"


ARRAY_MUTATIONS = (
    Mutation(
        "take keeps one too many",
        "instructions/parts.py",
        "begin, keep = 0, clip_position(memory[y + e], size)",
        "begin, keep = 0, min(clip_position(memory[y + e], size) + 1, size)",
    ),
    Mutation(
        "a position just behind the end is allowed",
        "instructions/parts.py",
        "return position if 0 <= position < size else -1",
        "return position if 0 <= position <= size else -1",
    ),
    Mutation(
        "index is unchecked",
        "instructions/parts.py",
        "        i = element(memory[y + e], size)\n        if i < 0:\n            return BAD_INDEX\n",
        "        i = min(max(memory[y + e], 0), max(size - 1, 0))\n",
    ),
    Mutation(
        "sub swaps its operands",
        "instructions/arithmetic.py",
        "words[out + i] = words[a + i] - words[b + i]",
        "words[out + i] = words[b + i] - words[a + i]",
    ),
    Mutation(
        "div rounds towards zero",
        "instructions/arithmetic.py",
        "    return left // right\n",
        "    up = left // right < 0 and left % right != 0\n    return left // right + (1 if up else 0)\n",
    ),
    Mutation(
        "round takes halves up",
        "instructions/arithmetic.py",
        "float_to_int(np.rint(floats[a + i]))",
        "float_to_int(np.floor(floats[a + i] + 0.5))",
    ),
    Mutation(
        "a float at the upper limit overflows",
        "instructions/arithmetic.py",
        "if number >= 9223372036854775808.0:",
        "if number > 9223372036854775808.0:",
    ),
    Mutation(
        "le is lt",
        "instructions/logic.py",
        "memory[out + i] = 1 if memory[a + i] <= memory[b + i] else 0",
        "memory[out + i] = 1 if memory[a + i] < memory[b + i] else 0",
    ),
    Mutation("a shift by 63 gives nothing", "instructions/bits.py", "if count >= 64:", "if count >= 63:"),
    Mutation(
        "rotate turns the other way",
        "instructions/building.py",
        "memory[source + (i + offset) % size]",
        "memory[source + (i + size - offset) % size]",
    ),
    Mutation(
        "replicate checks no capacity",
        "instructions/building.py",
        "        keep = max(memory[y + e], 0)\n"
        "        if keep > capacity - at:\n            return OUT_OF_MEMORY\n",
        "        keep = min(max(memory[y + e], 0), capacity - at)\n",
    ),
    Mutation(
        "long sorts leave the last element where it is",
        "instructions/order.py",
        "def sort_words(memory, begin, size):\n",
        "def sort_words(memory, begin, size):\n    if size > SMALL:\n        size -= 1\n",
    ),
    Mutation("grade is unstable", "instructions/order.py", "return one < other", "return one > other"),
    Mutation(
        "sorting orders floats by their bits",
        "instructions/order.py",
        "return word ^ (INT_MAX if word < 0 else 0)",
        "return word",
    ),
    Mutation(
        "a running sum begins too late",
        "instructions/reductions.py",
        "            result += words[source + i]\n            words[target + i] = result\n",
        "            words[target + i] = result\n            result += words[source + i]\n",
    ),
    Mutation(
        "replace_text looks into what it has replaced",
        "instructions/text.py",
        "            read = place + old_size\n",
        "            read = place + 1\n",
    ),
    Mutation(
        "parse_int overflows",
        "instructions/text.py",
        "if digit < 0 or digit > 9 or number < truncate_ten(INT_MIN + digit):",
        "if digit < 0 or digit > 9:",
    ),
    Mutation(
        "transpose forgets to swap the sides",
        "instructions/grids.py",
        "put(memory, examples, out_shape, e, at, width_, height_)",
        "put(memory, examples, out_shape, e, at, height_, width_)",
    ),
    Mutation(
        "stack does not compare widths",
        "instructions/grid_building.py",
        "if upper > 0 and lower > 0 and left != right:",
        "if upper > 0 and lower > 0 and left > right:",
    ),
    Mutation(
        "a grid without elements keeps its rows",
        "shape.py",
        "empty = num_rows <= 0 or num_cols <= 0",
        "empty = num_rows <= 0",
    ),
    Mutation(
        "the dispatch runs its neighbour",
        "dispatch.py",
        "arithmetic.maximum(memory, a, b, out, n)",
        "arithmetic.minimum(memory, a, b, out, n)",
    ),
    Mutation(
        "unequal widths are not cut",
        "align.py",
        "num_cols = min(num_cols, cols(memory, lanes, y_shape, e))",
        "num_cols = num_cols",
    ),
    Mutation(
        "scalars are broadcast from the first lane",
        "align.py",
        "memory[np.uint64(address + e)]",
        "memory[np.uint64(address)]",
    ),
    Mutation(
        "lists of other lengths share a shape",
        "interpreter.py",
        "elif shape != other and not is_same(memory, lanes, shape, other):",
        "elif shape != other and total(memory, lanes, shape) != total(memory, lanes, other):",
    ),
    Mutation(
        "a scalar that is no constant is broadcast as one",
        "lowering.py",
        "if place < len(data) and data[place] in self.scalar_constants:",
        "if place < len(data) and types[place].rank == 0:",
    ),
    Mutation(
        "a composition's result is free",
        "calls.py",
        "    set_register(registers, op[OUT], out, shape)\n    status = charge(counters, size)\n",
        "    set_register(registers, op[OUT], out, shape)\n    status = OK\n",
    ),
    Mutation(
        "a composition's result keeps the shape that is dropped",
        "calls.py",
        "        shape = base\n",
        "",
    ),
    Mutation(
        "a result costs nothing",
        "interpreter.py",
        "set_register(registers, op[OUT], out, shape)\n    return charge(counters, size)",
        "set_register(registers, op[OUT], out, shape)\n    return OK",
    ),
    Mutation("quadratic work is charged as linear", "frames.py", "extra += words * words", "extra += words"),
    Mutation(
        "a constant has one lane",
        "interpreter.py",
        "    for lane in range(lanes):\n        put_same(memory, lanes, value, lane, lane * size",
        "    for lane in range(1):\n        put_same(memory, lanes, value, lane, lane * size",
    ),
    Mutation(
        "one unit of fuel too many",
        "frames.py",
        "if amount > counters[FUEL_LIMIT] - counters[FUEL_USED]:",
        "if amount > counters[FUEL_LIMIT] - counters[FUEL_USED] + 1:",
    ),
    Mutation(
        "fuel is not checked",
        "frames.py",
        "if amount > counters[FUEL_LIMIT] - counters[FUEL_USED]:",
        "if amount > 1000000 - counters[FUEL_USED]:",
    ),
    Mutation(
        "one word of heap too many",
        "frames.py",
        "if size > counters[HEAP] - address:",
        "if size > counters[HEAP] - address + 1:",
    ),
    Mutation(
        "capacity is not checked",
        "frames.py",
        "if size > counters[CAPACITY]:",
        "if size > 4 * counters[CAPACITY]:",
    ),
    Mutation(
        "a merged lane comes from its neighbour",
        "frames.py",
        "begin, end = start(memory, shape, i), start(memory, shape, i + 1)",
        "begin, end = start(memory, shape, 0), start(memory, shape, 1)",
    ),
    Mutation(
        "iterate runs once more",
        "loops.py",
        "active = keep_larger(memory, registers[op[X], ADDRESS], lane_list, active, step)",
        "active = keep_larger(memory, registers[op[X], ADDRESS], lane_list, active, step - 1)",
    ),
    Mutation(
        "scan stops one element early",
        "loops.py",
        "lane_list, active, step + 1)",
        "lane_list, active, step + 2)",
    ),
    Mutation(
        "fold skips the first element",
        "loops.py",
        "place = frame[ROUND] - (1 if kind == FOLD else 0)",
        "place = frame[ROUND] - (0 if kind == FOLD else 0)",
    ),
    Mutation(
        "until stops where the predicate is false",
        "loops.py",
        "frame[LANE_LIST], frame[NUM_ACTIVE], address, 0)",
        "frame[LANE_LIST], frame[NUM_ACTIVE], address, 1)",
    ),
    Mutation(
        "a round is free",
        "loops.py",
        "        register += 1\n    return charge(counters, words)",
        "        register += 1\n    return OK",
    ),
    Mutation(
        "bound operands come in the wrong order",
        "lowering.py",
        "local = iter(inputs), dict(zip(taken, inputs[len(free_types) :], strict=True))",
        "local = iter(inputs), dict(zip(taken, inputs[: len(free_types) - 1 : -1], strict=True))",
    ),
    Mutation(
        "the verifier does not count free slots",
        "verifier.py",
        "if num_free != len(takes):",
        "if num_free > len(takes):",
    ),
    Mutation(
        "the verifier does not check the result",
        "verifier.py",
        "if given is not None and given != wanted:",
        "if given is not None and given.rank != wanted.rank:",
    ),
)


MUTATIONS = (*ARRAY_MUTATIONS, *ASSEMBLY_MUTATIONS)


@dataclass(frozen=True)
class Finding:
    """What became of one fault: how many programs it took, and what disagreed; None if nothing did."""

    programs: int
    what: str | None
    seconds: float


def copy_sources(target: Path) -> None:
    """Copies what the fuzz imports."""
    for name in ("vm", "tests/vm"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))


def inject(mutation: Mutation, directory: Path) -> None:
    """Changes the copied machine.

    Raises:
      ValueError: the text to change does not stand exactly once in the file.
    """
    file = directory / "vm" / mutation.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(
            f"{mutation.name}: {mutation.old!r} stands {text.count(mutation.old)} times in {mutation.file}"
        )
    file.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def environment(directory: Path, compiled: bool) -> Mapping[str, str]:
    """Returns the environment of a run on the copy, with a cache of its own."""
    return os.environ | {
        "PYTHONPATH": str(directory),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MCTS_COMPOSE_CACHE": str(directory / "cache"),
        "NUMBA_DISABLE_JIT": "0" if compiled else "1",
    }


def try_mutation(mutation: Mutation | None, programs: int, compiled: bool) -> Finding:
    """Runs the fuzz on a copy of the machine with the fault in it."""
    with tempfile.TemporaryDirectory() as name:
        directory, begin = Path(name), time.perf_counter()
        copy_sources(directory)
        if mutation is not None:
            inject(mutation, directory)
        command = [sys.executable, "-W", "ignore", "-m", "tests.vm.mutations", "--fuzz", str(programs)]
        command += ["--assembly"] * (mutation is not None and mutation.is_of_assembly)
        try:
            done = subprocess.run(
                command, cwd=directory, env=environment(directory, compiled), capture_output=True, text=True,
                timeout=TIMEOUT_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Finding(0, "does not end", TIMEOUT_S)
        seconds = time.perf_counter() - begin
        if done.returncode not in (0, 1):
            return Finding(0, f"the process died: {done.stderr.strip().splitlines()[-1:]}", seconds)
        count, _, what = done.stdout.partition("\n")
        return Finding(int(count), what.strip() or None, seconds)


def run_fuzz(programs: int, of_assembly: bool) -> int:
    """Runs the fuzz in this process; prints how many programs ran, and the first disagreement."""
    from tests.vm.assembly.fuzz import fuzz_assembly
    from tests.vm.fuzz import fuzz, fuzz_all

    count, what = 0, None
    for tally in fuzz_all(0, programs, 1, fuzz_assembly if of_assembly else fuzz):
        count, what = count + tally.outcomes.total(), tally.mismatch
        if what is not None:
            break
    print(count)
    print((what or "").splitlines()[0] if what else "")
    return int(what is not None)


def main() -> int:
    """Runs the command; the exit status is 1 if a fault is not found, or something is found without one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=PROGRAMS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--fuzz", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--assembly", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.fuzz is not None:
        return run_fuzz(arguments.fuzz, arguments.assembly)
    chosen: list[Mutation | None] = [mutation for mutation in MUTATIONS if arguments.only in mutation.name]
    chosen.append(None)
    missed = 0
    with ThreadPoolExecutor(arguments.workers) as pool:
        findings = pool.map(
            lambda mutation: try_mutation(mutation, arguments.programs, arguments.compiled), chosen
        )
        for mutation, finding in zip(chosen, findings, strict=True):
            missed += (finding.what is None) == (mutation is not None)
            name, file = (mutation.name, mutation.file) if mutation else (INJECT_NOTHING, "")
            verdict = "not found" if finding.what is None else f"found: {finding.what[:90]}"
            print(
                f"{name:50} {file:26} {finding.programs:6} programs {finding.seconds:6.1f} s  {verdict}",
                flush=True,
            )
    print(f"{len(chosen) - 1} faults, {missed} wrong verdicts")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
