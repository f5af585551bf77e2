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


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(sorted(DOCUMENT)), value=VALUES)
def test_any_value_in_any_field_is_a_task_or_one_sentence(tmp_path: Path, field: str, value: object) -> None:
    (tmp_path / "t.jsonl").write_text(json.dumps(DOCUMENT | {field: value}))
    try:
        load_tasks(tmp_path / "t.jsonl")
    except InputError as error:
        assert "\n" not in str(error)
        assert str(error).isprintable()


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


def test_public_suites_load(shared_data: Path) -> None:
    files = sorted(shared_data.glob("*/*.jsonl"))
    assert len(files) >= 18
    for file in files:
        tasks = load_tasks(file)
        assert all(isinstance(task, Task | UnsupportedTask) for task in tasks)
    lists = [
        load_tasks(shared_data / name / f"{name}.jsonl")
        for name in ("list_functions", "lambdabeam_handwritten")
    ]
    assert [sum(isinstance(task, Task) for task in tasks) for tasks in lists] == [164, 68]
