"""A tiny language with a law in it: each cue of a prompt asks for one skill.

Words: 0 pad, 1 `<bag>`, 2 `<prg>`, 3 `<end>`, 4 `<way>`, 5 yes, 6 no, 7 `<ex>`, then cues of two kinds,
spelling words of two kinds, and skills. Skill (i, j) is spelled by a word i of the first kind and a word j of
the second; its prompt holds cue i and cue j.
"""

import numpy as np

from priors.training.roles import WordRoles
from priors.training.shards import Sample, make_shard, save_shard

PAD, BAG, PRG, END, WAY, YES, NO, EX = range(8)
FIRST, SECOND = 5, 4
CUES, SPELLING = 8, 8 + FIRST + SECOND
SKILLS = SPELLING + FIRST + SECOND
NOISE = SKILLS + FIRST * SECOND
NUM_WORDS = NOISE + 10
VOCABULARY = "made up"


def skill(i, j):
    return SKILLS + i * SECOND + j


def roles():
    every = [skill(i, j) for i in range(FIRST) for j in range(SECOND)]
    spelled = {skill(i, j): (SPELLING + i, SPELLING + FIRST + j) for i in range(FIRST) for j in range(SECOND)}
    return WordRoles(NUM_WORDS, PAD, EX, YES, NO, every, [*every, END], spelled)


def sample(rng, without=(), num_arms=3):
    while True:
        i, j = int(rng.integers(FIRST)), int(rng.integers(SECOND))
        if (i, j) not in without:
            break
    used = skill(i, j)
    noise = [NOISE + int(k) for k in rng.integers(10, size=int(rng.integers(2, 6)))]
    prompt = [CUES + i, *noise, CUES + FIRST + j, EX, noise[0], EX, noise[1], BAG]
    arms, labels = [], []
    for _ in range(num_arms):
        is_on_way = bool(rng.random() < 0.5)
        other = skill((i + 1 + int(rng.integers(FIRST - 1))) % FIRST, j)
        arms.append([used if is_on_way else other, NOISE, WAY])
        labels.append(is_on_way)
    return Sample(prompt, [used], [PRG, used, used, END], arms, labels)


def write_shards(directory, num_shards=3, size=200, seed=0, without=(), vocabulary=VOCABULARY):
    directory.mkdir(exist_ok=True)
    for number in range(num_shards):
        rng = np.random.default_rng([seed, number])
        samples = [sample(rng, without, num_arms=k % 4) for k in range(size)]
        shard = make_shard(samples, {"vocabulary": vocabulary})
        save_shard(shard, directory / f"shard-{number:05}.npz")
    return directory
