"""Assurance, simulated, against its closed form for a normal posterior."""

import math

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from models.priors.normal_mixture import NormalMixture
from simulate.assurance.assurance import find_assurance
from simulate.assurance.closed_form import normal_assurance
from simulate.assurance.posterior import PosteriorDraws
from simulate.design import read_design

TRIALS, EVENTS = 16_000, 100
LARGEST_ERROR = 0.006
DESIGN = {
    "name": "small",
    "patients": 120,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "looks": [{"events": EVENTS}],
    "truths": [
        {
            "name": "planning",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": 0.6},
        }
    ],
}


def _posterior(log_hr: np.ndarray) -> PosteriorDraws:
    """Draws of log HR, with a control median of ten months."""
    hazard = math.log(2) / 10 * np.exp(np.multiply.outer(log_hr, [0.0, 1.0]))
    return PosteriorDraws(
        kind="proportional",
        endpoints=("os",),
        cuts=np.empty(0),
        hazard=hazard[:, np.newaxis, :, np.newaxis],
        chains=1,
        prior=NormalMixture.normal(0.0, 1.0),
    )


def compare_normal() -> Finding:
    """Two normal posteriors."""
    worst, design = Worst(4.0, "standard errors"), read_design(DESIGN)
    for mean, sd in ((-0.35, 0.3), (-0.1, 0.2)):
        draws = np.random.default_rng(2).normal(mean, sd, 8000)
        row = find_assurance(design, _posterior(draws), trials=TRIALS, seed=4).rows[0]
        expected = normal_assurance(mean=mean, sd=sd, events=EVENTS, alpha=0.025)
        found = row.assurance
        if found is None:
            raise ValueError("there is no assurance")
        where = f"mean {mean}, sd {sd}: {found.value:.4f} and {expected:.4f}"
        # An error that is itself too large must not excuse a value.
        worst.add((found.value - expected) / min(found.mcse, LARGEST_ERROR), where)
    return worst.finding()


CHECKS = (
    Check(
        name="assurance",
        requirement="assurance.value",
        grade="closed form",
        claim="Averaged over a normal posterior, success is as frequent as the formula says.",
        source="O'Hagan, Stevens & Campbell 2005",
        subject="simulate.assurance.assurance.find_assurance",
        compare=compare_normal,
        seconds=5.0,
    ),
)
