"""What small files of each format become."""

import itertools
import random

import pytest

from tests.benchmarks.formats.reading import read, read_one
from tests.benchmarks.formats.small_files import (
    ARC,
    CSV,
    PLA,
    SMALL,
    arc_text,
    list_function_text,
    pla_text,
    truth_text,
)


def test_arc_pairs_to_train_on_are_shown_and_the_others_held_out(tmp_path):
    fields = read_one(tmp_path, "arc", *SMALL["arc"])
    assert fields["inputs"] == [[[[1, 0], [0, 2]]], [[[3, 4, 5]]]]
    assert fields["outputs"] == [pair["output"] for pair in ARC["train"]]
    assert (fields["test_inputs"], fields["test_outputs"]) == ([[[[7, 0, 0]]]], [[[0, 0, 7]]])
    assert "family" not in fields and fields["source"] == "task.json"


def test_a_file_of_1d_arc_has_a_family(tmp_path):
    fields = read_one(tmp_path, "arc", "1d_move_2p_17.json", SMALL["arc"][1])
    assert (fields["family"], fields["group"]) == ("1d_move_2p", "1darc:1d_move_2p")


def test_a_secret_output_leaves_its_pair_out(tmp_path):
    text = SMALL["arc"][1].replace(', "output": [[0, 0, 7]]', "")
    assert read_one(tmp_path, "arc", "task.json", text)["test_outputs"] == []


def test_list_functions_are_read_from_text(tmp_path):
    fields = read_one(tmp_path, "list-functions", *SMALL["list-functions"])
    assert fields["inputs"] == [[[2, 4, 3, 2]], [[9, -6]], [[]]] and fields["outputs"] == [[3], [], []]


def test_the_first_character_of_a_truth_line_is_the_last_row(tmp_path):
    assert read_one(tmp_path, "truth", *SMALL["truth"])["truth_tables"] == ["0001", "0110"]


def test_a_pla_is_read_with_its_names_and_free_rows(tmp_path):
    fields = read_one(tmp_path, "pla", *SMALL["pla"])
    assert fields["truth_tables"] == ["-110", "0001"] and fields["input_names"] == ["a", "b"]
    assert (fields["pla_type"], fields["source_cubes"], fields["has_dont_cares"]) == ("fd", 4, True)


MEANINGS = {"f": {"1": "on"}, "fd": {"1": "on", "-": "any"}, "fr": {"1": "on", "0": "off"}}


def plain_table(type_: str, num_inputs: int, cubes: list[tuple[str, str]]) -> str | None:
    """The table of one output, row by row; None where the file should be refused."""
    marks = []
    for row in itertools.product("01", repeat=num_inputs):
        said = {
            MEANINGS[type_].get(output)
            for cube, output in cubes
            if all(mark in ("-", bit) for mark, bit in zip(cube, row, strict=True))
        }
        if {"on", "off"} <= said:
            return None
        free = "any" in said or (type_ == "fr" and not said & {"on", "off"})
        marks.append("-" if free else "1" if "on" in said else "0")
    return "".join(marks)


@pytest.mark.parametrize("type_", MEANINGS)
def test_cubes_mean_what_their_type_says(tmp_path, type_):
    rng = random.Random(type_)
    num_read = 0
    for _ in range(60):
        num_inputs = rng.randint(1, 4)
        cubes = [
            ("".join(rng.choices("01-", k=num_inputs)), rng.choice("10-~")) for _ in range(rng.randint(1, 4))
        ]
        wanted = plain_table(type_, num_inputs, cubes)
        if wanted is None or not wanted.strip("-"):
            continue
        lines = [f".i {num_inputs}", ".o 1", f".type {type_}", *map(" ".join, cubes)]
        assert read_one(tmp_path, "pla", "t.pla", "\n".join(lines))["truth_tables"] == [wanted], cubes
        num_read += 1
    assert num_read > 20


def test_a_pla_of_type_fdr_says_every_row(tmp_path):
    text = ".i 1\n.o 2\n.type fdr\n0 1-\n1 01\n"
    assert read_one(tmp_path, "pla", "t.pla", text)["truth_tables"] == ["10", "-1"]


def test_a_table_has_its_last_column_as_result(tmp_path):
    fields = read_one(tmp_path, "csv", *SMALL["csv"])
    assert fields["types"] == {"inputs": ["str", "int"], "output": "str"}
    assert fields["inputs"] == [["Ada, Countess", 36], ["Alan", 41]] and fields["arg_names"] == [
        "name",
        "age",
    ]
    assert fields["outputs"] == ['Hello "Ada"', "Hello Alan"]


def test_every_result_column_is_a_task(tmp_path):
    first, second = read(tmp_path, "csv", "people.csv", CSV, outputs=["age", "greeting"])
    assert (first["id"], second["id"]) == ("people/age", "people/greeting")
    assert first["types"] == {"inputs": ["str"], "output": "int"} and first["outputs"] == [36, 41]


def test_types_of_columns_are_inferred_or_given(tmp_path):
    text = 'a,b,c,d,e\n1,1,true,"[1, 2]",x\n-2,2.5,FALSE,[],y\n'
    fields = read_one(tmp_path, "csv", "t.csv", text)
    assert fields["types"]["inputs"] == ["int", "float", "bool", "list[int]"]
    assert fields["inputs"][1] == [-2, 2.5, False, []]
    fields = read_one(tmp_path, "csv", "t.csv", text, types={"a": "str", "d": "list[float]"})
    assert fields["types"]["inputs"] == ["str", "float", "bool", "list[float]"]
    assert fields["inputs"][0] == ["1", 1.0, True, [1, 2]]


def test_whole_numbers_are_words_where_a_type_says_so(tmp_path):
    fields = read_one(tmp_path, "csv", "t.csv", "a,b\n0,255\n255, 0\n", types={"a": "bv8", "b": "bv8"})
    assert fields["types"] == {"inputs": ["bv8"], "output": "bv8"}
    assert (fields["inputs"], fields["outputs"]) == ([[0], [255]], [255, 0])


def test_tabs_stand_between_the_columns_of_tsv(tmp_path):
    assert read_one(tmp_path, "csv", "t.tsv", "a\tb\n1,5\t2\n")["inputs"] == [["1,5"]]


@pytest.mark.parametrize(
    ("format_name", "write"),
    [("arc", arc_text), ("list-functions", list_function_text), ("truth", truth_text)],
)
def test_what_is_written_again_reads_the_same(tmp_path, format_name, write):
    name, text = SMALL[format_name]
    fields = read_one(tmp_path, format_name, name, text)
    assert read_one(tmp_path, format_name, name, write(fields)) == fields


def test_tables_are_the_same_as_pla(tmp_path):
    fields = read_one(tmp_path, "pla", "adder.pla", PLA)
    for type_ in ("fd", "fdr"):
        again = read_one(tmp_path, "pla", "adder.pla", pla_text(fields, type_))
        assert again["truth_tables"] == fields["truth_tables"]
