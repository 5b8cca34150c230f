import numpy as np
import pytest
from arviz_stats.base import array_stats
from hypothesis import given
from hypothesis import strategies as st

from models.reconstruction.importance.diagnostics import (
    WeightDiagnostics,
    weight_diagnostics,
    weighted_mean,
    weighted_quantile,
    weighted_sd,
)
from models.reconstruction.importance.pareto_tail import pareto_shape


@pytest.mark.parametrize(("sd", "size"), [(0.5, 100), (1.5, 1_000), (3.0, 5_000)])
def test_pareto_shape_agrees_with_arviz(sd, size):
    log_weight = sd * np.random.default_rng(8).normal(size=size)
    assert pareto_shape(log_weight) == pytest.approx(float(array_stats.psislw(-log_weight)[1]))


def test_too_few_weights_have_no_shape():
    assert pareto_shape(np.arange(24.0)) == np.inf


@given(st.integers(1, 300), st.floats(-900, 900))
def test_equal_weights_are_worth_their_number(size, level):
    found = weight_diagnostics(np.full(size, level))
    assert found.effective_size == pytest.approx(size)
    assert found.largest_share == pytest.approx(1 / size)


def test_no_weight_is_worth_nothing():
    found = weight_diagnostics(np.empty(0))
    assert found.effective_size == 0.0
    assert not found.passed


@pytest.mark.parametrize(
    ("size", "share", "k", "passed"),
    [(400, 0.019, 0.69, True), (399, 0.01, 0.2, False), (900, 0.02, 0.2, False),
     (900, 0.01, 0.7, False)],
)  # fmt: skip
def test_gate(size, share, k, passed):
    found = WeightDiagnostics(effective_size=size, largest_share=share, pareto_k=k)
    assert found.passed is passed


def test_estimates_and_their_errors():
    # 400 samples of 400 from a normal, weighted to a shifted one: estimates are centred and their
    # stated errors equal the spread. The spread's own relative error is 3.5%; tolerance 4 times.
    rng = np.random.default_rng(9)
    found = []
    for _ in range(400):
        values = rng.normal(size=400)
        log_weight = 0.5 * values
        found.append(
            [
                weighted_mean(values, log_weight),
                weighted_sd(values, log_weight),
                weighted_quantile(values, log_weight, prob=0.8),
            ]
        )
    value, error = np.moveaxis(np.array(found), 2, 0)
    spread = value.std(axis=0)
    truth = [0.5, 1.0, 0.5 + 0.8416]
    assert (abs(value.mean(axis=0) - truth) < 4 * spread / 20 + 0.01).all()
    assert error.mean(axis=0) == pytest.approx(spread, rel=0.14)
