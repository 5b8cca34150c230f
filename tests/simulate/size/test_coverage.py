"""The interval of the answer covers as stated, when whole searches are repeated."""

import math

import pytest
from scipy import stats

from models.interval_estimate import Z_95
from simulate.size.trials import Trials
from simulate.size.vary import vary

pytestmark = pytest.mark.calibration

REPEATS = 600
Z_90 = stats.norm.ppf(0.9)


def true_size(design, *, at=135.0, trials=600_000):
    """Size for a power of 90% from the power at a size nearby, along a probit line; its error."""
    variation = vary(design, "n")
    one = Trials(variation, design.truths[0], target="success", seed=9_999, workers=1)
    power = float(one(at, 0, trials).won.mean())
    size = at * ((Z_90 + Z_95) / (stats.norm.ppf(power) + Z_95)) ** 2
    slope = stats.norm.pdf(Z_90) * (Z_90 + Z_95) / 2
    return size, size * math.sqrt(power * (1 - power) / trials) / slope


@pytest.mark.parametrize("precision", [0.03])
@pytest.mark.parametrize("modelled", [True, False], ids=["statistic", "wins"])
def test_the_interval_covers_in_95_percent_of_the_repeats(one_look, search, precision, modelled):
    """600 searches; the true size is that of 600,000 trials at 135 patients, known to 0.14%.

    Coverage within 4 standard errors of 0.95 (0.009 each), and the mean answer within 4 standard
    errors of the truth.
    """
    design = one_look(randomisation={"kind": "simple"})
    size, size_error = true_size(design)
    runs = [
        search(design, precision=precision, seed=seed, modelled=modelled, start=135.0)
        for seed in range(REPEATS)
    ]
    covered = [run.estimate.lower <= size <= run.estimate.upper for run in runs]
    share = sum(covered) / REPEATS
    error = math.sqrt(0.95 * 0.05 / REPEATS)
    sizes = [run.estimate.size for run in runs]
    mean = sum(sizes) / REPEATS
    spread = math.sqrt(sum((one - mean) ** 2 for one in sizes) / REPEATS)
    trials = sum(run.trials for run in runs) / REPEATS
    seen = (
        f"true size {size:.2f} (SE {size_error:.2f}), mean {mean:.2f}, 1.96 sd "
        f"{196 * spread / size:.2f}%, {trials:.0f} trials, modelled in "
        f"{sum(run.modelled for run in runs)}, coverage {share:.4f} (SE {error:.4f})"
    )
    print(seen)
    assert abs(share - 0.95) < 4 * error, seen
    off = math.hypot(spread / math.sqrt(REPEATS), size_error)
    assert abs(mean - size) < 4 * off, seen


@pytest.mark.parametrize("known", [True, False], ids=["statistic", "wins"])
def test_the_interval_covers_a_size_that_is_known_exactly(brownian, seek, known):
    """600 searches of ±5% among normal statistics; coverage within 4 standard errors (0.036)."""
    covered, halves, size = 0, [], brownian().size(0.9)
    for seed in range(REPEATS):
        one = seek(brownian(seed=seed, known=known), seed=seed, start=230.0).estimate
        covered += one.lower <= size <= one.upper
        halves.append((one.upper - one.lower) / 2 / size)
    share, error = covered / REPEATS, math.sqrt(0.95 * 0.05 / REPEATS)
    seen = f"coverage {share:.4f} (SE {error:.4f}), mean half width {sum(halves) / REPEATS:.4f}"
    print(seen)
    assert abs(share - 0.95) < 4 * error, seen
