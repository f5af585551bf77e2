"""The format of espresso, `.pla`: Boolean functions as a list of cubes.

    .i 3            inputs
    .o 2            outputs
    .type fd        what the outputs of a cube say; fd when it is left out
    1-0 1-          input part, output part
    .e

A cube is all rows that agree with its input part, `-` or `2` being either. What its output part says:

             1, 4     0         -, 2       3, ~      a row that no cube speaks of
    f        on       nothing   nothing    nothing   off
    fd       on       nothing   any        nothing   off
    fr       on       off       nothing    nothing   any
    fdr      on       off       any        nothing   refused, since it has no value at all

A row that is both on and any may be any, as in espresso, which covers the on-set without the don't-care set
(checked on one table of `boolean_espresso`). One that is both on and off is refused.

Source: the manual of espresso, format of PLA files; Rudell, Multiple-Valued Logic Minimization for PLA
Synthesis, 1986.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.formats.format import Format, TaskFields
from benchmarks.formats.table_fields import table_fields
from benchmarks.formats.text_file import TextFile, read_text
from mcts_compose.errors import InputError, shown
from mcts_compose.truth_table_fields import MAX_TABLE_INPUTS, MAX_TABLE_OUTPUTS

TYPES: Final = ("f", "fd", "fr", "fdr")
_ON, _OFF, _ANY, _NOTHING = "on", "off", "any", "nothing"
_MARKS: Final = {"1": _ON, "4": _ON, "0": _OFF, "-": _ANY, "2": _ANY, "3": _NOTHING, "~": _NOTHING}
_SETS: Final = {"f": (_ON,), "fd": (_ON, _ANY), "fr": (_ON, _OFF), "fdr": (_ON, _OFF, _ANY)}
"""Which marks say something, by the type."""
_ANY_INPUT: Final = "-2"


class PlaFormat(Format):
    """Reads one task per file."""

    name = "pla"
    suffixes = (".pla",)

    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the task of a file."""
        cubes = _read(read_text(file))
        tables = cubes.tables()
        fields = table_fields(task_id, file.stem, cubes.num_inputs, tables)
        fields |= {
            "pla_type": cubes.type,
            "source_cubes": cubes.num_cubes,
            "has_dont_cares": any("-" in table for table in tables),
        }
        if cubes.input_names:
            fields["input_names"] = cubes.input_names
        return [fields]


@dataclass
class _Cubes:
    """What was read up to now; a set of rows is an int whose bit k is row k.

    Attributes:
      file: where it is read.
      num_inputs: 0 until it is said.
      num_outputs: 0 until it is said.
      type: one of `TYPES`.
      input_names: of the inputs, if they are named.
      num_cubes: how many there were.
      rows: of every output, the rows that are on, off or any, by these words.
    """

    file: TextFile
    num_inputs: int = 0
    num_outputs: int = 0
    type: str = "fd"
    input_names: list[str] = field(default_factory=list)
    num_cubes: int = 0
    rows: list[dict[str, int]] = field(default_factory=list)

    def add(self, line: str, number: int) -> None:
        """Takes one cube."""
        if not self.num_inputs or not self.num_outputs:
            raise self.file.error("there is a cube, but .i and .o should come before it", number)
        marks = "".join(line.split()).replace("|", "")
        if len(marks) != self.num_inputs + self.num_outputs:
            wanted = f"{self.num_inputs} for the inputs and {self.num_outputs} for the outputs"
            raise self.file.error(f"the cube has {len(marks):,} marks, but should have {wanted}", number)
        covered = self._covered(marks[: self.num_inputs], number)
        if not self.rows:
            self.rows = [dict.fromkeys((_ON, _OFF, _ANY), 0) for _ in range(self.num_outputs)]
        for index, mark in enumerate(marks[self.num_inputs :]):
            meaning = _MARKS.get(mark)
            if meaning is None:
                problem = f"output {index} is {shown(mark)}, but should be one of {' '.join(_MARKS)}"
                raise self.file.error(problem, number)
            if meaning in _SETS[self.type]:
                self.rows[index][meaning] |= covered
                if "r" in self.type and self.rows[index][_ON] & self.rows[index][_OFF]:
                    problem = (
                        f"output {index} is 1 here and 0 in a cube before, or the other way round, in one row"
                    )
                    raise self.file.error(f"{problem}, but should be one of them", number)
        self.num_cubes += 1

    def _covered(self, marks: str, number: int) -> int:
        """Returns the rows that agree with an input part."""
        covered: int = (1 << 2**self.num_inputs) - 1
        for index, mark in enumerate(marks):
            if mark in _ANY_INPUT:
                continue
            if mark not in "01":
                raise self.file.error(f"input {index} is {shown(mark)}, but should be 0, 1 or -", number)
            is_one = _rows_of_one(index, self.num_inputs)
            covered &= is_one if mark == "1" else ~is_one
        return covered

    def tables(self) -> list[str]:
        """Returns one truth table per output.

        Raises:
          InputError: a number is missing, or a row of type fdr has no value.
        """
        for name, value in ((".i", self.num_inputs), (".o", self.num_outputs)):
            if not value:
                raise self.file.error(f"{name} is missing, but a PLA needs it")
        empty = dict.fromkeys((_ON, _OFF, _ANY), 0)
        return [
            self._table(index, rows) for index, rows in enumerate(self.rows or [empty] * self.num_outputs)
        ]

    def _table(self, index: int, rows: dict[str, int]) -> str:
        every = (1 << 2**self.num_inputs) - 1
        on, any_ = rows[_ON], rows[_ANY]
        if self.type == "fr":
            any_ = every & ~(on | rows[_OFF])
        elif self.type == "fdr" and on | any_ | rows[_OFF] != every:
            raise self.file.error(f"output {index} has rows that no cube speaks of, but type fdr needs all")
        marks = zip(_bits(on, self.num_inputs), _bits(any_, self.num_inputs), strict=True)
        return "".join("-" if is_any == "1" else is_on for is_on, is_any in marks)


def _rows_of_one(index: int, num_inputs: int) -> int:
    """Returns the rows in which an input is 1; the first input is the most significant bit of a row."""
    half = 1 << (num_inputs - 1 - index)
    block = ((1 << half) - 1) << half
    repeats = 1 << index
    ones: int = ((1 << (2 * half * repeats)) - 1) // ((1 << (2 * half)) - 1)
    return block * ones


def _bits(rows: int, num_inputs: int) -> str:
    """Returns a set of rows as text, row 0 first."""
    return f"{rows:0{2**num_inputs}b}"[::-1]


def _read(file: TextFile) -> _Cubes:
    cubes = _Cubes(file)
    for number, raw in enumerate(file.text.split("\n"), 1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        if not line.startswith("."):
            cubes.add(line, number)
            continue
        word, *values = line.split()
        if word in (".e", ".end"):
            break
        _take(cubes, word, values, number)
    return cubes


def _take(cubes: _Cubes, word: str, values: list[str], number: int) -> None:
    """Takes a line that begins with a full stop."""

    def error(problem: str) -> InputError:
        return cubes.file.error(problem, number)

    if word in (".i", ".o"):
        limit = MAX_TABLE_INPUTS if word == ".i" else MAX_TABLE_OUTPUTS
        is_number = len(values) == 1 and values[0].isdecimal() and len(values[0]) <= 6
        if not is_number or not 1 <= int(values[0]) <= limit:
            given = shown(" ".join(values))
            raise error(
                f"{word} is {given}, but should be a number from 1 to {limit:,}, as truth tables are bounded"
            )
        if cubes.num_cubes:
            raise error(f"{word} comes after cubes, but should come before them")
        if cubes.num_inputs if word == ".i" else cubes.num_outputs:
            raise error(f"{word} is given twice, but should be given once")
        if word == ".i":
            cubes.num_inputs = int(values[0])
        else:
            cubes.num_outputs = int(values[0])
    elif word == ".type":
        if len(values) != 1 or values[0] not in TYPES:
            raise error(f".type is {shown(' '.join(values))}, but should be one of {', '.join(TYPES)}")
        if cubes.num_cubes:
            raise error(".type comes after cubes, but should come before them")
        cubes.type = values[0]
    elif word in (".ilb", ".ob"):
        count = cubes.num_inputs if word == ".ilb" else cubes.num_outputs
        if len(values) != count:
            number_of = ".i" if word == ".ilb" else ".o"
            raise error(
                f"{word} has {len(values)} names, but should have {count}, as {number_of} before it says"
            )
        if word == ".ilb":
            cubes.input_names = values
    elif word != ".p":  # how many cubes follow; old files are often wrong there, and espresso does not care
        raise error(f"{shown(word)} is not read; .i, .o, .p, .ilb, .ob, .type and .e are")
