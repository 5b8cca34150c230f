"""Posterior shares and their difference: closed forms, simulation, symmetry, refusals."""

from math import comb

import numpy as np
import pytest
from scipy.special import betaln

from models.findings.shares import Share, compare_shares

UNIFORM = (1.0, 1.0)


def total_below(a1: int, b1: int, a2: int, b2: int) -> float:
    """P(second < first): sum over successes of the first among a1 + b1 − 1 (order statistics)."""
    n = a1 + b1 - 1
    terms = [comb(n, j) * np.exp(betaln(a2 + j, b2 + n - j) - betaln(a2, b2)) for j in range(a1)]
    return float(sum(terms))


@pytest.mark.parametrize(
    ("rt", "control"), [((4, 22), (19, 35)), ((14, 37), (5, 38)), ((0, 9), (9, 9))]
)
def test_the_chance_of_a_higher_share_is_the_finite_sum(rt, control):
    found = compare_shares(
        Share(count=rt[0], n=rt[1], prior=UNIFORM),
        Share(count=control[0], n=control[1], prior=UNIFORM),
    )
    shapes = 1 + rt[0], 1 + rt[1] - rt[0], 1 + control[0], 1 + control[1] - control[0]
    assert found.p_rt_higher == pytest.approx(total_below(*shapes), abs=1e-6)


def test_limits_hold_the_stated_mass_of_simulated_differences():
    rt, control = Share(count=4, n=22), Share(count=19, n=35)
    found = compare_shares(rt, control, ci_prob=0.9)
    rng = np.random.default_rng(3)
    draws = rng.beta(*rt.shapes, 400_000) - rng.beta(*control.shapes, 400_000)
    error = np.sqrt(0.05 * 0.95 / draws.size)
    below, above = np.mean(draws < found.lower), np.mean(draws > found.upper)
    assert abs(below - 0.05) < 4 * error, f"{below:.5f} below, SE {error:.5f}"
    assert abs(above - 0.05) < 4 * error, f"{above:.5f} above, SE {error:.5f}"
    mean_error = draws.std() / np.sqrt(draws.size)
    assert abs(draws.mean() - found.mean) < 4 * mean_error


def test_exchanging_the_arms_mirrors_the_difference():
    one, other = Share(count=3, n=15), Share(count=10, n=24)
    there, back = compare_shares(one, other), compare_shares(other, one)
    assert back.mean == pytest.approx(-there.mean)
    assert back.lower == pytest.approx(-there.upper, abs=1e-6)
    assert back.p_rt_higher == pytest.approx(1.0 - there.p_rt_higher, abs=1e-6)


def test_arms_alike_are_even():
    share = Share(count=0, n=38)
    assert compare_shares(share, share).p_rt_higher == pytest.approx(0.5, abs=1e-6)


def test_nobody_counted_leaves_the_prior():
    assert Share(count=0, n=0).interval() == pytest.approx((0.00154, 0.99846), abs=1e-5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"count": 5, "n": 4}, "between 0 and n"),
        ({"count": -1, "n": 4}, "between 0 and n"),
        ({"count": 1, "n": 4, "prior": (0.0, 1.0)}, "must be positive"),
    ],
)
def test_impossible_shares_are_refused(values, said):
    with pytest.raises(ValueError, match=said):
        Share(**values)


def test_an_impossible_mass_is_refused():
    share = Share(count=1, n=2)
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        compare_shares(share, share, ci_prob=1.0)
