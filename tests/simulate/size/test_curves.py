"""Fitted curves: generalised least squares, wins, the statistic, and the check of normality."""

import numpy as np
import pytest
from scipy import stats

from simulate.size.line import fit_line
from simulate.size.sample import collect, gather
from simulate.size.statistic import fit_statistic, looks_normal
from simulate.size.wins import fit_wins


@pytest.fixture(scope="module")
def points(brownian):
    """Three nested sizes and two of their own, 4,000 replicates each."""
    trials = brownian()
    shared = gather(trials, (210.0, 262.0, 328.0), first=0, trials=4_000, seed=1)
    alone = [
        gather(trials, (size,), first=first, trials=4_000, seed=1)
        for size, first in ((242.0, 4_000), (284.0, 8_000))
    ]
    return collect([shared, *alone])


def test_least_squares_with_equal_errors_is_the_plain_fit():
    sizes = np.array([100.0, 150.0, 200.0, 300.0])
    values = np.random.default_rng(1).normal(size=(5, 4))
    line = fit_line(values, sizes, np.eye(4))
    for row in range(5):
        slope, level = np.polyfit(np.sqrt(sizes / line.scale) - 1, values[row], 1)
        assert line.slope[row] == pytest.approx(slope)
        assert line.level[row] == pytest.approx(level)
    assert line.size(float(line.at([180.0])[0, 0]))[0] == pytest.approx(180.0) or line.slope[0] <= 0


def test_shared_replicates_make_the_slope_precise(points):
    """Nested sizes err together: weights that know it beat weights that do not."""
    means = points.sums.first / points.sums.trials
    covariance = np.cov(means[1:].T)
    together = fit_line(means, points.sizes, covariance).slope[1:].std()
    apart = fit_line(means, points.sizes, np.diag(np.diag(covariance))).slope[1:].std()
    assert together < 0.95 * apart, f"{together:.3f} against {apart:.3f}"


@pytest.mark.parametrize("fit", [fit_wins, fit_statistic])
def test_the_curve_is_the_known_one(brownian, points, fit):
    """Power at three sizes within 4 standard errors, those of the resamples."""
    curve, sizes = fit(points), np.array([230.0, 262.0, 300.0])
    power = curve.power(sizes)
    exact = stats.norm.cdf(brownian().drift * np.sqrt(sizes) - brownian().bound)
    away = (power[0] - exact) / power[1:].std(axis=0)
    assert np.all(np.abs(away) < 4), away
    assert np.all(np.diff(power[0]) > 0)
    assert curve.power(curve.size(0.88)[:1])[0, 0] == pytest.approx(0.88, abs=1e-6)


def test_the_statistic_is_more_precise_than_wins(points):
    wins, statistic = fit_wins(points).size(0.9), fit_statistic(points).size(0.9)
    assert statistic[1:].std() < 0.9 * wins[1:].std()


def test_normal_numbers_pass_and_heavy_tails_do_not(brownian, points):
    wins = fit_wins(points).power(np.array([262.0]))[:, 0]
    assert looks_normal(fit_statistic(points), wins, 262.0)

    def heavy(size, first, trials):
        rng = np.random.default_rng([7, first])
        excess = 0.2 * np.sqrt(size) - 1.96 + rng.standard_t(3, trials)
        return brownian()(size, first, trials)._replace(
            won=(excess >= 0).astype(float), excess=excess
        )

    batches = [
        gather(heavy, (size,), first=first, trials=6_000, seed=1)
        for size, first in ((240.0, 0), (280.0, 6_000))
    ]
    tails = collect(batches)
    wins = fit_wins(tails).power(np.array([262.0]))[:, 0]
    assert not looks_normal(fit_statistic(tails), wins, 262.0)


def test_whole_replicates_are_resampled(points):
    """Shares at nested sizes are as correlated over resamples as wins are over replicates."""
    won = points.sums.won[1:] / points.sums.trials[1:]
    nested = [list(points.sizes).index(size) for size in (210.0, 328.0)]
    apart = [list(points.sizes).index(size) for size in (242.0, 284.0)]
    assert np.corrcoef(won[:, nested].T)[0, 1] > 0.3
    assert abs(np.corrcoef(won[:, apart].T)[0, 1]) < 4 / np.sqrt(len(won))
    error = np.sqrt(won[0, 0] * (1 - won[0, 0]) / 4_000)
    assert won[:, 0].std() == pytest.approx(error, rel=0.1)
