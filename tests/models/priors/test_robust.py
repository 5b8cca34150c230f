"""Robust priors, and conflict between prior and data against its closed form."""

import numpy as np
import pytest
from scipy.stats import norm

from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import NormalMixture
from models.priors.robust import prior_data_conflict, robustify

PRIOR = NormalMixture.normal(-0.5, 0.2)
VAGUE = NormalMixture.normal(0.0, 1.0)


def test_a_robust_prior_has_both_parts():
    robust = robustify(PRIOR, part=VAGUE, weight=0.2)
    x = np.linspace(-2, 2, 9)
    expected = 0.8 * norm.pdf(x, -0.5, 0.2) + 0.2 * norm.pdf(x, 0, 1)
    assert robust.density(x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("weight", [0.0, 1.0, -0.1, float("nan")])
def test_weights_outside_0_to_1_are_refused(weight):
    with pytest.raises(ValueError, match="`weight` must lie strictly between 0 and 1"):
        robustify(PRIOR, part=VAGUE, weight=weight)


@pytest.mark.parametrize(
    ("estimate", "verdict", "passed"),
    [(-0.6, "no conflict", True), (0.2, "a strain", True), (0.6, "a conflict", False)],
)
def test_the_verdict_follows_the_predictive_probability(estimate, verdict, passed):
    found = prior_data_conflict(
        PRIOR, likelihood=NormalPosterior(mean=estimate, sd=0.3), name="informative"
    )
    p = 2 * norm.sf(abs(estimate + 0.5), scale=np.hypot(0.2, 0.3))
    assert found.values["p"] == pytest.approx(p)
    assert found.passed is passed
    assert found.text.startswith(f"informative: {verdict} between prior and data (p ")
    assert ("better for RT" in found.text) == (estimate < -0.5)


def test_a_robust_prior_is_not_contradicted_where_the_informative_one_is():
    away = NormalPosterior(mean=0.6, sd=0.3)
    robust = robustify(PRIOR, part=VAGUE, weight=0.5)
    assert prior_data_conflict(PRIOR, likelihood=away, name="x").passed is False
    assert prior_data_conflict(robust, likelihood=away, name="x").passed is True
