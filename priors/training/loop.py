"""Decides how a model is trained: steps, evaluations, and states from which a killed run goes on.

The state of a run (weights, optimiser, random numbers, place in the data) is saved at intervals into a folder
of its own that gets its name only when it is complete, so a kill loses at most one interval. An interruption
from the keyboard is obeyed between two steps, after saving. The weights that did best on held-out samples are
the run's result, and are kept beside the state. Both stay until `forget_states`, so that a run whose result
could not be used goes on from its end.
"""

from __future__ import annotations

import json
import logging
import math
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

import torch
from accelerate import Accelerator
from torch import Tensor

from priors.training.batches import Batch
from priors.training.model_files import state_of
from priors.training.recipe import Recipe
from priors.training.streams import Place, Stream
from priors.training.trainee import Sums, Trainee, to_device
from priors.whole_files import write_whole

LOSSES: Final = ("bag", "program", "way")
# Enough of a shard for two digits of a loss: about 2,000 rows.
_HELD_OUT_BATCHES: Final = 24
_STATE, _BEST = "state-", "best.safetensors"


class Losses(NamedTuple):
    """Average losses in nats: `bag` and `program` per sample and word of a program, `way` per arm."""

    bag: float
    program: float
    way: float


class TrainingProgress(NamedTuple):
    """What is told of a run at each evaluation.

    Attributes:
      share: of the run that is done.
      step: steps done.
      seconds: of training, without evaluations, earlier runs of the same command counted in.
      samples: rows trained on.
      trained: losses since the last report, NaN where nothing was trained.
      held_out: losses on held-out samples.
      is_best: whether they are the best so far.
    """

    share: float
    step: int
    seconds: float
    samples: int
    trained: Losses
    held_out: Losses
    is_best: bool


class Counters(NamedTuple):
    """What a run counts, saved with its state."""

    step: int = 0
    seconds: float = 0.0
    samples: int = 0
    words: int = 0
    best: float = math.inf


class Outcome(NamedTuple):
    """A finished run.

    Attributes:
      weights: those that did best on held-out samples, as `model_files.state_of` gives them.
      counters: steps, seconds and so on.
      history: one entry per evaluation: step, seconds, samples, and held-out losses.
    """

    weights: dict[str, Tensor]
    counters: Counters
    history: list[dict[str, float]]


class Interrupt:
    """Whether the user wants the run to end."""

    def __init__(self) -> None:
        self.is_wanted = False

    def want(self, _number: int, _frame: FrameType | None) -> None:
        """Notes an interruption; a signal handler."""
        self.is_wanted = True


@contextmanager
def _deferred_interrupt() -> Iterator[Interrupt]:
    """Gives what says whether an interruption came; until the end of the block it does nothing else."""
    interrupt = Interrupt()
    try:
        before = signal.signal(signal.SIGINT, interrupt.want)
    except ValueError:  # not in the main thread, which alone gets signals
        yield interrupt
        return
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)


def train(
    trainee: Trainee,
    streams: Sequence[Stream],
    recipe: Recipe,
    directory: Path,
    *,
    device: str = "auto",
    save_every_s: float = 60.0,
    evaluate_every: float = 0.05,
    report: Callable[[TrainingProgress], None] = lambda progress: None,
) -> Outcome:
    """Trains a model, going on from the last state in `directory` if there is one.

    Args:
      trainee: the model; changed in place.
      streams: generated samples, then solved ones if there are any.
      recipe: how.
      directory: exists; where states are kept, also the last one.
      device: `auto` or `cpu`.
      save_every_s: seconds of training between two states.
      evaluate_every: share of the run between two evaluations.
      report: called at each evaluation.

    Raises:
      KeyboardInterrupt: the user stopped the run; its state is saved.
      PriorArgumentError: the samples cannot be used.
    """
    # It warns at every state that the head and the embedding are one tensor, as they should be.
    logging.getLogger("accelerate").setLevel(logging.ERROR)
    accelerator = Accelerator(cpu=device == "cpu")
    run = _Run(accelerator, trainee, streams, recipe, directory)
    run.resume()
    with _deferred_interrupt() as interrupt:
        last_saved = run.counters.seconds
        while True:
            share = recipe.progress(run.counters.step, run.counters.seconds)
            if (share >= run.next_evaluation or share >= 1.0) and not run.is_evaluated:
                report(run.evaluate(share))
                run.next_evaluation = min(1.0, share + evaluate_every)
            if interrupt.is_wanted:
                run.save()
                raise KeyboardInterrupt
            if share >= 1.0:
                run.save()
                break
            run.step(share)
            if run.counters.seconds - last_saved >= save_every_s:
                run.save()
                last_saved = run.counters.seconds
    return run.finish()


def forget_states(directory: Path) -> None:
    """Removes what `train` keeps to go on from; for when its result is in safety."""
    for state in _states(directory):
        shutil.rmtree(state, ignore_errors=True)
    (directory / _BEST).unlink(missing_ok=True)


def _states(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"{_STATE}*"))


class _Run:
    """One training run: what `train` does, piece by piece."""

    def __init__(
        self,
        accelerator: Accelerator,
        trainee: Trainee,
        streams: Sequence[Stream],
        recipe: Recipe,
        directory: Path,
    ) -> None:
        self.counters = Counters()
        self.next_evaluation = 0.0
        self._accelerator = accelerator
        self._streams = streams
        self._recipe = recipe
        self._directory = directory
        self._history: list[dict[str, float]] = []
        self._held_out = [stream.held_out()[:_HELD_OUT_BATCHES] for stream in streams]
        optimizer = torch.optim.AdamW(trainee.parameters(), lr=recipe.learning_rate)
        self._trainee, self._optimizer = accelerator.prepare(trainee, optimizer)
        self._scales = torch.tensor(
            [recipe.bag_weight, recipe.program_weight, recipe.way_weight], device=accelerator.device
        )
        self._forget_trained()

    def _forget_trained(self) -> None:
        zeros = torch.zeros(len(LOSSES), device=self._accelerator.device)
        self._trained = Sums(zeros, zeros.clone())

    def step(self, share: float) -> None:
        """Trains on one batch (one per process, where there are several)."""
        started = time.monotonic()
        counters, recipe = self.counters, self._recipe
        is_solved = len(self._streams) > 1 and recipe.is_solved_step(counters.step)
        stream = self._streams[1 if is_solved else 0]
        batches = [stream.next() for _ in range(self._accelerator.num_processes)]
        batch = batches[self._accelerator.process_index]
        for group in self._optimizer.param_groups:
            group["lr"] = recipe.rate(share)
        sums = self._trainee(to_device(batch, self._accelerator.device), self._unknown(batch, counters.step))
        loss = (self._scales * sums.losses / sums.weights.clamp(min=1e-9)).sum()
        self._accelerator.backward(loss)
        self._accelerator.clip_grad_norm_(self._trainee.parameters(), recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._trained = Sums(
            self._trained.losses + sums.losses.detach(), self._trained.weights + sums.weights
        )
        self.counters = counters._replace(
            step=counters.step + 1,
            seconds=counters.seconds + time.monotonic() - started,
            samples=counters.samples + sum(len(one.tokens) for one in batches),
            words=counters.words + sum(int((one.segments >= 0).sum()) for one in batches),
        )

    def _unknown(self, batch: Batch, step: int) -> Tensor:
        """Returns which skills a step treats as unknown; the same in a run that was resumed."""
        generator = torch.Generator().manual_seed(self._recipe.seed * 1_000_003 + step)
        num_skills = len(self._plain().skills)
        drawn = torch.rand(num_skills, generator=generator) < self._recipe.dropout
        return drawn.to(self._accelerator.device)

    @property
    def is_evaluated(self) -> bool:
        """Whether the weights are those of the last evaluation, as in a run stopped right after it."""
        return bool(self._history) and self._history[-1]["step"] == self.counters.step

    def _plain(self) -> Trainee:
        trainee: Trainee = self._accelerator.unwrap_model(self._trainee)
        return trainee

    def evaluate(self, share: float) -> TrainingProgress:
        """Measures the losses on held-out samples, of all streams alike, and keeps the weights if best."""
        parts = [self._losses_on(batches) for batches in self._held_out]
        losses = Losses(*(sum(part[k] for part in parts) / len(parts) for k in range(len(LOSSES))))
        counters, recipe = self.counters, self._recipe
        joint = (
            recipe.bag_weight * losses.bag
            + recipe.program_weight * losses.program
            + recipe.way_weight * losses.way
        )
        is_best = joint < counters.best
        if is_best:
            self.counters = counters._replace(best=joint)
            self._keep_best()
        self._history.append(
            {"step": counters.step, "seconds": round(counters.seconds, 1), "samples": counters.samples}
            | {name: round(loss, 4) for name, loss in zip(LOSSES, losses, strict=True)}
        )
        trained = Losses(*(self._trained.losses / self._trained.weights).tolist())
        self._forget_trained()
        return TrainingProgress(
            share, counters.step, counters.seconds, counters.samples, trained, losses, is_best
        )

    @torch.no_grad()
    def _losses_on(self, batches: Sequence[Batch]) -> Losses:
        """Returns the losses on some batches; a loss that none of them has is 0."""
        trainee, device = self._plain(), self._accelerator.device
        known = torch.zeros(len(trainee.skills), dtype=torch.bool, device=device)
        losses, weights = torch.zeros(len(LOSSES)), torch.zeros(len(LOSSES))
        for batch in batches:
            sums = trainee(to_device(batch, device), known)
            losses += sums.losses.cpu()
            weights += sums.weights.cpu()
        return Losses(*(losses / weights.clamp(min=1e-9)).tolist())

    def _keep_best(self) -> None:
        from safetensors.torch import save

        if self._accelerator.is_main_process:
            write_whole(self._directory / _BEST, save(state_of(self._plain().model)))

    def save(self) -> None:
        """Saves the state; a kill at any point leaves this one or the one before."""
        places = [stream.place._asdict() for stream in self._streams]
        name = f"{_STATE}{self.counters.step:09d}"
        unfinished = self._directory / f".{name}.tmp"
        if self._accelerator.is_main_process:
            shutil.rmtree(unfinished, ignore_errors=True)
        self._accelerator.wait_for_everyone()
        self._accelerator.save_state(str(unfinished))
        if self._accelerator.is_main_process:
            kept: Mapping[str, Any] = {
                "counters": {**self.counters._asdict(), "best": min(self.counters.best, 1e9)},
                "places": places,
                "history": self._history,
                "next_evaluation": self.next_evaluation,
            }
            (unfinished / "run.json").write_text(json.dumps(kept))
            final = self._directory / name
            shutil.rmtree(final, ignore_errors=True)
            unfinished.rename(final)
            for older in _states(self._directory)[:-1]:
                shutil.rmtree(older, ignore_errors=True)

    def resume(self) -> None:
        """Goes on from the last state, if there is one."""
        states = _states(self._directory)
        if not states:
            return
        self._accelerator.load_state(str(states[-1]))
        kept = json.loads((states[-1] / "run.json").read_text())
        self.counters = Counters(**kept["counters"])
        self.next_evaluation = kept["next_evaluation"]
        self._history = kept["history"]
        for stream, place in zip(self._streams, kept["places"], strict=True):
            stream.place = Place(**place)

    def finish(self) -> Outcome:
        """Returns the best weights."""
        from safetensors.torch import load_file

        self._accelerator.wait_for_everyone()
        return Outcome(load_file(self._directory / _BEST), self.counters, self._history)
