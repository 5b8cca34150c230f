"""Tests of uniform ranks against scipy, closed forms and simulation."""

import numpy as np
import pytest
from scipy.stats import binom, chisquare

from analyses.calibrate.uniformity import (
    chi_square_p,
    ecdf_p,
    share_below,
    simultaneous_band,
)
from analyses.calibrate.verdict import coverage


def uniform(rng, trials=100):
    return rng.integers(0, 100, trials)


def test_chi_square_is_that_of_scipy():
    ranks = uniform(np.random.default_rng(2))
    counts = np.histogram(ranks, bins=np.arange(0, 101, 10))[0]
    assert chi_square_p(ranks, draws=99) == pytest.approx(chisquare(counts).pvalue)


def test_perfectly_even_ranks_pass_and_equal_ranks_fail():
    assert chi_square_p(np.arange(100), draws=99) == 1.0
    assert ecdf_p(np.arange(100), draws=99) > 0.99
    assert chi_square_p(np.zeros(100, int), draws=99) < 1e-10
    assert ecdf_p(np.zeros(100, int), draws=99) < 1e-3


@pytest.mark.parametrize("test", [chi_square_p, ecdf_p])
def test_uniform_ranks_are_rejected_as_often_as_stated(test):
    rng = np.random.default_rng(4)
    rejected = np.mean([test(uniform(rng), draws=99) <= 0.1 for _ in range(1000)])
    # 1,000 replicates: standard error 0.0095; discreteness of 100 counts adds at most 0.01.
    assert abs(rejected - 0.1) < 4 * 0.0095 + 0.01, rejected


@pytest.mark.parametrize(
    "wrong",
    [
        lambda rng: np.minimum(99, (100 * rng.beta(1.0, 1.8, 200)).astype(int)),
        lambda rng: np.minimum(99, (100 * rng.beta(0.5, 0.5, 200)).astype(int)),
    ],
    ids=["shifted", "too narrow"],
)
@pytest.mark.parametrize("test", [chi_square_p, ecdf_p])
def test_wrong_posteriors_are_found(test, wrong):
    rng = np.random.default_rng(6)
    found = np.mean([test(wrong(rng), draws=99) < 0.005 for _ in range(50)])
    assert found > 0.7, found


def test_band_holds_uniform_ranks_as_often_as_stated():
    band = simultaneous_band(trials=100, draws=99)
    assert np.all(band.low < band.expected)
    assert np.all(band.expected < band.high)
    rng = np.random.default_rng(7)
    inside = np.mean(
        [
            np.all((band.low <= share) & (share <= band.high))
            for share in (share_below(uniform(rng), draws=99) for _ in range(1000))
        ]
    )
    # 1,000 replicates: standard error 0.007; the band's ends are whole counts.
    assert abs(inside - 0.95) < 4 * 0.007 + 0.015, inside


def test_band_is_wider_than_a_pointwise_one():
    band = simultaneous_band(trials=100, draws=99)
    assert band.high[49] > binom.ppf(0.975, 100, 0.5) / 100


def test_share_below_counts_by_hand():
    share = share_below([0, 0, 1, 3], draws=3)
    np.testing.assert_allclose(share, [0.5, 0.75, 0.75])


def test_coverage_of_even_ranks_is_exact():
    assert coverage(np.arange(100), mass=0.5, draws=99) == 0.5
    assert coverage(np.arange(100), mass=0.9, draws=99) == 0.9
    assert coverage([4, 5, 94, 95], mass=0.9, draws=99) == 0.5


def test_uneven_numbers_are_explained():
    with pytest.raises(ValueError, match=r"`bins` is 10 for 101 possible ranks.*99 draws"):
        chi_square_p([1, 2], draws=100)
    with pytest.raises(ValueError, match=r"`mass` 0.5 leaves out 2.5 of 10.*99 draws"):
        coverage([1, 2], mass=0.5, draws=9)
