"""P(HR below a threshold) against the models' exact posterior and against brute force."""

import math
from itertools import islice

import numpy as np
import pytest
from scipy.special import logsumexp

from models.exact_posterior import exact_posterior
from models.placement import POSITIONS
from models.settings import GammaBaseline, NormalPrior
from simulate.effect.bayes import BayesModel, new_nodes, probability_below

ACCURACY = 1e-7
PLACEMENTS = sorted(POSITIONS)
WORK = new_nodes()


def model(placement, *components, intervals=6, shape=0.5, rate=5.0):
    """Components are weight, mean, sd."""
    columns = (np.array(column, dtype=float) for column in zip(*components, strict=True))
    cuts = np.cumsum(np.full(intervals - 1, 3.0))
    return BayesModel(cuts, shape, rate, *POSITIONS[placement], *columns)


def tables(seed, *, intervals=6):
    """Endlessly: events and exposure from a few patients to thousands, hazards of all sizes."""
    rng = np.random.default_rng(seed)
    while True:
        exposure = 10 ** rng.uniform(-1, 3.5) * rng.uniform(0.1, 10, (2, intervals))
        ratio = np.exp(np.array([[0.0], [rng.normal() * rng.choice([0.3, 1, 3])]]))
        yield (
            rng.poisson(exposure * 10 ** rng.uniform(-3, 0, intervals) * ratio).astype(float),
            (exposure),
        )


def brute_force(threshold, events, exposure, prior):
    """Twelve-node panels, 300 on each side of the threshold and for each component."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    below, all_of_it = [], []
    for weight, mean, sd in zip(prior.weight, prior.mean, prior.sd, strict=True):

        def log_density(beta, weight=weight, mean=mean, sd=sd):
            tilt = prior.control * events[0].sum() + prior.rt * events[1].sum()
            total = tilt * beta - 0.5 * ((beta - mean) / sd) ** 2 + math.log(weight / sd)
            for k in range(events.shape[1]):
                arms = [
                    np.log(exposure[0, k] + 1e-300) + prior.control * beta,
                    np.log(exposure[1, k] + 1e-300) + prior.rt * beta,
                    np.full_like(beta, math.log(prior.rate)),
                ]
                total -= (prior.shape + events[:, k].sum()) * logsumexp(arms, axis=0)
            return total

        low, high = mean - 40 * sd, mean + 40 * sd
        for _ in range(4):
            grid = np.linspace(low, high, 401)
            heights = log_density(grid)
            kept, step = grid[heights > heights.max() - 45], grid[1] - grid[0]
            low, high = kept[0] - step, kept[-1] + step
        split = min(max(threshold, low), high)
        for start, stop, sink in ((low, split, below), (split, high, None)):
            half = (stop - start) / 600
            if half > 0:
                centres = start + half * (2 * np.arange(300) + 1)
                points = (centres[:, np.newaxis] + half * nodes).ravel()
                mass = logsumexp(log_density(points) + np.log(np.tile(weights * half, 300)))
                all_of_it.append(mass)
                if sink is not None:
                    sink.append(mass)
    return math.exp(logsumexp(below) - logsumexp(all_of_it)) if below else 0.0


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("sd", [0.1, 0.5, 1.0, 2.0, 10.0])
@pytest.mark.parametrize("intervals", [1, 6])
def test_it_is_that_of_the_models(placement, sd, intervals):
    """40 tables each, at three quantiles of the posterior and at HR 1 and 0.8."""
    prior = model(placement, (1.0, -0.2, sd), intervals=intervals)
    every = list(islice(tables(5, intervals=intervals), 40))
    for number, (events, _) in enumerate(every[::4]):
        events[number % 2] = 0.0
    own = exact_posterior(
        np.array([events for events, _ in every], dtype=int),
        [exposure for _, exposure in every],
        baseline=GammaBaseline(shape=prior.shape, rate=prior.rate),
        placement=placement,
        log_hr=NormalPrior(mean=-0.2, sd=sd),
    )
    wanted = np.array([0.02, 0.5, 0.975])
    fixed = np.array([0.0, math.log(0.8)])
    thresholds = np.hstack([own.quantile(wanted), np.tile(fixed, (40, 1))])
    expected = np.hstack([np.tile(wanted, (40, 1)), own.cdf(fixed)])
    found = [
        [probability_below(float(t), *table, prior, WORK) for t in row]
        for table, row in zip(every, thresholds, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=0, atol=ACCURACY)


MIXTURES = {
    "sceptic and enthusiast": ((0.5, 0.0, 0.2), (0.5, -0.5, 0.2)),
    "robust": ((0.8, -0.4, 0.15), (0.2, 0.0, 2.0)),
    "far apart": ((0.3, -4.0, 0.1), (0.4, 0.0, 0.1), (0.3, 4.0, 0.1)),
    "nearly flat": ((0.9, 0.0, 100.0), (0.1, 1.0, 5.0)),
    "rare": ((1e-6, -1.0, 0.05), (1 - 1e-6, 0.5, 1.0)),
}


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_mixtures_against_brute_force(placement, mixture):
    prior = model(placement, *mixture)
    for table, (events, exposure) in enumerate(islice(tables(8), 4)):
        events[1] *= table != 3
        for threshold in (0.0, -0.7):
            found = probability_below(threshold, events, exposure, prior, WORK)
            expected = brute_force(threshold, events, exposure, prior)
            assert found == pytest.approx(expected, abs=ACCURACY)


def full(value):
    return np.full((2, 6), float(value))


EXTREMES = {
    "no events in RT": (np.vstack([np.full(6, 20.0), np.zeros(6)]), full(100)),
    "no events in control": (np.vstack([np.zeros(6), np.full(6, 20.0)]), full(100)),
    "no events": (full(0), full(1000)),
    "no data": (full(0), full(0)),
    "one arm never seen": (np.vstack([np.full(6, 5.0), np.zeros(6)]), full(50) * [[1], [0]]),
    "huge exposure": (full(3), full(1e7)),
    "huge everything": (full(1e6), full(1e7)),
    "hardly any exposure": (full(1), full(1e-6)),
    "very different arms": (np.vstack([np.full(6, 1.0), np.full(6, 500.0)]), full(1e3)),
}


@pytest.mark.parametrize("sd", [0.3, 5.0, 100.0])
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("data", EXTREMES.values(), ids=EXTREMES)
def test_extreme_data_against_brute_force(placement, data, sd):
    """Wide priors with an arm without events make the posterior flat on one side of a cliff."""
    prior = model(placement, (1.0, 0.3, sd), shape=0.01)
    for threshold in (0.0, -3.0):
        found = probability_below(threshold, *data, prior, WORK)
        assert found == pytest.approx(brute_force(threshold, *data, prior), abs=ACCURACY)


@pytest.mark.parametrize("data", EXTREMES.values(), ids=EXTREMES)
def test_thresholds_far_out_are_certain(data):
    prior = model("symmetric", (1.0, 0.0, 1.0))
    assert probability_below(-60.0, *data, prior, WORK) == pytest.approx(0.0, abs=1e-12)
    assert probability_below(60.0, *data, prior, WORK) == pytest.approx(1.0, abs=1e-12)


def test_it_grows_with_the_threshold():
    prior = model("control", (0.7, -0.3, 0.3), (0.3, 0.5, 1.0))
    events, exposure = next(tables(3))
    found = [probability_below(t, events, exposure, prior, WORK) for t in np.linspace(-4, 4, 400)]
    assert np.all(np.diff(found) > -1e-8)
    assert found[0] < 1e-3 < 0.999 < found[-1]


def test_without_data_it_is_the_prior():
    prior = model("symmetric", (0.25, -0.5, 0.4), (0.75, 0.2, 0.9))
    expected = sum(
        w * 0.5 * math.erfc(-(0.1 - m) / s / math.sqrt(2))
        for w, m, s in zip(prior.weight, prior.mean, prior.sd, strict=True)
    )
    assert probability_below(0.1, full(0), full(0), prior, WORK) == pytest.approx(
        expected, abs=1e-8
    )


def test_swapping_the_arms_gives_the_rest():
    """Under the symmetric placement and a prior centred at no effect."""
    prior = model("symmetric", (1.0, 0.0, 0.8))
    for events, exposure in islice(tables(12), 20):
        found = probability_below(-0.2, events, exposure, prior, WORK)
        swapped = probability_below(
            0.2,
            np.ascontiguousarray(events[::-1]),
            np.ascontiguousarray(exposure[::-1]),
            prior,
            WORK,
        )
        assert found + swapped == pytest.approx(1.0, abs=1e-8)
