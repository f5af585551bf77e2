"""Decides which words of the bundled model's vocabulary its training treats apart."""

from __future__ import annotations

from priors.bundled import text
from priors.bundled.vocabulary import PAD, Vocabulary, table_skills, words_of_skill
from priors.training.roles import WordRoles


def roles_of(vocabulary: Vocabulary) -> WordRoles:
    """Returns the roles of words; the vocabulary must hold the markers of the text."""
    pad, example, yes, no = vocabulary.ids((PAD, text.EXAMPLE, text.YES, text.NO))
    inputs = [f"x{number}" for number in range(text.MAX_INPUTS)]
    spelled = {
        number: vocabulary.ids(words_of_skill(skill, vocabulary))
        for skill in table_skills()
        if (number := vocabulary.id(text.skill_word(skill.name))) is not None
    }
    return WordRoles(
        num_words=len(vocabulary),
        pad=pad,
        example=example,
        yes=yes,
        no=no,
        priced=vocabulary.bag_ids,
        spoken=[
            *vocabulary.bag_ids,
            *vocabulary.ids((*inputs, text.BOUND, text.FREE, text.LITERAL, text.END)),
        ],
        spellings=spelled,
    )
