"""The commands `bench list` and `bench run`, as a user types them."""

import json

import pytest

from benchmarks.commands import suites_of
from mcts_compose.commands.main import main
from mcts_compose.errors import InputError


def test_list_names_the_suites(capsys):
    assert main(["bench", "list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == [
        "lists-v1",
        "deepcoder-v1",
        "sort-kernels-v1",
        "bit-tricks-v1",
        "circuits-v1",
        "subleq-v1",
        "arithmetic-v1",
        "automata-v1",
        "cellular-v1",
        "graphs-v1",
        "numeric-v1",
    ]


def test_list_names_the_tasks_of_a_selection(capsys):
    assert main(["bench", "list", "deepcoder-v1:t5"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 100


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "nothing-v1"],
        ["run"],
        ["run", "nothing-v1"],
        ["run", "nothing.jsonl"],
        ["run", "lists-v1:zzz"],
        ["run", "lists-v1", "lists-v1"],
        ["run", "lists-v1", "--seeds", "0,0"],
        ["run", "lists-v1", "--seeds", "x"],
        ["run", "lists-v1", "--seconds", "0"],
        ["run", "lists-v1", "--show-examples", "0"],
        ["run", "lists-v1", "--search", "psychic"],
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(arguments, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main(["bench", *arguments]) == 2
    out, err = capfd.readouterr()
    assert len(err.splitlines()) == 1 and "Traceback" not in err
    assert not out
    assert list(tmp_path.iterdir()) == []


def test_one_name_stands_for_one_suite(tmp_path):
    with pytest.raises(InputError, match="before"):
        suites_of(["lists-v1:s", "lists-v1:s"], None)


def test_run_prints_a_table_and_says_where_results_are(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "run", "lists-v1:double", "--seconds", "5"]) == 0
    out, err = capsys.readouterr()
    (directory,) = (tmp_path / "runs").iterdir()
    assert "lists-v1:double" in out
    assert directory.name in err
    assert (directory / "results.jsonl").read_text().count("\n") == 2


GOOD = {
    "id": "good",
    "types": {"inputs": ["list[int]"], "output": "int"},
    "inputs": [[[1, 2]], [[3]]],
    "outputs": [3, 3],
}


@pytest.mark.parametrize(
    ("others", "status", "said"),
    [
        ([], 0, []),
        (
            [GOOD | {"id": "pairs", "types": {"inputs": ["int"], "output": "tuple[int,int]"}}],
            0,
            ["not supported: 1 of 2 results, the first t#pairs with seed 0: "],
        ),
        (
            [GOOD | {"id": "typo", "skills": ["sotr"]}, GOOD | {"id": "other", "skills": ["sotr"]}],
            1,
            ["failed: 2 of 3 results, the first t#typo with seed 0: ", "no skill 'sotr'"],
        ),
    ],
)
def test_a_run_says_which_tasks_failed_and_its_status_too(tmp_path, capsys, others, status, said):
    lines = [json.dumps(task) + "\n" for task in (GOOD, *others)]
    (tmp_path / "t.jsonl").write_text("".join(lines))
    command = ["bench", "run", str(tmp_path / "t.jsonl"), "--prior", "uniform", "--simulations", "5"]
    for _ in range(2):  # the second call resumes, and finds what the first wrote
        assert main([*command, "--out", str(tmp_path / "run")]) == status
        last = capsys.readouterr().err.splitlines()[-1]
        assert all(part in last for part in said)
        assert ("the first" in last) == bool(said)


def test_the_same_command_resumes(tmp_path, capsys):
    command = [
        "bench",
        "run",
        "lists-v1:double",
        "--simulations",
        "50",
        "--out",
        str(tmp_path / "run"),
        "--json",
    ]
    assert main(command) == 0
    first = capsys.readouterr().out
    lines = (tmp_path / "run" / "results.jsonl").read_bytes()
    assert main(command) == 0
    assert capsys.readouterr().out == first
    assert (tmp_path / "run" / "results.jsonl").read_bytes() == lines
    assert json.loads(first)["num_tasks"] == 2


def test_shown_examples_are_said_to_be_too_few(tmp_path, capsys):
    file = tmp_path / "one.json"
    task = {
        "id": "one",
        "types": {"inputs": ["int"], "output": "int"},
        "inputs": [[1], [2]],
        "outputs": [2, 3],
    }
    file.write_text(json.dumps(task))
    assert main(["bench", "run", str(file), "--show-examples", "8", "--out", str(tmp_path / "run")]) == 2
    assert "nothing would be held out" in capsys.readouterr().err
