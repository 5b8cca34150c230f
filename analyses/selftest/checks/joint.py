"""Chains of both endpoints together against stored answers of rejection sampling."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.small_joint_trials import CASES, chain_features, chain_of, small_problem
from models.chain_diagnostics import mcse_mean

STORED = Path(__file__).parents[1] / "stored" / "joint_rejection.csv"
SCANS, CHAINS = 8_000, 4
LARGEST_ERROR = 0.08


@cache
def rejected() -> pd.DataFrame:
    """Means of quantities over simulated trials that fit, their spread and error."""
    return pd.read_csv(STORED, comment="#")


def compare_rejection() -> Finding:
    """Means of events, months, log hazard ratios and log hazards of two small trials."""
    worst = Worst(4.5, "standard errors")
    for case in CASES:
        told = rejected()[rejected()["case"] == case].set_index("quantity")
        problem = small_problem(case)
        chains = [chain_features(chain_of(problem, scans=SCANS, seed=s)) for s in range(CHAINS)]
        for name, row in told.iterrows():
            draws = np.stack([one[str(name)] for one in chains])
            error = np.hypot(mcse_mean(draws), row["error"])
            # A chain that hardly moves has a large error, which must not excuse its mean.
            error = min(float(error), LARGEST_ERROR * row["sd"])
            worst.add((draws.mean() - row["mean"]) / error, f"{name}, {case}")
    return worst.finding()


CHECKS = (
    Check(
        name="both endpoints by rejection",
        requirement="models.joint",
        grade="independent implementation",
        claim="Patients drawn to fit both endpoints have the means of simulated ones that fit.",
        source="rejection sampling of 40 million trials, stored/joint_rejection.csv",
        subject="models.joint.tempering.run",
        compare=compare_rejection,
        seconds=3.0,
    ),
)
