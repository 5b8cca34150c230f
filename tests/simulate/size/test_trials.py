"""Trials of a varied design: nested sizes, targets, and the statistic that decides."""

import numpy as np
import pytest

from simulate.size.trials import Trials, check_target
from simulate.size.vary import vary

SEED, TRIALS = 3, 200


def trials_of(design, target="success"):
    return Trials(vary(design, "n"), design.truths[0], target=target, seed=SEED, workers=1)


def test_the_statistic_decides_and_sizes_share_patients(one_look):
    """z of the same replicates at 120 and 150 patients is correlated, sqrt(120/150) = 0.89 in
    theory; of other replicates it is not (4 standard errors are 0.28)."""
    trials = trials_of(one_look())
    small, large, other = (
        trials(size, first, TRIALS) for size, first in ((120.0, 0), (150.0, 0), (150.0, TRIALS))
    )
    np.testing.assert_array_equal(small.excess >= 0, small.won == 1)
    assert np.corrcoef(small.excess, large.excess)[0, 1] > 0.75
    assert abs(np.corrcoef(small.excess, other.excess)[0, 1]) < 0.28


def test_the_posterior_probability_decides_under_the_bayesian_rule(one_look):
    seen = trials_of(one_look(analysis={"test": "bayes"}))(120.0, 0, TRIALS)
    assert seen.excess is not None
    np.testing.assert_array_equal(seen.excess >= 0, seen.won == 1)


def test_several_looks_leave_the_wins_alone(one_look):
    design = one_look(looks=[{"events": 40}, {"events": 80}], efficacy={"kind": "pocock"})
    assert trials_of(design)(120.0, 0, 20).excess is None


def test_targets_of_several_endpoints(two_endpoints):
    design = two_endpoints()
    for target in ("success", "any", "both", "pfs", "os"):
        check_target(design, target)
    with pytest.raises(ValueError, match="--for is 'qol' but the design tests pfs and os"):
        check_target(design, "qol")
