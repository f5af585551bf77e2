"""Where settings come from: flags, and what they make of a task's own budget."""

import json
from dataclasses import fields

import pytest
import typer

from benchmarks import commands as bench
from mcts_compose.budget import DEFAULT_SECONDS, Budget
from mcts_compose.commands import flags, show, solve
from mcts_compose.settings import Settings, resolve

FLAGS = [each.name for each in fields(flags.SearchFlags)]


def test_every_setting_has_one_flag_and_every_flag_a_setting():
    switches = {f"no_{name}": name for name in flags.SWITCHES}
    set_by_flags = [switches.get(name, name) for name in FLAGS if name != "config"]
    assert sorted(set_by_flags) == sorted(each.name for each in fields(Settings))


@pytest.mark.parametrize(
    ("app", "name", "missing"),
    [
        (solve.app, "solve", ("deadline", "retries")),
        (bench.app, "run", ()),
        (show.app, "tree", show.NOT_FOR_TREES),
    ],
)
def test_commands_take_the_flags_of_a_search(app, name, missing):
    command = typer.main.get_command(app)
    options = {option.name for option in getattr(command, "commands", {name: command})[name].params}
    assert set(missing) <= set(FLAGS)
    assert options & set(FLAGS) == set(FLAGS) - set(missing)
    assert "settings" not in options


def test_a_command_gets_the_settings_that_its_flags_make(tmp_path):
    (tmp_path / "c.toml").write_text("seconds = 3\nsplit = false\ntop-k = 4\n")
    found = []

    @flags.takes_settings(without=["workers"])
    def command(word: str, *, settings: Settings, last: int = 0) -> None:
        """Notes what it gets."""
        found.append((word, settings, last))

    app = typer.Typer()
    app.command()(command)
    given = ["w", "--no-value", "--seconds", "2", "--last", "7", "--prior-args", "a=b", "--prior", "p"]
    typer.main.get_command(app)([*given, "--config", str(tmp_path / "c.toml")], standalone_mode=False)
    wanted = Settings(prior="p", prior_args={"a": "b"}, seconds=2, split=False, value=False, top_k=4)
    assert found == [("w", wanted, 7)]


def test_flags_replace_a_budget_but_not_its_bound_on_memory():
    of_task = Budget(seconds=5, memory_mb=200)
    assert Settings(seconds=1).budget_for(of_task) == Budget(seconds=1, memory_mb=200)
    assert Settings(simulations=7).budget_for(of_task) == Budget(simulations=7, memory_mb=200)
    assert Settings(executions=9).budget_for(of_task) == Budget(executions=9, memory_mb=200)
    assert Settings().budget_for(of_task) == of_task


def test_model_calls_are_bounded_beside_what_ends_a_search():
    of_task = Budget(seconds=5, model_calls=200)
    assert Settings(seconds=1).budget_for(of_task) == Budget(seconds=1, model_calls=200)
    assert Settings(model_calls=7).budget_for(of_task) == Budget(seconds=5, model_calls=7)
    assert Settings(model_calls=0).budget_for(of_task) == Budget(seconds=5, model_calls=0)
    assert Settings(executions=9, model_calls=7).budget_for(None) == Budget(executions=9, model_calls=7)
    alone = Budget(seconds=DEFAULT_SECONDS, model_calls=7)
    assert Settings(model_calls=7).budget_for(None) == alone
    assert Settings().budget_for(Budget(model_calls=7)) == alone


def test_memory_is_bounded_beside_what_ends_a_search():
    of_task = Budget(seconds=5, memory_mb=200)
    assert Settings(memory_mb=70).budget_for(of_task) == Budget(seconds=5, memory_mb=70)
    assert Settings(simulations=3, memory_mb=70).budget_for(of_task) == Budget(simulations=3, memory_mb=70)
    assert Settings(memory_mb=70).budget_for(None) == Budget(seconds=DEFAULT_SECONDS, memory_mb=70)


def test_every_setting_can_stand_in_a_configuration(tmp_path):
    plain = Settings(
        prior="p", seconds=1.0, simulations=1, executions=1, model_calls=1, memory_mb=64,
        optimise="length", max_length=1, prove_none_shorter_than=1, cut=2.0,
    )  # fmt: skip
    values = plain.to_config()
    lines = [f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in values.items()]
    (tmp_path / "c.toml").write_text("".join(lines))
    assert resolve({}, tmp_path / "c.toml") == plain


def test_memory_alone_does_not_bound_a_search():
    only_memory = Budget(memory_mb=200)
    assert Settings().budget_for(only_memory) == Budget(seconds=DEFAULT_SECONDS, memory_mb=200)
    assert Settings().budget_for(None) == Budget(seconds=DEFAULT_SECONDS)
