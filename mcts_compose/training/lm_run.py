"""Decides how a training run is put together: samples, model, and what is left of both in a directory.

OUT/work/recipe.json    the settings; the same command goes on, another one is refused
OUT/work/data/          made-up samples, unless they were given
OUT/work/solved/        samples of solved tasks
OUT/work/state-*        from where a killed run goes on; removed when the model is written
OUT/...                 the model, once training has ended (priors/training/model_files.py)
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from mcts_compose.errors import InputError, OutputError, located, shown
from priors.training.recipe import Recipe

if TYPE_CHECKING:
    from mcts_compose.training.sample import Sample
    from priors.bundled.settings import PriorSettings
    from priors.bundled.vocabulary import Vocabulary
    from priors.training.batches import Batch
    from priors.training.loop import Outcome, TrainingProgress
    from priors.training.streams import Stream
    from priors.training.trainee import Trainee

VARIANTS: Final = 8
"""Samples of a solved task: all its examples, and parts of them in other orders; untuned."""
HELD_OUT: Final = 10
"""One solved task in so many is not trained on, but says how good the model is."""
AVERAGED: Final = 40
"""Batches over which the average task is taken: some 3,000 tasks."""
DEFAULT_SAMPLES: Final = 800_000
DEFAULT_SECONDS: Final = 2400.0


@dataclass(frozen=True)
class Plan:
    """What to train on, and where.

    Attributes:
      out: the directory of the new model.
      init: the model to start from; None for random weights.
      num_samples: made-up samples to train on, if there is no `data`.
      data: directory of made-up samples; None to make them.
      runs: run directories, whose solved tasks are trained on.
      tasks: suites and files that hold the tasks of the runs; their solutions are not read.
      suites: suites and files whose known solutions are trained on.
      device: `auto` or `cpu`.
      mode: how the prior uses the model's answers; None for `experts`.
      strength: how strongly; None for the mode's usual one.
    """

    out: Path
    init: Path | None = None
    num_samples: int = DEFAULT_SAMPLES
    data: Path | None = None
    runs: tuple[Path, ...] = ()
    tasks: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    device: str = "auto"
    mode: str | None = None
    strength: float | None = None

    @property
    def has_solved(self) -> bool:
        """Whether solved tasks are trained on."""
        return bool(self.runs or self.suites)


def train_model(plan: Plan, recipe: Recipe, report: Callable[[TrainingProgress], None]) -> dict[str, Any]:
    """Trains a model and writes its directory; returns what `training.json` says.

    Raises:
      KeyboardInterrupt: the user stopped it; the same command goes on.
      InputError: something given is wrong, or a package is missing.
      OutputError: the directory cannot be written.
      PriorArgumentError: samples or a model cannot be read.
    """
    _check_packages()
    from priors.training.model_files import TRAINING

    if (plan.out / TRAINING).exists():
        raise InputError(located("holds a trained model already; name another --out", plan.out))
    with _locked(plan.out) as work:
        vocabulary = _vocabulary(plan, work)
        recipe = msgspec.structs.replace(
            recipe, init=_init_text(plan), data=_data_text(plan), vocabulary=vocabulary.fingerprint
        )
        _claim(work, recipe)
        if plan.has_solved and not (work / "solved" / "shard-00001.npz").exists():
            _write_solved(plan, vocabulary, work / "solved", recipe.seed)
        with _generator(plan, work, recipe.seed) as (data, is_growing):
            return _train(plan, recipe, vocabulary, data, is_growing, work, report)


def _train(
    plan: Plan,
    recipe: Recipe,
    vocabulary: Vocabulary,
    data: Path,
    is_growing: Callable[[], bool],
    work: Path,
    report: Callable[[TrainingProgress], None],
) -> dict[str, Any]:
    from priors.bundled import text
    from priors.bundled.roles import roles_of
    from priors.training.batches import Sizes
    from priors.training.loop import forget_states, train
    from priors.training.model_files import load_model
    from priors.training.presets import PRESETS
    from priors.training.streams import Stream
    from priors.training.trainee import Trainee, new_model

    roles = roles_of(vocabulary)
    (end,) = vocabulary.ids((text.END,))
    if plan.init is None:
        model = new_model(PRESETS[recipe.preset], roles, end=end, seed=recipe.seed)
    else:
        model = load_model(plan.init)
    trainee = Trainee(model, roles)
    sizes = Sizes(
        recipe.batch_size, recipe.batch_words, recipe.max_arms, recipe.max_words, recipe.example_chances
    )
    streams = [
        Stream(
            directory,
            roles,
            vocabulary=vocabulary.fingerprint,
            sizes=sizes,
            seed=recipe.seed,
            is_growing=grows,
        )
        for directory, grows in ((data, is_growing), (work / "solved", lambda: False))
        if directory == data or plan.has_solved
    ]
    outcome = train(trainee, streams, recipe, work, device=plan.device, report=report)
    trainee.model.load_state_dict(outcome.weights, strict=False)
    training = _write_model(plan, recipe, vocabulary, trainee, streams, outcome)
    forget_states(work)
    return training


def _write_model(
    plan: Plan,
    recipe: Recipe,
    vocabulary: Vocabulary,
    trainee: Trainee,
    streams: Sequence[Stream],
    outcome: Outcome,
) -> dict[str, Any]:
    """Writes everything that the directory of a model holds, what says that it is finished last."""
    from mcts_compose import __version__
    from mcts_compose.training.model_card import model_card
    from priors.bundled.settings import SETTINGS_FILE, settings_bytes
    from priors.bundled.vocabulary import write_tokenizer
    from priors.training.model_files import TRAINING, write_json, write_weights
    from priors.whole_files import write_whole

    shares = [1.0 - recipe.solved_share, recipe.solved_share] if len(streams) > 1 else [1.0]
    tasks = [stream.held_out()[:AVERAGED] for stream in streams]
    settings = _settings(plan, vocabulary, trainee, tasks, shares)
    write_weights(plan.out, trainee.model, outcome.weights)
    write_tokenizer(vocabulary, plan.out)
    write_whole(plan.out / SETTINGS_FILE, settings_bytes(settings))
    counters = outcome.counters
    training: dict[str, Any] = {
        "package_version": __version__,
        "recipe": msgspec.to_builtins(recipe),
        "parameters": sum(weight.numel() for weight in outcome.weights.values()),
        "steps": counters.step,
        "seconds": round(counters.seconds, 1),
        "samples": counters.samples,
        "words": counters.words,
        "evaluations": outcome.history,
    }
    write_whole(plan.out / "README.md", model_card(training, settings).encode())
    write_json(plan.out / TRAINING, training)
    return training


def _settings(
    plan: Plan,
    vocabulary: Vocabulary,
    trainee: Trainee,
    tasks: Sequence[Sequence[Batch]],
    stream_shares: Sequence[float],
) -> PriorSettings:
    """Returns how the prior uses the model; `tasks` are some of each stream, with its share of steps."""
    from priors.bundled.settings import PriorSettings
    from priors.training.averages import mean_bag, mean_state

    device = trainee.model.device
    shares, average = (
        sum(share * mean for share, mean in zip(stream_shares, means, strict=True))
        for means in (
            [mean_bag(batches) for batches in tasks],
            [mean_state(trainee, batches, device) for batches in tasks],
        )
    )
    usual = PriorSettings()
    return PriorSettings(
        mode=plan.mode or usual.mode,  # type: ignore[arg-type]  # checked by the decoder on reading
        strength=usual.strength if plan.strength is None else plan.strength,
        examples=usual.examples,
        generator={
            vocabulary.words[number]: round(float(share), 8)
            for number, share in zip(vocabulary.bag_ids, np.asarray(shares), strict=True)
            if share > 0
        },
        average=[round(float(number), 5) for number in np.asarray(average)],
    )


def _check_packages() -> None:
    try:
        import accelerate
        import torch
        import transformers
    except ImportError as error:
        raise InputError(
            f"training needs {error.name}; install it with pip install 'mcts-compose[lm]'"
        ) from None
    del accelerate, torch
    quiet: Any = transformers.utils.logging
    quiet.disable_progress_bar()


@contextmanager
def _locked(out: Path) -> Iterator[Path]:
    """Gives the directory of a run's own files, which no other process uses meanwhile."""
    work = out / "work"
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock = (work / ".lock").open("a")
    except OSError as error:
        raise OutputError(located(f"cannot be made a model directory ({error.strerror})", out)) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OutputError(located("another run is writing to this directory", out)) from None
        yield work


def _claim(work: Path, recipe: Recipe) -> None:
    """Notes the recipe of a new run, or checks that it is that of the run which is there."""
    from priors.training.model_files import write_json

    path = work / "recipe.json"
    wanted = msgspec.json.decode(msgspec.json.encode(recipe))
    if not path.exists():
        write_json(path, wanted)
        return
    try:
        found = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise InputError(located(f"is damaged ({error}); name another --out", path)) from None
    for name, value in wanted.items():
        if not isinstance(found, dict) or found.get(name) != value:
            was = shown(found.get(name)) if isinstance(found, dict) else "nothing"
            raise InputError(
                located(f"another run was begun here: its {name} is {was}, not {shown(value)}", work.parent)
            )


def _init_text(plan: Plan) -> str:
    """Returns what a run starts from: the directory's name is not part of it."""
    if plan.init is None:
        return ""
    try:
        return hashlib.sha256((plan.init / "model.safetensors").read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(located(f"is no model directory ({error.strerror})", plan.init)) from None


def _data_text(plan: Plan) -> str:
    """Returns in words where the samples come from."""
    from mcts_compose.training.origins import runs_text, shards_text, tasks_text

    parts = [f"{plan.num_samples} made-up samples" if plan.data is None else shards_text(plan.data)]
    if plan.runs:
        parts.append(f"solved tasks of {runs_text(plan.runs)}")
    if plan.tasks:
        parts.append(f"on tasks of {tasks_text(plan.tasks, with_solutions=False)}")
    if plan.suites:
        parts.append(f"known solutions of {tasks_text(plan.suites, with_solutions=True)}")
    return "; ".join(parts)


def _vocabulary(plan: Plan, work: Path) -> Vocabulary:
    from priors.bundled.vocabulary import default_vocabulary, read_vocabulary

    source = plan.init or plan.data
    if source is None:
        return default_vocabulary()
    try:
        return read_vocabulary(source)
    except OSError as error:
        raise InputError(located(f"has no list of words ({error.strerror})", source)) from None
    except ValueError as error:
        raise InputError(str(error)) from None


def _write_solved(plan: Plan, vocabulary: Vocabulary, directory: Path, seed: int) -> None:
    """Writes the samples of solved tasks: some tasks into the first shard, the others into the second."""
    from mcts_compose.training.sample import make_shard
    from mcts_compose.training.solved import samples_of_runs, samples_of_suites
    from priors.training.shards import save_shard

    directory.mkdir(exist_ok=True)
    samples = [
        *samples_of_suites(plan.suites, VARIANTS, seed),
        *samples_of_runs(plan.runs, plan.tasks, VARIANTS, seed),
    ]
    parts: list[list[Sample]] = [[], []]
    # The variants of a task stand together, and none of them may be in both parts.
    for place, sample in enumerate(samples):
        parts[0 if (place // VARIANTS) % HELD_OUT == 0 else 1].append(sample)
    if not all(parts):
        raise InputError(
            f"training on solved tasks needs at least two that the model can read; there are "
            f"{len(samples) // VARIANTS}"
        )
    for number, part in enumerate(parts):
        save_shard(make_shard(part, vocabulary, {"solved": True}), directory / f"shard-{number:05}.npz")


@contextmanager
def _generator(plan: Plan, work: Path, seed: int) -> Iterator[tuple[Path, Callable[[], bool]]]:
    """Gives the directory of made-up samples, and what says whether a process still adds to it."""
    if plan.data is not None:
        yield plan.data, lambda: False
        return
    data = work / "data"
    command = [sys.executable, "-m", "mcts_compose.training.shards", "--out", str(data)]
    command += ["--samples", str(plan.num_samples), "--seed", str(seed + 1)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield data, lambda: process.poll() is None
    finally:
        process.terminate()
        process.wait()
