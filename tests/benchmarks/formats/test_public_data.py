"""The public data beside the checkout, through the formats that it once had."""

import json

import pytest

from benchmarks.formats.importing import import_files
from benchmarks.formats.sygus.reading import read_problem
from benchmarks.formats.sygus.sygus import SygusFormat
from benchmarks.formats.text_file import TextFile
from mcts_compose.verification.term_parser import parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import argument
from tests.benchmarks.formats.reading import read_one
from tests.benchmarks.formats.small_files import arc_text, list_function_text, pla_text, truth_text


def tasks_of(shared_data, suite):
    with (shared_data / suite / f"{suite}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_of_numbers(task):
    """Whether the solver is asked for the examples of a problem, which takes half a second."""
    return set(task["types"]["inputs"]) == {"int"}


def imported_problems(tasks, place):
    """What problem texts become, by where they come from."""
    sources = {}
    for task in tasks:
        (place / f"{task['id']}.sl").write_text(task["sl"], encoding="utf-8")
        sources[task["id"]] = task["source"]
    found = import_files(SygusFormat(), place)
    assert not found.refused
    return {sources[fields["id"]]: fields for fields in map(json.loads, found.lines)}


@pytest.fixture(scope="module")
def problems(shared_data, tmp_path_factory):
    """The imported problems but those of numbers."""
    tasks = [task for task in tasks_of(shared_data, "sygus_sl") if not is_of_numbers(task)]
    assert len(tasks) == 48
    return imported_problems(tasks, tmp_path_factory.mktemp("problems"))


def test_every_problem_text_is_read(shared_data):
    for task in tasks_of(shared_data, "sygus_sl"):
        problem = read_problem(TextFile(task["id"], task["sl"]))
        assert len(problem.unknowns) == task["n_synth_fun"] and problem.constraints


def test_every_problem_but_those_of_numbers_is_a_task(shared_data, problems):
    for task in tasks_of(shared_data, "sygus_sl"):
        if task["source"] in problems:
            assert problems[task["source"]]["types"] == task["types"]
            assert problems[task["source"]].get("encoding") != "sygus-if"


@pytest.mark.slow
def test_most_problems_of_numbers_are_tasks_with_a_specification(shared_data, tmp_path):
    pytest.importorskip("z3")
    tasks = [task for task in tasks_of(shared_data, "sygus_sl") if is_of_numbers(task)]
    fields = imported_problems(tasks, tmp_path).values()
    assert (len(tasks), sum("specification" in each for each in fields)) == (29, 17)
    assert all("unsupported" in each for each in fields if "specification" not in each)


@pytest.mark.parametrize(("suite", "fields", "count"), [
    ("sygus_strings", ("inputs", "outputs", "types"), 11),
    ("sygus_bv", ("inputs", "outputs", "types"), 4),
    ("sygus_circuits", ("truth_tables", "types"), 2),
])  # fmt: skip
def test_examples_are_those_of_the_converted_suites(shared_data, problems, suite, fields, count):
    both = [task for task in tasks_of(shared_data, suite) if task["source"] in problems]
    assert len(both) == count
    for task in both:
        assert [problems[task["source"]][field] for field in fields] == [task[field] for field in fields]


def test_references_agree_with_the_examples_of_the_converted_suite(shared_data, problems):
    both = [task for task in tasks_of(shared_data, "hackers_delight") if task["source"] in problems]
    assert len(both) == 10
    for task in both:
        fields = problems[task["source"]]
        names = {name: argument(index, 32) for index, name in enumerate(fields["arg_names"])}
        inputs = task["inputs"] + task["test_inputs"]
        (found,) = evaluate(
            [parse_term(fields["reference"], names)], list(zip(*inputs, strict=True)), len(inputs)
        )
        assert [int(word) for word in found] == task["outputs"] + task["test_outputs"]


@pytest.mark.parametrize(("suite", "format_name", "suffix", "write", "step"), [
    ("arc_agi_1", "arc", ".json", arc_text, 20),
    ("arc_1d", "arc", ".json", arc_text, 40),
    ("mini_arc", "arc", ".json", arc_text, 10),
    ("list_functions", "list-functions", ".json", list_function_text, 10),
    ("boolean_iwls2022", "truth", ".truth", truth_text, 4),
    ("boolean_espresso", "pla", ".pla", pla_text, 6),
    ("boolean_epfl", "pla", ".pla", pla_text, 1),
])  # fmt: skip
def test_converted_tasks_written_in_their_format_read_the_same(
    shared_data, tmp_path, suite, format_name, suffix, write, step
):
    for task in tasks_of(shared_data, suite)[::step]:
        fields = read_one(tmp_path, format_name, task["name"] + suffix, write(task))
        compared = ["types", "inputs", "outputs", "truth_tables", "family"]
        if format_name == "arc":
            compared += ["test_inputs", "test_outputs"]
        for field in compared:
            assert fields.get(field) == task.get(field), (task["id"], field)
