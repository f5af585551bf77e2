"""`numeric-v1`: what its layers, fits and descents are said to give is what numpy gives."""

import numpy as np
import pytest

from benchmarks.suites.curricula.definition import make_task
from benchmarks.suites.curricula.numeric import networks, regression, statistics

CLOSE = {"rtol": 1e-6, "atol": 1e-6}


def examples_of(part, name):
    step = next(step for step in part.STEPS if step.id == name)
    task = make_task(step, "numeric-v1")
    inputs = [tuple(map(np.array, arguments)) for arguments in (*task.inputs, *task.test_inputs)]
    return list(zip(inputs, map(np.array, (*task.outputs, *task.test_outputs)), strict=True))


def test_linear_layer_is_that_of_numpy():
    for (w, b, x), output in examples_of(networks, "linear-layer"):
        np.testing.assert_allclose(output, np.maximum(w @ x + b, 0.0), **CLOSE)


def test_two_layers_are_those_of_numpy():
    for (v, w, x), output in examples_of(networks, "two-layer-network"):
        hidden = np.maximum(w[:, :-1] @ x + w[:, -1], 0.0)
        np.testing.assert_allclose(output, v[:, :-1] @ hidden + v[:, -1], **CLOSE)


def test_power_iteration_comes_to_a_main_direction_of_the_matrix():
    for (x, m, n), output in examples_of(networks, "power-iteration"):
        wanted = np.linalg.matrix_power(m, int(n)) @ x
        if n:
            wanted = wanted / np.linalg.norm(wanted)
        np.testing.assert_allclose(output, wanted, **CLOSE)


@pytest.mark.parametrize("name", ["least-squares", "descent"])
def test_descent_ends_at_the_least_squares_of_numpy(name):
    examples = examples_of(regression, name)
    for (_, data, *steps), output in examples:
        if not steps or steps[0] > 100:
            wanted = np.linalg.lstsq(data[:, :-1], data[:, -1])[0]
            np.testing.assert_allclose(output, wanted, **CLOSE)


def test_fitted_line_is_that_of_numpy():
    for (x, y), output in examples_of(statistics, "fitted-line"):
        np.testing.assert_allclose(output, np.polyval(np.polyfit(x, y, 1), x), **CLOSE)
