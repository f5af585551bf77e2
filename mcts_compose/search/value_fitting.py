"""Fits the value model on its own tasks: `python -m mcts_compose.search.value_fitting --out FILE`.

No benchmark task is read. Random inputs are drawn and a bank is enumerated with randomly changed prices;
contents of high cost are taken as goals, since their derivation is known. What the derivation reads is a
positive, other contents of the bank are negatives. A logistic regression for each feature class separates
them; cost enters as a further feature, so that the weights say what the values say beyond the cost, and is
left out of the stored weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from mcts_compose.search import layout as at
from mcts_compose.search.actions import build_actions
from mcts_compose.search.engine import Engine
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.search.value import BIAS, NUM_CLASSES, NUM_FEATURES, count_goal, write_features
from vm.values import Elem, ValueType, encode

INT, INTS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
SIGNATURES = ((INTS,), (INTS,), (INTS, INT), (INTS, INTS), (INT, INTS))
RANGES = ((0, 10), (0, 100), (-10, 11), (-100, 101), (1, 20))
CANDIDATES = 60_000
GOALS_PER_BANK = 24
NEGATIVES = 60
LEAST_COST = 11
PENALTY = 1.0


def _random_problem(rng: np.random.Generator) -> Problem:
    """Returns random inputs; the goal is a placeholder that nothing gives."""
    types = SIGNATURES[int(rng.integers(len(SIGNATURES)))]
    low, high = RANGES[int(rng.integers(len(RANGES)))]
    examples = int(rng.integers(3, 12))
    longest = int(rng.integers(5, 12))
    columns: list[list[int | list[int]]] = []
    for type_ in types:
        if type_.rank == 0:
            columns.append([int(rng.integers(0, 6)) for _ in range(examples)])
        else:
            sizes = rng.integers(1, longest, examples)
            columns.append([rng.integers(low, high, size).tolist() for size in sizes])
    goal = encode([[10**8 + 7 * number] for number in range(examples)], INTS)
    batches = tuple(encode(column, type_) for column, type_ in zip(columns, types, strict=True))
    return Problem(tuple(f"x{number}" for number in range(len(types))), types, INTS, batches, goal)


def _ancestors(engine: Engine, contents: int) -> set[int]:
    """Returns what a contents' derivation reads, leaves left out."""
    found: set[int] = set()
    waiting = list(engine.derivation(contents)[1])
    while waiting:
        current = waiting.pop()
        action, operands = engine.derivation(current)
        if action >= 0 and current not in found:
            found.add(current)
            waiting.extend(operands)
    return found


def _set_goal(engine: Engine, contents: int) -> bool:
    """Makes a contents the target against which features are written."""
    batch, memory = engine.values(contents), engine.memory
    if batch.type not in (INT, INTS) or len(batch.words) == 0 or len(set(batch.words.tolist())) < 3:
        return False
    goal = int(memory[at.GOALS])
    words = int(memory[goal + at.G_WORDS])
    memory[words : words + len(batch.words)] = batch.words
    memory[goal + at.G_SHAPE] = int(engine.bank.pool[contents]) >> 32
    memory[goal + at.G_KIND] = batch.type.kind
    return True


def collect(num_banks: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Returns features, the cost as last column, `[n, NUM_FEATURES + 1]`; classes `[n]`; labels `[n]`."""
    rng = np.random.default_rng(seed)
    rows: list[NDArray[np.float64]] = []
    classes: list[int] = []
    labels: list[float] = []
    out = np.zeros(NUM_FEATURES)
    for _ in range(num_banks):
        problem = _random_problem(rng)
        rows_ = {action.row.name: action.row.cost for action in build_actions(problem, {})}
        prices = {name: max(1, cost + int(rng.integers(-1, 3))) for name, cost in rows_.items()}
        options = SearchOptions(goal_directed=False, inferred_constants=False, split=False)
        engine = Engine(problem, prices, {}, options, 512)
        while int(engine.memory[at.CANDIDATES]) < CANDIDATES and not engine.is_exhausted:
            engine.run_root(CANDIDATES - int(engine.memory[at.CANDIDATES]))
        bank = engine.bank
        ids = bank.items[: int(engine.memory[at.NUM_ITEMS])]
        ids = np.unique(ids[ids > 0])
        costs = {int(contents): engine.cost(int(contents)) for contents in ids}
        dear = [contents for contents, cost in costs.items() if LEAST_COST <= cost < at.INFINITE_COST]
        if not dear:
            continue
        for goal in rng.choice(dear, GOALS_PER_BANK):
            if not _set_goal(engine, int(goal)):
                continue
            positives = _ancestors(engine, int(goal))
            if not positives:
                continue
            counts = count_goal(engine.values(int(goal)))
            for contents in [*positives, *map(int, rng.choice(ids, NEGATIVES))]:
                if contents == goal or engine.cost(contents) >= at.INFINITE_COST:
                    continue
                classes.append(int(write_features(*bank[:5], counts, contents, out)))
                rows.append(np.append(out, float(engine.cost(contents))))
                labels.append(float(contents in positives))
    return np.array(rows), np.array(classes, np.int64), np.array(labels)


def area_under_curve(scores: NDArray[np.float64], labels: NDArray[np.float64]) -> float:
    """Returns the chance that a positive scores higher than a negative (ties count half)."""
    from scipy.stats import rankdata

    positives = int(labels.sum())
    if positives in (0, len(labels)):
        return 0.5
    ranks = rankdata(scores)
    total = float(ranks[labels > 0].sum()) - positives * (positives + 1) / 2
    return total / (positives * (len(labels) - positives))


def fit_class(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns logistic-regression weights `[columns]` with an L2 penalty on all but the bias."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = features @ weights
        error = 1.0 / (1.0 + np.exp(-logits)) - labels
        penal = np.where(np.arange(len(weights)) == BIAS, 0.0, weights)
        value = np.logaddexp(0.0, logits).sum() - logits @ labels + 0.5 * PENALTY * penal @ penal
        return float(value), features.T @ error + PENALTY * penal

    result = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = result.x
    return weights


def main(
    out: Annotated[Path, typer.Option(help="File to write.")],
    banks: Annotated[int, typer.Option(help="Random banks to learn from.")] = 150,
    seed: Annotated[int, typer.Option(help="Of the banks; the next one makes the test banks.")] = 1,
) -> None:
    """Fit the value model and say how well it separates contents of banks it has not seen."""
    features, classes, labels = collect(banks, seed)
    test_features, test_classes, test_labels = collect(max(banks // 4, 1), seed + 1)
    weights = np.zeros((NUM_CLASSES, NUM_FEATURES))
    report = {}
    for which in range(NUM_CLASSES):
        mine, theirs = classes == which, test_classes == which
        if labels[mine].sum() < 20 or test_labels[theirs].sum() < 5:
            continue
        fitted = fit_class(features[mine], labels[mine])
        weights[which] = fitted[:NUM_FEATURES]
        columns = test_features[theirs]
        report[str(which)] = {
            "positives": int(labels[mine].sum()),
            "auc_value": round(area_under_curve(columns[:, :-1] @ fitted[:-1], test_labels[theirs]), 3),
            "auc_cost": round(area_under_curve(-columns[:, -1], test_labels[theirs]), 3),
            "auc_both": round(area_under_curve(columns @ fitted, test_labels[theirs]), 3),
        }
    origin = f"fitted on {banks} random banks of seed {seed} by mcts_compose.search.value_fitting"
    record = {"origin": origin, "report": report, "weights": weights.round(4).tolist()}
    out.write_text(json.dumps(record, indent=1))
    typer.echo(json.dumps(report, indent=1))


if __name__ == "__main__":
    typer.run(main)
