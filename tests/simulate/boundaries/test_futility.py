"""Predictive probability against its definition, and rules that are refused."""

import math
from typing import Any

import pytest
from scipy.integrate import quad
from scipy.stats import norm

from simulate.boundaries.boundaries import boundaries
from simulate.boundaries.futility import FutilityRule, predictive_probability
from simulate.boundaries.spending import SpendingFunction

OF = SpendingFunction(kind="obrien_fleming")


def by_definition(
    z: float, information: float, final: float, final_z: float, mean: float, sd: float
) -> float:
    """Conditional power averaged over the posterior of log HR."""
    precision = information + (sd**-2 if math.isfinite(sd) else 0)
    prior = -mean * sd**-2 if math.isfinite(sd) else 0.0
    centre, width = (z * math.sqrt(information) + prior) / precision, precision**-0.5
    change = final - information

    def conditional_power(drift: float) -> float:
        score = z * math.sqrt(information) + drift * change
        return float(norm.cdf((score - final_z * math.sqrt(final)) / math.sqrt(change)))

    return quad(
        lambda drift: conditional_power(drift) * norm.pdf(drift, centre, width),
        centre - 10 * width,
        centre + 10 * width,
        epsabs=1e-12,
        limit=200,
    )[0]


@pytest.mark.parametrize("z", [-1.0, 0.4, 1.5, 2.7])
@pytest.mark.parametrize(("mean", "sd"), [(0.0, math.inf), (0.0, 0.4), (-0.3, 0.15)])
def test_predictive_probability_is_conditional_power_averaged_over_the_posterior(
    z: float, mean: float, sd: float
) -> None:
    found = predictive_probability(
        z, 30.0, final_information=62.5, final_z=2.01, prior_mean=mean, prior_sd=sd
    )
    assert float(found) == pytest.approx(by_definition(z, 30.0, 62.5, 2.01, mean, sd), abs=1e-9)


def test_a_prior_that_favours_rt_raises_the_predictive_probability() -> None:
    choices: Any = {"final_information": 62.5, "final_z": 2.01, "prior_sd": 0.2}
    sceptical = predictive_probability(1.0, 30.0, prior_mean=0.0, **choices)
    enthusiastic = predictive_probability(1.0, 30.0, prior_mean=-0.4, **choices)
    assert enthusiastic > sceptical


@pytest.mark.parametrize(("mean", "sd"), [(0.0, math.inf), (-0.2, 0.25)])
def test_the_bound_has_its_predictive_probability(mean: float, sd: float) -> None:
    rule = FutilityRule(kind="predictive", probability=0.15, prior_mean=mean, prior_sd=sd)
    bounds = boundaries([100, 175, 250], efficacy=OF, futility=rule)
    for look in range(2):
        found = predictive_probability(
            bounds.futility_z[look],
            bounds.information[look],
            final_information=62.5,
            final_z=bounds.z[2],
            prior_mean=mean,
            prior_sd=sd,
        )
        assert float(found) == pytest.approx(0.15, abs=1e-9)


def test_beyond_the_planned_information_the_answer_is_known() -> None:
    rule = FutilityRule(kind="predictive", probability=0.15)
    bounds = boundaries([100, 260, 300], efficacy=OF, futility=rule, planned=[100, 200, 250])
    planned = boundaries([100, 200, 250], efficacy=OF)
    assert bounds.futility_z[1] == pytest.approx(min(planned.z[2], bounds.z[1]))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "stochastic"}, "`kind` must be beta_spending, hazard_ratio or predictive"),
        ({"kind": "beta_spending"}, "`spending` is for kind 'beta_spending' alone and needed"),
        ({"kind": "hazard_ratio"}, "`hazard_ratio` is for kind 'hazard_ratio' alone and needed"),
        ({"kind": "hazard_ratio", "hazard_ratio": (0.0,)}, "must be positive at every look"),
        ({"kind": "predictive"}, "`probability` must be above 0 and below 1.*got 0"),
        ({"kind": "predictive", "probability": 0.1, "prior_sd": 0.0}, "positive `prior_sd`"),
        ({"kind": "predictive", "probability": 0.1, "spending": OF}, "alone and needed there"),
    ],
)
def test_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FutilityRule(**settings)


def test_information_must_be_below_the_final_one() -> None:
    with pytest.raises(ValueError, match=r"below the final 40\.0, got 41"):
        predictive_probability(1.0, 41.0, final_information=40.0, final_z=2.0)
