"""Exports are compared with the machine: what agrees, and what would not."""

from typer.testing import CliRunner

from benchmarks import check_exports
from mcts_compose.task_sources import find_suite
from vm.program import Program


def test_programs_of_a_run_are_compared(tmp_path):
    from benchmarks.commands import app

    run = ["run", "lists-v1:doubled", "--seconds", "5", "--out", str(tmp_path / "run")]
    assert CliRunner().invoke(app, run).exit_code == 0
    compared = CliRunner().invoke(check_exports.app, ["lists-v1:doubled", "--run", str(tmp_path / "run")])
    assert compared.exit_code == 0, compared.output
    assert "programs, 0 differ" in compared.output
    assert not compared.output.startswith("0 programs")


def test_an_export_that_differs_is_named(monkeypatch):
    task = next(task for task in find_suite("lists-v1").tasks if task.id.startswith("doubled"))
    program = Program.parse("(x: list[int]) -> list[int]; return reverse(x)")
    assert not check_exports.disagreements(program, task)
    monkeypatch.setattr(Program, "to_python", lambda self: "def solve(x):\n    return sorted(x)\n")
    assert check_exports.disagreements(program, task)
