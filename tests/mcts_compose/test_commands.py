import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import mcts_compose.search
from mcts_compose.commands.main import COMMANDS, main, run_alone
from mcts_compose.commands.train import programs_of
from mcts_compose.errors import printable
from mcts_compose.results.run_directory import open_run
from mcts_compose.search.tree_view import NodeView, TreeView, most_visited
from tests.mcts_compose.make_result import make_result
from tests.mcts_compose.test_solving import FakeSearch

ROOT = Path(__file__).parents[2]
PROGRAM = "(x: list[int], k: int) -> int; a = add(x, k); b = take(a, 2); return sum(b)"
TASK = {
    "id": "sum",
    "name": "<script>alert(1)</script>",
    "description": "adds\x1b[31m up",
    "types": {"inputs": ["list[int]"], "output": "int"},
    "inputs": [[[1, 2]], [[5]]],
    "outputs": [3, 5],
    "test_inputs": [[[4, 4]]],
    "test_outputs": [8],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a task, and a fake search."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.json").write_text(json.dumps(TASK))
    return tmp_path


@pytest.fixture
def fake_search(monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    search = FakeSearch()
    monkeypatch.setattr(mcts_compose.search, "run_search", search, raising=False)
    monkeypatch.setattr(mcts_compose.search, "SEARCHERS", {"mcts": "", "enumerate": ""}, raising=False)
    return search


def test_solve_prints_the_program_and_exits_0(place, fake_search, capsys) -> None:
    assert main(["solve", "t.json", "--prior", "uniform"]) == 0
    said = capsys.readouterr()
    assert said.out == "(x: list[int]) -> int\nv1 = sum(x)\nreturn v1\n"
    assert "solved, right on held-out" in said.err


def test_solve_exits_1_when_nothing_was_found(place, fake_search, capsys) -> None:
    fake_search.program, fake_search.stopped = None, "budget:simulations"
    assert main(["solve", "t.json", "--prior", "uniform", "--simulations", "5"]) == 1
    assert "not solved (budget:simulations)" in capsys.readouterr().err


def test_solve_prints_one_json_object(place, fake_search, capsys) -> None:
    assert main(["solve", "t.json", "--prior", "uniform", "--json", "--seed", "4"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["task"], found["seed"], found["tree_hash"], found["solved"]) == ("sum", 4, "abcd", True)
    assert found["program"] == "(x: list[int]) -> int; v1 = sum(x); return v1"


def test_solve_says_what_saves_cost(place, fake_search, capsys) -> None:
    assert main(["solve", "t.json", "--prior", "uniform"]) == 0
    assert "for saves" not in capsys.readouterr().err
    fake_search.changes = {"save_seconds": 0.126}
    assert main(["solve", "t.json", "--prior", "uniform"]) == 0
    assert " s (0.13 s of it for saves)" in capsys.readouterr().err


def test_solve_says_what_a_model_did(place, fake_search, capsys) -> None:
    fake_search.changes = {
        "model_calls": 41, "model_tokens": 12345, "reused_tokens": 678, "cache_hits": 9, "model_seconds": 0.2,
        "refined": 30, "prior_failures": 2, "prior_failure": "prior 'm': late: \x1b[31mno",
    }  # fmt: skip
    assert main(["solve", "t.json"]) == 0
    said = capsys.readouterr().err
    assert (
        "prior bundled: 41 calls, 9 answers from a record, 12,345 tokens, 678 more from a cache, "
        "0.20 s (40% of the search's time), 30 nodes ranked; 2 failures, the first: prior 'm': late: " in said
    )
    assert "\x1b" not in said
    assert main(["solve", "t.json", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in fake_search.changes} == fake_search.changes


def test_without_a_model_nothing_is_said_of_one(place, fake_search, capsys) -> None:
    assert main(["solve", "t.json"]) == 0
    assert "prior" not in capsys.readouterr().err


def test_flags_about_models_reach_the_search(place, fake_search) -> None:
    Path("c.toml").write_text('base-prior = "uniform"\neps = 0.5\ntop-k = 7\nmodel-values = false\n')
    flags = ["--eps", "0.25", "--temperature", "2", "--top-p", "0.9", "--deterministic", "--no-model-ranks"]
    flags += ["--keep-visits", "--simulations", "9"]
    assert main(["solve", "t.json", "--config", "c.toml", *flags]) == 0
    (call,) = fake_search.calls
    options = call.options
    assert (options.eps, options.temperature, options.top_p, options.top_k) == (0.25, 2.0, 0.9, 7)
    assert (options.model_prices, options.model_ranks, options.model_values) == (True, False, False)
    assert options.deterministic and options.keep_visits
    assert call.base_prior.name == "uniform"


WRONG_MIXINGS = {
    "--eps": ("-0.1", "1.5", "nan"),
    "--temperature": ("0", "-1", "inf", "nan"),
    "--top-p": ("0", "1.1", "nan"),
    "--top-k": ("-1",),
    "--base-prior": ("nothing",),
    "--base-prior-args": ("weights",),
}


@pytest.mark.parametrize(
    "flag, value", [(flag, value) for flag in WRONG_MIXINGS for value in WRONG_MIXINGS[flag]]
)
def test_a_wrong_mixing_is_refused_in_one_sentence(flag, value, place, fake_search, capsys) -> None:
    assert main(["solve", "t.json", flag, value]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not fake_search.calls


def test_flags_and_configuration_reach_the_search(place, fake_search) -> None:
    Path("c.toml").write_text('prior = "uniform"\nsimulations = 9\nsplit = false\nbackup = "mean"\n')
    assert (
        main(
            [
                "solve",
                "t.json",
                "--config",
                "c.toml",
                "--backup",
                "max",
                "--no-value",
                "--search",
                "enumerate",
            ]
        )
        == 0
    )
    (call,) = fake_search.calls
    assert (call.searcher, call.budget.simulations, call.prior.name) == ("enumerate", 9, "uniform")
    options = call.options
    assert (options.split, options.value, options.backup, options.goal_directed) == (
        False,
        False,
        "max",
        True,
    )


def test_run_directory_is_resumed_and_refuses_other_settings(place, fake_search, capsys) -> None:
    command = ["solve", "t.json", "--prior", "uniform", "--simulations", "9", "--out", "run"]
    assert main(command) == 0
    before = Path("run/results.jsonl").read_bytes()
    assert main(command) == 0
    assert len(fake_search.calls) == 1
    capsys.readouterr()
    assert main([*command, "--no-split"]) == 2
    assert "was made with split True, but this command says False" in capsys.readouterr().err
    assert Path("run/results.jsonl").read_bytes() == before


def test_interruption_exits_130_and_keeps_results(place, fake_search, monkeypatch, capsys) -> None:
    tasks = "\n".join(json.dumps(TASK | {"id": f"sum{number}"}) for number in range(3))
    Path("t.jsonl").write_text(tasks)

    def search(problem, **settings):
        if len(fake_search.calls) == 2:
            raise KeyboardInterrupt
        return fake_search(problem, **settings)

    monkeypatch.setattr(mcts_compose.search, "run_search", search, raising=False)
    assert main(["bench", "run", "t.jsonl", "--prior", "uniform", "--out", "run"]) == 130
    assert "interrupted; finished results are kept" in capsys.readouterr().err
    assert Path("run/results.jsonl").read_bytes().count(b"\n") == 2


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "mcts-compose: interrupted; finished results are kept\n"),
        (OSError(28, "No space left"), 2, "mcts-compose: the output cannot be written (No space left)\n"),
        (None, 2, "mcts-compose: no such option: --soon; own --help says what is possible\n"),
    ],
)
def test_a_command_line_of_its_own_ends_with_one_sentence(error, status, said, monkeypatch, capfd) -> None:
    def fail() -> None:
        raise error

    alone = typer.Typer(add_completion=False)
    alone.command()(fail)
    monkeypatch.setattr("mcts_compose.commands.main.collect_seldom", lambda: None)
    monkeypatch.setattr("mcts_compose.commands.main._drop_output", lambda: None)
    monkeypatch.setattr(sys, "argv", ["own", *([] if error else ["--soon"])])
    with pytest.raises(SystemExit) as stopped:
        run_alone(alone, "own")
    assert (stopped.value.code, capfd.readouterr().err) == (status, said)


@pytest.mark.parametrize(
    "command",
    [
        "bench compare LONG other",
        "bench list LONG.jsonl",
        "import csv LONG --out o.jsonl",
        "library list LONG",
        "solve t.json --out LONG",
        "show program LONG",
        "learn t.json --library LONG",
    ],
)
def test_a_path_that_no_system_takes_is_one_sentence(command: str, place, capsys) -> None:
    assert main(command.replace("LONG", "x" * 300).split()) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "xxx" in said and "Traceback" not in said


def test_bench_goes_on_past_unsupported_tasks_and_prints_a_table(place, fake_search, capsys) -> None:
    tuples = TASK | {"id": "tuples", "types": {"inputs": ["int"], "output": "tuple[int,int]"}}
    Path("t.jsonl").write_text(f"{json.dumps(tuples)}\n{json.dumps(TASK)}\n")
    assert main(["bench", "run", "t.jsonl", "--prior", "uniform", "--out", "run"]) == 0
    lines = [json.loads(line) for line in Path("run/results.jsonl").read_text().splitlines()]
    assert [(line["task"], line["stopped"]) for line in lines] == [("tuples", "error"), ("sum", "solved")]
    assert "tuple[int,int]" in lines[0]["error"]
    row = next(line for line in capsys.readouterr().out.splitlines() if line.split()[:1] == ["t"])
    assert row.split()[1:5] == ["2", "1", "1", "1"]


def test_show_program_prints_text_and_python(capsys) -> None:
    assert main(["show", "program", PROGRAM]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[1] == "v1 = add(x, k)"
    assert main(["show", "program", PROGRAM, "--as", "python"]) == 0
    names: dict[str, object] = {}
    exec(capsys.readouterr().out, names)
    assert names["solve"]([1, 2, 3], 10) == 23


SORT_2 = "x86 (a: int, b: int) -> (a, b); mov s1, a; cmp a, b; cmovg a, b; cmovg b, s1"


def test_show_program_prints_assembly_in_every_form(capsys) -> None:
    said = {}
    for form in ("text", "python", "c", "asm"):
        assert main(["show", "program", SORT_2, "--as", form]) == 0
        said[form] = capsys.readouterr().out
    assert said["text"].splitlines()[1] == "mov s1, a"
    names: dict[str, object] = {}
    exec(said["python"], names)
    assert names["solve"](9, 3) == [3, 9]
    assert "void solve(int64_t *values)" in said["c"]
    assert ".globl solve" in said["asm"] and "cmovg rax, rcx" in said["asm"]


def test_show_program_reads_files_and_results(place, fake_search, capsys) -> None:
    assert main(["solve", "t.json", "--prior", "uniform", "--out", "run"]) == 0
    Path("p.txt").write_text("(x: list[int]) -> int\nreturn sum(x)\n")
    capsys.readouterr()
    for source in ("p.txt", "run", "run#sum", "run/results.jsonl"):
        assert main(["show", "program", source]) == 0
        assert capsys.readouterr().out == "(x: list[int]) -> int\nv1 = sum(x)\nreturn v1\n"


def test_show_trace_prints_pointers_read_and_written(place, capsys) -> None:
    program = "(x: list[int]) -> int; return sum(add(x, 1))"
    assert main(["show", "trace", program, "t.json", "--example", "0"]) == 0
    assert capsys.readouterr().out == (
        "x: list[int] = [1, 2]\n"
        "\nv1 = add(x, 1)\n    reads   x = [1, 2]\n    writes  v1 = [2, 3]\n"
        "\nv2 = sum(v1)\n    reads   v1 = [2, 3]\n    writes  v2 = 5\n"
        "\nreturns 5; the task wants 3: wrong\n"
    )


def test_show_trace_says_where_a_fault_is(place, capsys) -> None:
    program = "(x: list[int]) -> int; return add(sum(x), until(&add(_, 0), &lt(_, 0), 1))"
    assert main(["show", "trace", program, "t.json"]) == 0
    said = capsys.readouterr().out
    assert "writes  v1 = 3" in said
    assert "    fault   OUT_OF_FUEL" in said
    assert said.endswith("no result: OUT_OF_FUEL; the task wants 3\n")


def test_show_trace_prints_the_whole_machine_of_assembly(place, capsys) -> None:
    program = "x86 (xs: list[int], k: int) -> k; push k; cmp k, 3"
    assert main(["show", "trace", program, "[4, 5], 9"]) == 0
    assert capsys.readouterr().out == (
        "x86 (xs: list[int], k: int) -> k\n"
        "    cells   xs = 0, xs_len = 2, k = 9\n    flags   none\n    memory  [4, 5]\n    stack   []\n"
        "    line    0: push k\n"
        "\npush k\n"
        "    cells   xs = 0, xs_len = 2, k = 9\n    flags   none\n    memory  [4, 5]\n    stack   [9]\n"
        "    line    1: cmp k, 3\n"
        "\ncmp k, 3\n"
        "    cells   xs = 0, xs_len = 2, k = 9\n    flags   greater\n    memory  [4, 5]\n    stack   [9]\n"
        "    line    2: the end\n"
        "\nreturns 9\n"
    )


def test_show_trace_takes_a_task_or_values(place, capsys) -> None:
    program = "x86 (x: list[int]) -> a; load a, [x]; load b, [-1]"
    assert main(["show", "trace", program, "t.json"]) == 0
    said = capsys.readouterr().out
    assert "load b, [-1]\n    fault   BAD_INDEX" in said
    assert said.endswith("no result: BAD_INDEX; the task wants 3\n")
    assert main(["show", "trace", "(x: int) -> int; return add(x, 1)", "2"]) == 0
    assert capsys.readouterr().out.endswith("returns 3\n")
    assert main(["show", "trace", "x86 (x: int, y: int) -> x; add x, y", "-7, 2"]) == 0
    assert capsys.readouterr().out.endswith("returns -5\n")
    assert main(["show", "trace", program, "1, 2"]) == 2
    assert "the program takes (list[int]), not (int, int)" in capsys.readouterr().err


def test_show_tree_writes_a_page_without_network_or_markup_from_tasks(place, fake_search) -> None:
    assert main(["show", "tree", "t.json", "--prior", "uniform", "--out", "page.html"]) == 0
    page = Path("page.html").read_text()
    assert fake_search.calls[0].options.keep_tree
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "<b>sum" not in page and "&lt;b&gt;sum(x)&lt;/b&gt;" in page
    assert "http://" not in page and "https://" not in page
    assert page.count("<rect ") == 4


def test_most_visited_part_of_a_tree_keeps_ancestors() -> None:
    def node(number: int, parent: int | None, visits: int) -> NodeView:
        return NodeView(id=number, parent=parent, label="", visits=visits, q=0, prior=0, value=0, cost=0)

    nodes = (node(0, None, 100), node(1, 0, 3), node(2, 0, 50), node(3, 2, 49), node(4, 1, 2))
    kept = most_visited(TreeView(nodes=nodes, num_nodes=9), 3)
    assert [each.id for each in kept.nodes] == [0, 2, 3]
    assert kept.num_nodes == 9


def test_train_frequency_fits_on_found_programs(place, fake_search, capsys) -> None:
    assert main(["solve", "t.json", "--prior", "uniform", "--out", "run"]) == 0
    assert main(["train", "frequency", "run", "--out", "w.json"]) == 0
    assert json.loads(Path("w.json").read_text())["skills"] == {"sum": 1}
    assert main(["solve", "t.json", "--prior", "frequency", "--prior-args", "weights=w.json"]) == 0


def test_held_out_examples_have_no_say_in_what_is_counted(tmp_path) -> None:
    counted = []
    for verdict in (True, False, None):
        with open_run(tmp_path / str(verdict), {}) as run:
            run.append(make_result("found", generalises=verdict))
            run.append(make_result("not-found", solved=False, generalises=None))
        counted.append(list(programs_of([str(tmp_path / str(verdict))])))
    assert counted == [[make_result().program_text]] * 3


@pytest.mark.parametrize("name", ["skills", "priors", "suites"])
def test_lists_are_printed(name, capsys) -> None:
    assert main([name]) == 0
    plain = capsys.readouterr().out
    assert main([name, "--json"]) == 0
    for row in json.loads(capsys.readouterr().out):
        assert f"{row['name']} " in plain


def test_skill_is_told_in_full(capsys) -> None:
    assert main(["skills", "sort"]) == 0
    said = capsys.readouterr().out
    assert "list[int] -> list[int]" in said and "Edges:" in said


@pytest.mark.parametrize("name", COMMANDS.names())
def test_every_command_has_help(name, capsys) -> None:
    assert main([name, "--help"]) == 0
    assert "Usage: mcts-compose" in capsys.readouterr().out
    assert main(["--help"]) == 0
    assert name in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [["--help"], ["skills"], ["priors"], ["suites"], ["bench", "list"], ["show", "program", PROGRAM]],
)
def test_light_commands_import_nothing_heavy(command) -> None:
    code = (
        "import sys\nfrom mcts_compose.commands.main import main\n"
        f"assert main({command!r}) == 0\n"
        "heavy = {'numba', 'scipy', 'rich.progress', 'jinja2', 'torch', 'ray', 'pytest'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


def test_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "mcts_compose", "--version"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == f"mcts-compose {mcts_compose.__version__}\n"


def test_doctor_names_every_extra_that_a_command_may_ask_for(capsys) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("torch", "ray", "z3-solver"))


def test_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m mcts_compose skills | head -1; exit ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device to write to")
@pytest.mark.parametrize("command", ["skills", "doctor", "show program '(x: int) -> int; return x'"])
def test_output_that_cannot_be_written_is_one_sentence(command) -> None:
    command = f"{sys.executable} -m mcts_compose {command} >/dev/full"
    found = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    sentence = "mcts-compose: the output cannot be written (No space left on device)\n"
    assert (found.returncode, found.stderr) == (2, sentence)


def test_terminal_gets_no_control_characters() -> None:
    hostile = "a\x1b]0;title\x07b\x9b2Jc\u202ed\ud800e\nf"
    assert printable(hostile) == "a]0;titleb2Jcde f"
    assert printable("a\xa0b\u2003c\u2028d") == "a b c d"


@pytest.mark.parametrize("from_where", ["flag", "task"])
def test_model_calls_end_a_search_and_are_not_exceeded(from_where, tmp_path, capsys):
    document = {
        "id": "t",
        "types": {"inputs": ["list[int]"], "output": "int"},
        "inputs": [[[1, 2]], [[3]]],
        "outputs": [7919, 104729],
    }
    flags = ["--model-calls", "1"] if from_where == "flag" else []
    if from_where == "task":
        document["budget"] = {"seconds": 60, "model_calls": 1}
    (tmp_path / "t.json").write_text(json.dumps(document))
    assert main(["solve", str(tmp_path / "t.json"), "--prior", "bundled", *flags, "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert (result["stopped"], result["model_calls"]) == ("budget:model_calls", 1)
