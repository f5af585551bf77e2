"""The words of the bundled model."""

import json

import pytest

from priors.base import SkillView
from priors.bundled import text
from priors.bundled.vocabulary import (
    PAD,
    TOKENIZER_FILE,
    UNKNOWN,
    Vocabulary,
    default_vocabulary,
    read_vocabulary,
    table_skills,
    words_of_skill,
    write_tokenizer,
)


def test_every_skill_of_the_table_has_a_word_and_is_described_by_words():
    vocabulary = default_vocabulary()
    for skill in table_skills():
        assert text.skill_word(skill.name) in vocabulary
        words = words_of_skill(skill, vocabulary)
        assert text.skill_word(skill.name) not in words
        assert len(words) > 4
        assert words == words_of_skill(skill, vocabulary)


def test_a_new_skill_is_put_in_known_words():
    vocabulary = default_vocabulary()
    skill = SkillView(
        "sorted_qz",
        "list[int], int -> list[int]",
        "Sorts a list zigzaggingly.",
        "v1 = sort(x); return take(v1, k)",
    )
    words = words_of_skill(skill, vocabulary)
    assert {"letter:q", "letter:z", "from:list[int]", "from:int", "to:list[int]", "arity:2"} <= set(words)
    assert {"d:sorts", "d:list", "skill:sort", "skill:take"} <= set(words)
    assert all(word in vocabulary for word in words)


def test_skills_that_differ_are_described_differently():
    vocabulary = default_vocabulary()
    described = [frozenset(words_of_skill(skill, vocabulary)) for skill in table_skills()]
    assert len(set(described)) == len(described)


def test_a_vocabulary_has_every_word_once():
    with pytest.raises(ValueError, match="once"):
        Vocabulary([PAD, UNKNOWN, "a", "a"])
    with pytest.raises(ValueError, match="begins"):
        Vocabulary(["a", PAD, UNKNOWN])


def test_unknown_words_get_the_number_of_the_unknown():
    vocabulary = Vocabulary([PAD, UNKNOWN, "a"])
    assert vocabulary.ids(["a", "b", PAD]) == [2, 1, 0]
    assert vocabulary.id("b") is None


def test_the_tokenizer_file_keeps_the_vocabulary(tmp_path):
    vocabulary = default_vocabulary()
    write_tokenizer(vocabulary, tmp_path)
    found = read_vocabulary(tmp_path)
    assert found.words == vocabulary.words
    assert found.fingerprint == vocabulary.fingerprint


@pytest.mark.parametrize(
    "content", ["", "[]", '{"model": {}}', '{"model": {"vocab": {"<pad>": 0, "<unk>": 2}}}', '{"model": 3}']
)
def test_a_damaged_tokenizer_is_refused_by_name(tmp_path, content):
    (tmp_path / TOKENIZER_FILE).write_text(content)
    with pytest.raises(ValueError, match=TOKENIZER_FILE):
        read_vocabulary(tmp_path)


def test_other_software_splits_text_into_the_same_words(tmp_path):
    transformers = pytest.importorskip("transformers")
    vocabulary = default_vocabulary()
    write_tokenizer(vocabulary, tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    words = [*vocabulary.words[:900], "no-such-word", text.BAG]
    assert tokenizer(" ".join(words)).input_ids == vocabulary.ids(words)
    assert (tokenizer.pad_token, tokenizer.unk_token) == (PAD, UNKNOWN)
    assert len(tokenizer) == len(vocabulary)


def test_the_bag_words_are_skills_and_constants():
    vocabulary = default_vocabulary()
    words = {vocabulary.words[number] for number in vocabulary.bag_ids}
    assert words == {word for word in vocabulary.words if word.startswith(("skill:", "c:"))}
    assert json.dumps(sorted(words)).count("skill:") == len(table_skills())
