import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.task_files import load_task, load_tasks
from mcts_compose.task_memory import FixedMemory, WordMemory
from tests.mcts_compose.make_result import INT, INTS

DOCUMENT = {
    "id": "scaled",
    "name": "scale",
    "description": "multiplies",
    "types": {"inputs": ["list[float]", "int"], "output": "list[float]"},
    "inputs": [[[1, 2.5], 2], [[], 3]],
    "outputs": [[2, 5.0], []],
    "test_inputs": [[[0.5], 4]],
    "test_outputs": [[2]],
    "arg_names": ["xs", "k"],
    "group": "scales",
    "constants": [1, 2.5, True, "ab", [1, 2]],
    "skills": ["mul"],
    "budget": {"seconds": 3},
    "source": "owner/repo:path",
    "tags": ["one"],
}
YAML = """\
id: scaled
name: scale
description: multiplies
types: {inputs: ["list[float]", int], output: "list[float]"}
inputs:
  - [[1, 2.5], 2]
  - [[], 3]
outputs: [[2, 5.0], []]
test_inputs: [[[0.5], 4]]
test_outputs: [[2]]
arg_names: [xs, k]
group: scales
constants: [1, 2.5, true, ab, [1, 2]]
skills: [mul]
budget: {seconds: 3}
"""
TOML = """\
id = "scaled"
name = "scale"
description = "multiplies"
inputs = [[[1, 2.5], 2], [[], 3]]
outputs = [[2, 5.0], []]
test_inputs = [[[0.5], 4]]
test_outputs = [[2]]
arg_names = ["xs", "k"]
group = "scales"
constants = [1, 2.5, true, "ab", [1, 2]]
skills = ["mul"]
[types]
inputs = ["list[float]", "int"]
output = "list[float]"
[budget]
seconds = 3
"""


def test_all_formats_give_one_task(tmp_path: Path) -> None:
    texts = {"t.json": json.dumps(DOCUMENT, indent=1), "t.yaml": YAML, "t.yml": YAML, "t.toml": TOML}
    tasks = []
    for name, text in {**texts, "t.jsonl": json.dumps(DOCUMENT) + "\r\n\n"}.items():
        (tmp_path / name).write_text(text)
        tasks.append(load_task(tmp_path / name))
    assert all(task == tasks[0] and task.hash == tasks[0].hash for task in tasks)
    task = tasks[0]
    assert task.inputs == (([1.0, 2.5], 2), ([], 3)) and isinstance(task.inputs[0][0][0], float)
    assert (task.arg_names, task.group, task.budget) == (("xs", "k"), "scales", Budget(seconds=3))
    assert task.constants == (1, 2.5, True, "ab", [1, 2])


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    keys = ("id", "types", "inputs", "outputs")
    (tmp_path / "t.json").write_text(json.dumps({key: DOCUMENT[key] for key in keys}))
    task = load_task(tmp_path / "t.json")
    assert (task.name, task.group, task.arg_names) == ("scaled", "scaled", ("x", "y"))
    assert (task.test_inputs, task.constants, task.skills, task.budget, task.solution) == (
        (),
        (),
        None,
        None,
        None,
    )


def test_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(DOCUMENT).encode())
    assert load_task(tmp_path / "t.json").id == "scaled"


@pytest.mark.parametrize(("name", "text"), [("t.json", json.dumps(DOCUMENT, indent=1)), ("t.toml", TOML)])
def test_errors_name_the_line_of_the_field(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text.replace('"list[float]"', '"list[flaot]"'))
    with pytest.raises(InputError, match=r"field types.inputs\[0\]") as caught:
        load_task(tmp_path / name)
    line = text[: text.index("types")].count("\n") + 1
    assert f"line {line}, " in str(caught.value)


def test_one_task_of_a_file_is_picked_by_id(tmp_path: Path) -> None:
    lines = [json.dumps(DOCUMENT | {"id": name}) for name in ("a", "b")]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    assert load_task(tmp_path / "t.jsonl", "b").id == "b"
    with pytest.raises(InputError, match="it holds 2 tasks"):
        load_task(tmp_path / "t.jsonl")


def test_hash_follows_content_and_not_names() -> None:
    def task(**changes: object) -> Task:
        fields = {
            "id": "a", "name": "a", "description": None, "input_types": (INTS,), "output_type": INT,
            "inputs": (([1],),), "outputs": (1,),
        }  # fmt: skip
        return Task(**(fields | changes))

    assert task().hash == task(id="b", name="b", solution="s").hash
    assert (
        len({task().hash, task(outputs=(2,)).hash, task(constants=(1,)).hash, task(constants=(True,)).hash})
        == 4
    )


HOSTILE = {
    "many brackets": ("t.json", b"[" * 10_000_000),
    "many braces": ("t.jsonl", b'{"a":' * 2_000_000),
    "many blank lines": ("t.yaml", b"\n" * 2_000_000 + b"id: 3"),
    "many blanks": ("t.toml", b" " * 2_000_000 + b"id = 3"),
    "many keys": ("t.yaml", b"\n".join(b"k%d: 1" % number for number in range(30_000))),
    "many json keys": ("t.json", json.dumps({f"k{number}": 1 for number in range(300_000)}).encode()),
    "long type": (
        "t.json",
        json.dumps(DOCUMENT | {"types": {"inputs": ["list[" * 300_000], "output": "int"}}).encode(),
    ),
    "long id": ("t.json", json.dumps(DOCUMENT | {"id": "a" * 1_000_000}).encode()),
    "long key": ("t.json", json.dumps(DOCUMENT | {"a" * 1_000_000: 1}).encode()),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_in_bounded_time(tmp_path: Path, kind: str) -> None:
    name, content = HOSTILE[kind]
    (tmp_path / name).write_bytes(content)
    begun = time.process_time()
    with pytest.raises(InputError) as caught:
        load_tasks(tmp_path / name)
    assert time.process_time() - begun < 10
    assert len(str(caught.value)) < 1000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


WORDS = {
    "id": "low-bit",
    "types": {"inputs": ["bv64"], "output": "bv64"},
    "inputs": [[2**64 - 1], [12]],
    "outputs": [2**64 - 2, 8],
    "memory": {"kind": "growing", "set": "bv64", "instructions": ["and", "sub"], "constants": [1]},
    "reference": "(bvand x (bvsub x #x0000000000000001))",
}
CELLS = {
    "id": "sort-2",
    "types": {"inputs": ["int", "int"], "output": "list[int]"},
    "arg_names": ["a", "b"],
    "inputs": [[1, 2], [2, 1]],
    "outputs": [[1, 2], [1, 2]],
    "memory": {
        "kind": "fixed", "set": "x86", "instructions": ["mov", "cmp", "cmovl"], "scratch": 1,
        "outputs": ["a", "b"], "constants": [0, -1], "max_length": 4, "domain": "examples",
    },
}  # fmt: skip
TABLE = {
    "id": "sum-and-any",
    "types": {"inputs": ["bool", "bool"], "output": "list[bool]"},
    "encoding": "truth_table",
    "n_inputs": 2,
    "n_outputs": 2,
    "truth_tables": ["0-10", "0-01"],
}
DOCUMENTS = [DOCUMENT, WORDS, CELLS, TABLE]


def read(tmp_path: Path, document: dict[str, object]) -> Task:
    (tmp_path / "t.json").write_text(json.dumps(document))
    return load_task(tmp_path / "t.json")


def test_words_are_unsigned_and_may_use_all_their_bits(tmp_path: Path) -> None:
    task = read(tmp_path, WORDS)
    assert task.inputs == ((2**64 - 1,), (12,)) and task.outputs == (2**64 - 2, 8)
    assert (task.input_types, task.output_type) == ((INT,), INT)
    assert task.memory == WordMemory("bv64", ("and", "sub"), (1,))
    assert task.reference == WORDS["reference"]


def test_words_without_memory_have_the_whole_table_and_some_constants(tmp_path: Path) -> None:
    fields = {key: WORDS[key] for key in ("id", "inputs", "outputs", "types")}
    memory = read(tmp_path, fields | {"constants": [1, 7]}).memory
    assert isinstance(memory, WordMemory)
    assert (memory.set, memory.width) == ("bv64", 64)
    assert {"mul", "sdiv", "ite"} <= set(memory.instructions)
    assert memory.constants == (0, 1, 63, 2**64 - 1, 7)
    bare = read(tmp_path, fields | {"memory": {"kind": "growing", "set": "bv64", "constants": []}}).memory
    assert isinstance(bare, WordMemory) and bare.constants == ()


def test_cells_are_inputs_and_scratch(tmp_path: Path) -> None:
    task = read(tmp_path, CELLS)
    assert task.memory == FixedMemory(
        "x86", ("mov", "cmp", "cmovl"), ("s1",), ("a", "b"), (0, -1), max_length=4, is_complete=True
    )
    assert (task.output_type, task.outputs) == (INTS, ([1, 2], [1, 2]))
    one = CELLS | {"types": {"inputs": ["int", "int"], "output": "int"}, "outputs": [1, 1]}
    memory = read(tmp_path, one | {"memory": CELLS["memory"] | {"outputs": ["s1"]}}).memory
    assert memory is not None and memory.outputs == ("s1",)


def test_words_of_fixed_memory_may_be_listed(tmp_path: Path) -> None:
    types = {"inputs": ["bv8", "bv8"], "output": "list[bv8]"}
    task = read(
        tmp_path, CELLS | {"types": types, "memory": {"kind": "fixed", "set": "bv8", "instructions": ["add"]}}
    )
    assert task.output_type == INTS and task.memory is not None and task.memory.width == 8


def test_first_input_of_a_truth_table_is_its_highest_bit(tmp_path: Path) -> None:
    task = read(tmp_path, TABLE)
    assert task.inputs == ((False, False), (True, False), (True, True))
    assert task.outputs == ([False, False], [True, False], [False, True])
    assert task.table is not None and task.table.cares == ((True, True),) * 3
    assert task.memory == WordMemory("gates", ("not", "and", "or", "nand", "nor", "andn", "orn"))
    single = {
        "types": {"inputs": ["bool", "bool"], "output": "bool"},
        "truth_tables": ["01-1"],
        "n_outputs": 1,
    }
    assert read(tmp_path, TABLE | single).outputs == (False, True, True)


def test_value_that_matters_in_a_part_of_a_row_keeps_the_row(tmp_path: Path) -> None:
    table = read(tmp_path, TABLE | {"truth_tables": ["0-10", "--01"]}).table
    assert table is not None
    assert (table.rows, table.cares[0]) == ((0, 2, 3), (True, False))


def test_hash_follows_memory_table_and_reference(tmp_path: Path) -> None:
    other = "(bvand (bvsub x (_ bv1 64)) x)"
    changes = [
        WORDS, WORDS | {"memory": {"kind": "growing", "set": "bv64"}}, WORDS | {"reference": other},
        TABLE, TABLE | {"truth_tables": ["0-10", "--01"]},
        CELLS, CELLS | {"memory": CELLS["memory"] | {"scratch": 2}},
    ]  # fmt: skip
    assert len({read(tmp_path, document).hash for document in changes}) == len(changes)


FIELDS = [(number, field) for number, document in enumerate(DOCUMENTS) for field in document]
PARTS = [(number, key) for number in (1, 2) for key in DOCUMENTS[number]["memory"]]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PARTS), value=VALUES)
def test_any_value_in_any_field_of_memory_is_a_task_or_one_sentence(
    tmp_path: Path, place: tuple[int, str], value: object
) -> None:
    document = DOCUMENTS[place[0]]
    (tmp_path / "t.jsonl").write_text(
        json.dumps(document | {"memory": document["memory"] | {place[1]: value}})
    )
    try:
        load_tasks(tmp_path / "t.jsonl")
    except InputError as error:
        assert "\n" not in str(error)
        assert str(error).isprintable()


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(FIELDS), value=VALUES)
def test_any_value_in_any_field_is_a_task_or_one_sentence(
    tmp_path: Path, place: tuple[int, str], value: object
) -> None:
    (tmp_path / "t.jsonl").write_text(json.dumps(DOCUMENTS[place[0]] | {place[1]: value}))
    try:
        load_tasks(tmp_path / "t.jsonl")
    except InputError as error:
        assert "\n" not in str(error)
        assert str(error).isprintable()


@pytest.mark.parametrize("name", ["\n", "x\ny", "\x1b[1m", "` - at `$.id`"])
def test_hostile_name_of_a_field_of_types_is_one_sentence(tmp_path: Path, name: str) -> None:
    types = {"inputs": ["int"], "output": "int", name: 1}
    (tmp_path / "t.jsonl").write_text(json.dumps(DOCUMENT | {"types": types}))
    with pytest.raises(InputError, match="field") as caught:
        load_tasks(tmp_path / "t.jsonl")
    assert str(caught.value).isprintable()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["t.json", "t.yaml", "t.toml"]),
    start=st.integers(0, 400),
    length=st.integers(0, 20),
    junk=st.binary(max_size=6),
)
def test_any_damage_to_a_file_is_a_task_or_one_sentence(
    tmp_path: Path, name: str, start: int, length: int, junk: bytes
) -> None:
    text = {"t.json": json.dumps(DOCUMENT), "t.yaml": YAML, "t.toml": TOML}[name].encode()
    (tmp_path / name).write_bytes(text[:start] + junk + text[start + length :])
    try:
        load_tasks(tmp_path / name)
    except InputError as error:
        assert "\n" not in str(error)


WORD_SUITES = {
    "boolean_epfl": 2, "boolean_espresso": 26, "boolean_iwls2022": 54, "hackers_delight": 17,
    "sygus_bv": 518, "sygus_circuits": 31,
}  # fmt: skip


def test_public_suites_load(shared_data: Path) -> None:
    files = sorted(shared_data.glob("*/*.jsonl"))
    assert len(files) >= 18
    supported = {}
    for file in files:
        tasks = load_tasks(file)
        assert all(isinstance(task, Task | UnsupportedTask) for task in tasks)
        supported[file.stem] = [task for task in tasks if isinstance(task, Task)]
    assert {name: len(supported[name]) for name in ("list_functions", "lambdabeam_handwritten")} == {
        "list_functions": 164, "lambdabeam_handwritten": 68,
    }  # fmt: skip
    for name, count in WORD_SUITES.items():
        assert sum(task.memory is not None for task in supported[name]) == count
