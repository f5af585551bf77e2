"""Draws the programs of `deepcoder-v1` and writes them: `python -m benchmarks.suites.deepcoder.generate`.

A program of T statements is taken only if

1. every input and every statement but the last is read by a later statement;
2. no variable has the same values as another on all 15 examples, and the shown outputs have three different
   values;
3. it cannot be made shorter in one place: no earlier variable can stand for a statement, and no other single
   statement can stand for one such that a further statement becomes dead;
4. no program of at most three statements (all of them are tried), and of fewer than T, has the same outputs;
5. no program taken before with fewer statements and the same input types has the same outputs;
6. for T >= 2, its text was not taken before.

"Same" always means on the 15 examples of the task, shown and held-out. What is not checked is whether a
program of four or more statements other than those of 3 and 5 does the same, so the true shortest length of a
task with T >= 5 can be below T. There are fewer than 100 different useful programs with T = 1, so those
repeat, on other examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.suites.deepcoder.examples import Examples, draw_examples
from benchmarks.suites.deepcoder.language import (
    INT,
    LIST,
    OPERATIONS,
    Code,
    Operation,
    Statement,
    Value,
    apply,
    last_statements,
    next_statements,
    run,
)
from benchmarks.suites.draws import Draws

LENGTHS: Final = range(1, 9)
TASKS_PER_LENGTH: Final = 100
PROGRAMS_FILE: Final = Path(__file__).with_name("programs.txt")
SHIPPED: Final = "deepcoder-v1"
"""The name of the streams that the shipped tasks come from."""
EXHAUSTIVE: Final = 3
_INPUTS: Final = ((LIST,), (LIST, INT), (LIST, LIST))
_INT_RESULTS: Final = 33
_INT_STATEMENTS: Final = 15
_NEWEST: Final = 60
"""Percentages, chosen so that few drawn programs are refused; the recipe leaves them open."""


def _by_family(result: str) -> list[list[Operation]]:
    """Returns the operations with one type of result, family by family, so that MAP is no likelier."""
    families: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        if operation.result == result:
            families.setdefault(operation.name.split()[0], []).append(operation)
    return list(families.values())


_FAMILIES: Final = {INT: _by_family(INT), LIST: _by_family(LIST)}


def task_id(length: int, number: int) -> str:
    """Returns the id of a task, `t5-017`."""
    return f"t{length}-{number:03}"


def stream_of(id_: str, origin: str = SHIPPED) -> Draws:
    """Returns the stream from which a task's examples are drawn."""
    return Draws(f"{origin}/{id_}/examples")


def _draw_code(length: int, draws: Draws) -> Code:
    """Returns a program whose result is more often a list than an int; it may be refused later."""
    code = Code(draws.choice(_INPUTS), ())
    result = INT if draws.chance(_INT_RESULTS) else LIST
    while len(code.statements) < length:
        is_last = len(code.statements) == length - 1
        wanted = result if is_last else INT if draws.chance(_INT_STATEMENTS) else LIST
        operation = draws.choice(_FAMILIES[wanted][draws.below(len(_FAMILIES[wanted]))])
        args = _draw_args(operation, code.types, draws)
        if args is not None:
            code = Code(code.input_types, (*code.statements, Statement(operation, args)))
    return code


def _draw_args(operation: Operation, types: Sequence[str], draws: Draws) -> tuple[int, ...] | None:
    """Returns operands, mostly the newest of a type; None when a type is missing."""
    args = []
    for param in operation.params:
        choices = [at for at, type_ in enumerate(types) if type_ == param]
        if not choices:
            return None
        args.append(choices[-1] if draws.chance(_NEWEST) else draws.choice(choices))
    return tuple(args)


def _has_dead_part(code: Code) -> bool:
    read = {arg for statement in code.statements for arg in statement.args}
    return read != set(range(len(code.types) - 1))


def _has_equal_variables(examples: Examples) -> bool:
    columns = [repr(column) for column in zip(*examples.traces, strict=True)]
    return len(set(columns)) < len(columns)


def _can_shorten(code: Code, examples: Examples) -> bool:
    """Says whether a variable, or one other statement, can stand for a statement and make it shorter."""
    types = code.types
    for position in range(len(code.input_types), len(types)):
        if any(
            types[earlier] == types[position] and _is_same(_put_for(code, position, earlier), examples)
            for earlier in range(position if position < len(types) - 1 else 0)
        ):
            return True
        for statement in next_statements(types[:position]):
            if statement.operation.result == types[position]:
                changed = _put_in(code, position, statement)
                if _num_live(changed) < len(code.statements) and _is_same(changed, examples):
                    return True
    return False


def _put_for(code: Code, position: int, earlier: int) -> Code:
    """Returns the program with variable `earlier` read wherever `position` was; that statement stays."""
    statements = tuple(
        Statement(operation, tuple(earlier if arg == position else arg for arg in args))
        for operation, args in code.statements
    )
    return Code(code.input_types, statements)


def _put_in(code: Code, position: int, statement: Statement) -> Code:
    """Returns the program with another statement at a position."""
    at = position - len(code.input_types)
    return Code(code.input_types, (*code.statements[:at], statement, *code.statements[at + 1 :]))


def _num_live(code: Code) -> int:
    """Returns how many statements the result depends on."""
    first = len(code.input_types)
    live = {len(code.types) - 1}
    for position in range(len(code.types) - 1, first - 1, -1):
        if position in live:
            live.update(code.statements[position - first].args)
    return sum(position >= first for position in live)


def _is_same(code: Code, examples: Examples) -> bool:
    for inputs, output in zip(examples.inputs, examples.outputs, strict=True):
        trace = run(code, inputs)
        if trace is None or trace[-1] != output:
            return False
    return True


def _has_short_equal(code: Code, examples: Examples) -> bool:
    """Says whether any program of fewer statements, and of at most `EXHAUSTIVE`, has the same outputs."""
    limit = min(EXHAUSTIVE, len(code.statements) - 1)
    if not limit:
        return False
    result = code.types[-1]
    return any(
        _is_same(Code(code.input_types, statements), examples)
        for statements in _matching(
            code.input_types, (), list(examples.inputs[0]), limit, result, examples.outputs[0]
        )
    )


def _matching(
    types: tuple[str, ...],
    before: tuple[Statement, ...],
    values: list[Any],
    left: int,
    result: str,
    wanted: Value,
) -> Iterator[tuple[Statement, ...]]:
    """Yields the continuations of at most `left` statements whose value on the first example is `wanted`.

    A last statement that does not read the newest variable makes that variable dead, so it is left out here:
    the same program without the dead statement was yielded before.
    """
    for operation, args in last_statements(types, result) if before else next_statements(types):
        if operation.result == result and apply(operation, [values[arg] for arg in args]) == wanted:
            yield (*before, Statement(operation, args))
    if left == 1:
        return
    for operation, args in next_statements(types):
        value = apply(operation, [values[arg] for arg in args])
        if value is not None:
            statements = (*before, Statement(operation, args))
            yield from _matching(
                (*types, operation.result), statements, [*values, value], left - 1, result, wanted
            )


def _is_taken(code: Code, examples: Examples, pool: Sequence[Code]) -> bool:
    """Says whether a program of the pool, all shorter, has the same outputs."""
    return any(
        shorter.input_types == code.input_types and len(shorter.statements) < len(code.statements)
        and _is_same(shorter, examples)
        for shorter in pool
    )  # fmt: skip


def generate(
    lengths: Sequence[int] = LENGTHS,
    num_per_length: int = TASKS_PER_LENGTH,
    origin: str = SHIPPED,
    known: Sequence[Code] = (),
    *,
    is_quick: bool = False,
) -> list[Code]:
    """Returns the programs of all tasks of some lengths, in order; lengths count from 1.

    Args:
      lengths: numbers of statements, ascending.
      num_per_length: programs of each.
      origin: the name of the streams to draw from.
      known: programs that count as taken before.
      is_quick: whether to leave out 4 and 5, which take most of the time.
    """
    pool = list(known)
    for length in lengths:
        draws = Draws(f"{origin}/programs/{length}")
        number = 0
        while number < num_per_length:
            code = _draw_code(length, draws)
            if _has_dead_part(code) or (length > 1 and code in pool):
                continue
            examples = draw_examples(code, stream_of(task_id(length, number), origin))
            if (
                examples is None
                or _has_equal_variables(examples)
                or _can_shorten(code, examples)
                or (not is_quick and (_is_taken(code, examples, pool) or _has_short_equal(code, examples)))
            ):
                continue
            pool.append(code)
            number += 1
    return pool[len(known) :]


def main() -> None:
    """Writes the programs, one a line."""
    PROGRAMS_FILE.write_text("".join(f"{code}\n" for code in generate()))


if __name__ == "__main__":
    main()
