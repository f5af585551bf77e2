"""`deepcoder-v1`: 100 tasks for each length T = 1 .. 8, by the recipe of DeepCoder (Balog et al. 2017).

Ids are `t5-017`: length and number. Each task shows 5 examples and holds out 10. What was checked of the
programs stands in `benchmarks/suites/deepcoder/generate.py`, which wrote `programs.txt`; in short: nothing is
dead, nothing can be left out, and no program of up to three statements does the same. A task has no
description, since words made from the program would give it away; `group` holds its text in the language of
DeepCoder, `solution` the machine's.

`benchmarks/suites/deepcoder/unseen.py` makes more such tasks, of other seeds.

Differs from the published sets: the programs are our own draws, and an example on which any statement leaves
the range -256 .. 255 is not used, so that no rule for such values is needed.
"""

from __future__ import annotations

import functools

from benchmarks.suites.deepcoder.generate import LENGTHS, PROGRAMS_FILE, TASKS_PER_LENGTH, stream_of, task_id
from benchmarks.suites.deepcoder.language import parse
from benchmarks.suites.deepcoder.tasks import make_task
from mcts_compose.task import Task


def load() -> list[Task]:
    """Returns the 800 tasks, the shortest programs first."""
    return list(_tasks())


@functools.cache  # drawing the examples takes seconds
def _tasks() -> tuple[Task, ...]:
    lines = PROGRAMS_FILE.read_text().splitlines()
    ids = [task_id(length, number) for length in LENGTHS for number in range(TASKS_PER_LENGTH)]
    return tuple(make_task(id_, parse(line), stream_of(id_)) for id_, line in zip(ids, lines, strict=True))
