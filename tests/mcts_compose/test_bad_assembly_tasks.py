"""Every kind of wrong task of words, truth tables and cells ends in one sentence, and nothing is written."""

from pathlib import Path

import pytest

from tests.mcts_compose.refusals import refused_file, task

WORDS = {"types": {"inputs": ["bv8"], "output": "bv8"}, "inputs": [[1], [2]], "outputs": [2, 4]}
TABLE = {
    "types": {"inputs": ["bool", "bool"], "output": "list[bool]"},
    "inputs": None,
    "outputs": None,
    "encoding": "truth_table",
    "truth_tables": ["0110", "000-"],
}
CELLS = {
    "types": {"inputs": ["int", "int"], "output": "list[int]"},
    "inputs": [[1, 2], [2, 1]],
    "outputs": [[1, 2], [1, 2]],
}
FIXED = {"kind": "fixed", "set": "minmax", "instructions": ["mov", "min"]}


def word_task(**changes: object) -> bytes:
    return task(**(WORDS | changes))


def table_task(**changes: object) -> bytes:
    return task(**(TABLE | changes))


def cell_task(*, memory: dict[str, object], **changes: object) -> bytes:
    return task(**(CELLS | changes | {"memory": FIXED | memory}))


BAD_FILES = {
    "word beyond its width": (
        "t.jsonl",
        word_task(outputs=[256, 1]),
        "field outputs[0]: the word is 256, but should be a whole number from 0 to 255",
    ),
    "negative word": ("t.jsonl", word_task(inputs=[[-1], [2]]), "field inputs[0][0]: the word is -1, but"),
    "bool for a word": ("t.jsonl", word_task(outputs=[True, 1]), "field outputs[0]: the word is True, but"),
    "table of a wrong length": (
        "t.jsonl",
        table_task(truth_tables=["0110", "000"]),
        "field truth_tables[1]: there are 3 characters, but 2 inputs make 4 rows",
    ),
    "table of other characters": (
        "t.jsonl",
        table_task(truth_tables=["01x0", "0000"]),
        "field truth_tables[0]: character 2 is 'x', but should be 0, 1 or -",
    ),
    "table without values": ("t.jsonl", table_task(truth_tables=["----"]), "every row is -"),
    "no table": ("t.jsonl", table_task(truth_tables=...), "field truth_tables: it is missing"),
    "empty list of tables": ("t.jsonl", table_task(truth_tables=[]), "there should be 1 to 1,000"),
    "two tables for one result": (
        "t.jsonl",
        table_task(types={"inputs": ["bool", "bool"], "output": "bool"}),
        "there are 2 tables, but there should be 1",
    ),
    "other number of inputs": (
        "t.jsonl",
        table_task(n_inputs=3),
        "field n_inputs: it is 3, but types.inputs",
    ),
    "other number of outputs": (
        "t.jsonl",
        table_task(n_outputs=1),
        "field n_outputs: it is 1, but truth_tab",
    ),
    "too many inputs of a table": (
        "t.jsonl",
        table_task(types={"inputs": ["bool"] * 14, "output": "bool"}),
        "there should be 1 to 13",
    ),
    "table over ints": (
        "t.jsonl",
        table_task(types={"inputs": ["int"], "output": "bool"}),
        "a truth table should take bool",
    ),
    "table with examples": ("t.jsonl", table_task(inputs=[[True, False]]), "field inputs: it should be null"),
    "table with held-out examples": (
        "t.jsonl",
        table_task(test_inputs=[[True, False]], test_outputs=[[True, True]]),
        "field test_inputs: it should be empty",
    ),
    "memory without a set": (
        "t.jsonl",
        task(memory={"kind": "fixed", "instructions": ["mov"]}),
        "field memory: object missing required field 'set'",
    ),
    "skills of an assembly task": (
        "t.jsonl",
        cell_task(memory={}, skills=["add"]),
        "field skills: an assembly task has no skills; memory.instructions should name its instructions",
    ),
    "unknown field of memory": (
        "t.jsonl",
        cell_task(memory={"scrach": 1}),
        "field memory.scrach: memory has no field of this name; did you mean 'scratch'?",
    ),
    "memory field of a wrong kind": (
        "t.jsonl",
        cell_task(memory={"scratch": "one"}),
        "field memory.scratch: expected 'int', got 'str'",
    ),
    "unknown set": (
        "t.jsonl",
        cell_task(memory={"set": "x68"}),
        "field memory.set: there is no instruction set 'x68'; did you mean 'x86'?",
    ),
    "unknown instruction": (
        "t.jsonl",
        cell_task(memory={"instructions": ["mov", "mni"]}),
        "field memory.instructions[1]: minmax has no instruction 'mni'; did you mean 'min'?",
    ),
    "instruction given twice": (
        "t.jsonl",
        cell_task(memory={"instructions": ["mov", "mov"]}),
        "'mov' is given twice",
    ),
    "no instruction": ("t.jsonl", cell_task(memory={"instructions": []}), "there should be at least one"),
    "too much scratch": ("t.jsonl", cell_task(memory={"scratch": 99}), "field memory.scratch: it is 99"),
    "name of a scratch register": (
        "t.jsonl",
        cell_task(memory={"scratch": 1}, arg_names=["s1", "b"]),
        "field arg_names[0]: the name 's1' is that of a scratch register",
    ),
    "unknown output": (
        "t.jsonl",
        cell_task(memory={"outputs": ["x", "z"]}),
        "field memory.outputs[1]: there is no register 'z'",
    ),
    "no output": ("t.jsonl", cell_task(memory={"outputs": []}), "there is no output"),
    "two outputs for one word": (
        "t.jsonl",
        cell_task(memory={}, types={"inputs": ["int", "int"], "output": "int"}, outputs=[1, 1]),
        "field memory.outputs: there are 2 outputs",
    ),
    "reference that is no term": (
        "t.jsonl",
        word_task(reference="(bvadd x"),
        "field reference: line 1, column 9: the text ends, but should go on with a term",
    ),
    "reference that contradicts an example": (
        "t.jsonl",
        word_task(reference="(bvadd x #x01)"),
        "field reference: on inputs[1] it gives 3, but outputs says 4",
    ),
    "reference of another width": (
        "t.jsonl",
        word_task(reference="bv16 (x: bv16) -> t1; add t1, x, x"),
        "field reference: its words have 16 bits, but those of the task have 8",
    ),
    "fewer words than outputs": (
        "t.jsonl",
        cell_task(memory={}, outputs=[[1], [1, 2]]),
        "field outputs[0]: there are 1 words, but memory.outputs has 2 registers",
    ),
    "no length": ("t.jsonl", cell_task(memory={"max_length": 0}), "field memory.max_length: it is 0"),
    "constant that is no word": (
        "t.jsonl",
        cell_task(memory={"constants": [1.5]}),
        "field memory.constants[0]: the constant is 1.5",
    ),
    "constant beyond its width": (
        "t.jsonl",
        word_task(memory={"kind": "growing", "set": "bv8", "constants": [300]}),
        "field memory.constants[0]: the word is 300",
    ),
    "set of another width": (
        "t.jsonl",
        word_task(memory={"kind": "growing", "set": "bv32"}),
        "field types: the types should all be bv32, the words of bv32",
    ),
    "set of other words": (
        "t.jsonl",
        cell_task(memory={"set": "gates", "instructions": ["and"]}),
        "field types: the types should all be bool, the words of gates",
    ),
    "growing memory of a set of cells": (
        "t.jsonl",
        cell_task(memory={"kind": "growing"}),
        "field memory.set: programs of minmax write fixed cells",
    ),
    "list in fixed memory": (
        "t.jsonl",
        cell_task(memory={}, types={"inputs": ["list[int]"], "output": "list[int]"}, inputs=[[[1]], [[2]]]),
        "arguments in memory (list[int]) are not supported yet",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_assembly_task_is_one_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name, content, expected = BAD_FILES[kind]
    assert expected in refused_file(tmp_path, name, content, capsys)
