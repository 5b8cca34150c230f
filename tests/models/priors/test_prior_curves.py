"""Survival that a prior allows, against draws of the prior."""

import numpy as np
import pytest

from models.priors.normal_mixture import NormalMixture
from models.priors.prior_curves import exponential_survival, prior_survival

MONTHS = np.array([0.0, 6.0, 12.0, 24.0])


def test_quantiles_of_curves_are_those_of_drawn_curves():
    """200,000 draws: the standard error of a 2.5% quantile of survival is below 0.001."""
    prior = NormalMixture(weights=(0.5, 0.5), means=(-0.5, 0.0), sds=(0.3, 0.2))
    control = exponential_survival(10.93, months=MONTHS)
    found = prior_survival(prior, months=MONTHS, control=control)
    hr = np.exp(prior.draw(200_000, rng=np.random.default_rng(4)))
    curves = control ** hr[:, np.newaxis]
    drawn = np.quantile(curves, [0.5, 0.25, 0.75, 0.025, 0.975], axis=0)
    rows = [found.median, found.lower_inner, found.upper_inner, found.lower, found.upper]
    assert np.array(rows) == pytest.approx(drawn, abs=0.004)


def test_constant_hazard_is_one_half_at_the_median():
    assert exponential_survival(10.0, months=[0.0, 10.0, 20.0]) == pytest.approx([1, 0.5, 0.25])


@pytest.mark.parametrize("control", [[1.0, 0.5], [1.0, 0.9, 0.5, -0.1], [100.0, 90.0, 50.0, 20.0]])
def test_what_is_no_survival_is_refused(control):
    with pytest.raises(ValueError, match="`control` must hold a survival within"):
        prior_survival(NormalMixture.normal(0.0, 1.0), months=MONTHS, control=control)
