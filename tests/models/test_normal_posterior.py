import math

import numpy as np
import pytest

from models.normal_posterior import (
    PrintedHazardRatio,
    normal_likelihood,
    normal_posterior,
    rounding_range,
)
from models.settings import NormalPrior

PRINTED = PrintedHazardRatio(1.5, 0.9, 2.5)


def test_direction_turns_the_ratio_round():
    inverse = PrintedHazardRatio(1 / 1.5, 1 / 2.5, 1 / 0.9)
    one = normal_likelihood(PRINTED, direction="control_vs_rt")
    other = normal_likelihood(inverse, direction="rt_vs_control")
    assert one.mean == pytest.approx(-math.log(1.5))
    assert (one.mean, one.sd) == pytest.approx((other.mean, other.sd))


def test_the_interval_gives_the_standard_error():
    likelihood = normal_likelihood(
        PrintedHazardRatio(1.0, math.exp(-1.959964), math.exp(1.959964)), direction="rt_vs_control"
    )
    assert likelihood.sd == pytest.approx(1.0)
    assert likelihood.probability_below(1.0) == pytest.approx(0.5)


def test_posterior_is_prior_times_likelihood():
    prior = NormalPrior(mean=0.1, sd=0.5)
    posterior = normal_posterior(PRINTED, direction="control_vs_rt", log_hr=prior)
    likelihood = normal_likelihood(PRINTED, direction="control_vs_rt")
    grid = np.linspace(-4, 4, 8001)
    density = np.exp(
        -0.5 * ((grid - prior.mean) / prior.sd) ** 2
        - 0.5 * ((grid - likelihood.mean) / likelihood.sd) ** 2
    )
    density /= density.sum()
    mean = (grid * density).sum()
    assert posterior.mean == pytest.approx(mean, abs=1e-9)
    assert posterior.sd == pytest.approx(math.sqrt(((grid - mean) ** 2 * density).sum()), abs=1e-9)
    assert posterior.cdf(posterior.quantile(0.2)) == pytest.approx(0.2)


def test_flat_prior_returns_the_likelihood_and_a_wide_one_nearly():
    flat = normal_posterior(PRINTED, direction="control_vs_rt", log_hr=None)
    wide = normal_posterior(PRINTED, direction="control_vs_rt", log_hr=NormalPrior(sd=1e4))
    assert flat == normal_likelihood(PRINTED, direction="control_vs_rt")
    assert (wide.mean, wide.sd) == pytest.approx((flat.mean, flat.sd), abs=1e-8)


def test_rounding_range_holds_every_posterior_of_the_windows():
    low, high = PrintedHazardRatio(1.495, 0.895, 2.495), PrintedHazardRatio(1.505, 0.905, 2.505)
    prior = NormalPrior(mean=0.3, sd=0.4)
    limits = rounding_range(low, high, direction="control_vs_rt", log_hr=prior)
    rng = np.random.default_rng(1)
    for figures in rng.uniform(low, high, (200, 3)):
        inside = normal_posterior(
            PrintedHazardRatio(*figures), direction="control_vs_rt", log_hr=prior
        )
        assert limits.mean[0] <= inside.mean <= limits.mean[1]
        assert limits.sd[0] <= inside.sd <= limits.sd[1]
    assert limits.mean[1] - limits.mean[0] < 0.01


def test_unusable_figures_are_named():
    with pytest.raises(ValueError, match="`lower` and `upper` must be positive"):
        normal_likelihood(PrintedHazardRatio(1.0, 2.0, 0.5), direction="control_vs_rt")
    with pytest.raises(ValueError, match=r"`estimate` must lie within .* 0.9 to 2.5, got 3"):
        normal_likelihood(PrintedHazardRatio(3.0, 0.9, 2.5), direction="control_vs_rt")
    with pytest.raises(ValueError, match="`direction` must be one of"):
        normal_likelihood(PRINTED, direction="rt")
