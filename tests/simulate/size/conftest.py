"""Cheap designs of one look whose size is searched, and a search as a function."""

import math

import numpy as np
import pytest
from scipy import stats

from simulate.design import read_design
from simulate.size.sample import Seen
from simulate.size.search import Search
from simulate.size.trials import Trials
from simulate.size.vary import vary

LOSS = {"per_12_months": 0.05}
ONE_LOOK = {
    "name": "one look",
    "patients": 120,
    "recruitment": {"kind": "poisson", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [2]},
    "looks": [{"events": 80}],
    "truths": [
        {
            "name": "planning",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": 0.5},
            "drop_out": {"control": LOSS, "rt": LOSS},
        }
    ],
}


@pytest.fixture(scope="session")
def one_look():
    """Give the design, with fields replaced."""

    def make(**changes):
        return read_design(ONE_LOOK | changes)

    return make


@pytest.fixture(scope="session")
def search():
    """Search the size of a design, and give what was found."""

    def find(design, *, way="n", power=0.9, precision=0.05, seed=1, target="success", start=None,
             modelled=True):  # fmt: skip
        variation = vary(design, way)
        trials = Trials(variation, design.truths[0], target=target, seed=seed, workers=1)
        return Search(
            variation=variation,
            simulate=trials,
            power=power,
            precision=precision,
            seed=seed,
            modelled=modelled,
        ).find(start or variation.planned)

    return find


class Brownian:
    """Trials whose statistic is exactly normal: patients add normal numbers, sizes are nested.

    The mean of z is `drift` times the root of the size, so the power at size n is
    Phi(drift sqrt(n) - bound).
    """

    def __init__(self, *, drift=0.2, bound=1.96, seed=1, known=True, ceiling=1.0):
        self.drift, self.bound, self.seed = drift, bound, seed
        self.known, self.ceiling = known, ceiling
        self.asked = []

    def __call__(self, size, first, trials):
        self.asked.append((size, first, trials))
        rng = np.random.default_rng([self.seed, first])
        hindered = rng.random(trials) >= self.ceiling
        total = rng.standard_normal((round(size), trials), np.float32).sum(axis=0)
        excess = total / math.sqrt(size) + self.drift * math.sqrt(size) - self.bound
        won = (excess >= 0) & ~hindered
        return Seen(won.astype(float), excess.astype(float) if self.known else None)

    def size(self, power):
        """The size that has the power exactly."""
        return ((stats.norm.ppf(power) + self.bound) / self.drift) ** 2


@pytest.fixture(scope="session")
def brownian():
    """The class `Brownian`."""
    return Brownian


@pytest.fixture(scope="session")
def seek(one_look):
    """Search with any trials: sizes are patients, 120 planned."""

    def find(trials, *, power=0.9, precision=0.05, seed=1, start=200.0, **options):
        return Search(
            variation=vary(one_look(), "n"),
            simulate=trials,
            power=power,
            precision=precision,
            seed=seed,
            **options,
        ).find(start)

    return find
