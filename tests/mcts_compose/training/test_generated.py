"""Made-up samples: their programs give their results, and nothing but seed and shard decides them."""

import numpy as np
import pytest

from mcts_compose.errors import InputError
from mcts_compose.training import generated
from mcts_compose.training.generated import draw_bank, draw_results, is_result, known_skills, make_sample
from mcts_compose.training.sample import make_shard
from mcts_compose.training.shards import shard_path, write_shards
from priors.bundled import text
from priors.bundled.properties import Values
from priors.bundled.vocabulary import default_vocabulary, table_skills
from priors.training.shards import load_shard
from vm.program import Program
from vm.values import encode

ARITIES = {skill.name: text.arity_of(skill) for skill in table_skills()}


@pytest.fixture(scope="module")
def made():
    """Some samples with what they were made from: (problem, result, sample)."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(12):
        problem, bank = draw_bank(rng, known_skills())
        inputs = [Values(batch) for batch in problem.inputs]
        for contents in draw_results(rng, bank, len(inputs), 15):
            sample = make_sample(rng, problem, inputs, bank, contents)
            if sample is not None:
                found.append((problem, bank.engine.values(contents), sample))
        bank.engine.release()
    return found


def test_programs_run_on_the_machine_give_their_results(made):
    assert len(made) > 60
    for problem, result, sample in made:
        line = text.program_text(
            sample.program, problem.input_names, problem.input_types, result.type, ARITIES
        )
        output = Program.parse(line).run(problem.inputs).output
        assert output.type == result.type, line
        assert all(map(np.array_equal, output[1:], result[1:])), line


def test_bags_are_the_skills_and_constants_of_the_programs(made):
    for _, _, sample in made:
        assert set(sample.bag) == {word for word in sample.program if word.startswith(("skill:", "c:"))}


def test_prompts_are_those_of_the_tasks_that_a_prior_would_be_shown(made):
    from mcts_compose.search.pricing import price_request

    for problem, result, sample in made[:20]:
        task = problem.__class__(
            problem.input_names, problem.input_types, result.type, problem.inputs, result
        )
        assert text.task_words(price_request(task)) == sample.prompt


def test_samples_are_of_many_kinds(made):
    outputs = {sample.prompt[0] for _, _, sample in made}
    lengths = {sum(word.startswith("skill:") for word in sample.program) for _, _, sample in made}
    assert {"out:list[int]", "out:int"} < outputs
    assert {1, 2, 3, 4} <= lengths
    assert len({word for _, _, sample in made for word in sample.bag}) > 60


def test_arms_are_on_the_way_or_not(made):
    arms = [arm for _, _, sample in made for arm in sample.arms]
    assert {arm.is_on_way for arm in arms} == {True, False}
    assert all(arm.words[-1] == text.WAY for arm in arms)
    assert {arm.words[0] == text.FOCUS for arm in arms} == {True, False}


def test_results_are_worth_asking_for():
    assert is_result(encode([[1, 2], [3], [2, 2]], text.INTS))
    assert not is_result(encode([[1, 2], [1, 2]], text.INTS)), "all alike"
    assert not is_result(encode([[], [], [], [1]], text.INTS)), "mostly empty"
    assert not is_result(encode([[5000], [7000]], text.INTS)), "huge"
    assert not is_result(encode([[1] * 50, [2] * 50], text.INTS)), "long"
    assert not is_result(encode([True, True], text.BOOL))
    assert is_result(encode([True, False], text.BOOL))


def test_a_shard_depends_on_its_seed_and_number_alone(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    list(write_shards(one, 90, 7, size=30))
    list(write_shards(two, 90, 7, part=(1, 2), size=30))
    assert sorted(path.name for path in two.glob("*.npz")) == ["shard-00001.npz"]
    first, second = load_shard(shard_path(one, 1)), load_shard(shard_path(two, 1))
    assert all(map(np.array_equal, first, second))
    assert not np.array_equal(load_shard(shard_path(one, 0)).tokens, first.tokens)
    assert first.details["vocabulary"] == default_vocabulary().fingerprint


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    assert len(list(write_shards(tmp_path, 20, 1, size=10))) == 2
    before = shard_path(tmp_path, 0).stat().st_mtime_ns
    assert len(list(write_shards(tmp_path, 30, 1, size=10))) == 3
    assert shard_path(tmp_path, 0).stat().st_mtime_ns == before


def test_samples_of_another_seed_do_not_join(tmp_path):
    list(write_shards(tmp_path, 10, 1, size=10))
    with pytest.raises(InputError, match="another seed"):
        list(write_shards(tmp_path, 20, 2, size=10))


def test_no_weights_fitted_on_benchmarks_are_read(monkeypatch):
    from priors import frequency

    def fail(*_):
        raise AssertionError("the generator read fitted weights")

    monkeypatch.setattr(frequency, "load_weights", fail)
    monkeypatch.setattr(frequency, "shipped_weights", fail)
    assert next(generated.samples(5, 0)).prompt


def test_words_become_numbers_of_a_vocabulary():
    vocabulary = default_vocabulary()
    sample = next(generated.samples(5, 0))
    shard = make_shard([sample], vocabulary, {"origin": "test"})
    words = [vocabulary.words[number] for number in shard.tokens]
    assert words == [*sample.prompt, text.BAG, text.PROGRAM, *sample.program, text.END]
    assert shard.bag_weights.sum() == pytest.approx(1)
    assert shard.details["origin"] == "test"
