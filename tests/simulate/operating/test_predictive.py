"""Predictive probabilities of success against simulated trials whose truth is drawn anew.

When the true log HR of each trial is drawn from the prior of the predictive probability, trials
with a predictive probability p at the interim look must succeed at the final look with
frequency p. That holds them against whole simulated trials, patient by patient.
"""

import math

import numpy as np
from scipy.stats import norm

from simulate.boundaries.futility import predictive_probability
from simulate.engine.fields import SCORE, VARIANCE
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block

TRUTHS, TRIALS = 60, 200
MEAN, SD = math.log(0.75), 0.25
FINAL_Z = 1.959964


def test_success_is_as_frequent_as_predicted(small):
    z = []
    for place in range(TRUTHS):
        log_hr = MEAN + SD * norm.ppf((place + 0.5) / TRUTHS)
        truth = {
            "name": "drawn",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": math.exp(log_hr)},
        }
        design = small(
            truths=[truth],
            patients=400,
            recruitment={"kind": "uniform", "rates": [{"start": 0.0, "per_month": 20.0}]},
            looks=[{"events": 150}, {"events": 300}],
            futility=None,
        )
        scenario = pack_scenario(design, design.truths[0], every_test=False)
        found = simulate_block(scenario, seed=place, first=0, trials=TRIALS).found
        z.append(-found[..., SCORE] / np.sqrt(found[..., VARIANCE]))
    z = np.concatenate(z)
    predicted = predictive_probability(
        z[:, 0],
        150 / 4,
        final_information=300 / 4,
        final_z=FINAL_Z,
        prior_mean=MEAN,
        prior_sd=SD,
    )
    won = z[:, 1] >= FINAL_Z
    edges = np.quantile(predicted, np.linspace(0, 1, 9))
    bins = np.clip(np.searchsorted(edges, predicted, side="right") - 1, 0, 7)
    for group in range(8):
        chosen = bins == group
        expected, seen = predicted[chosen].mean(), won[chosen].mean()
        error = math.sqrt(max(expected * (1 - expected), 0.001) / chosen.sum())
        print(f"predicted {expected:.3f}, seen {seen:.3f} in {chosen.sum()}, SE {error:.3f}")
        # the variance of the score is a little below events / 4 where the arms differ
        assert abs(seen - expected) < 4 * error + 0.01
