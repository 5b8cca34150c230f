"""The set of priors of an endpoint: before and after robustification, with and without trials."""

from pathlib import Path

import numpy as np
import pytest

from models.priors.effective_events import effective_events
from models.priors.evidence_file import load_evidence
from models.priors.predictive_prior import (
    DISCOUNTED,
    DISCOUNTED_ROBUST,
    FACE_VALUE,
    ROBUST,
    leave_one_out,
    predictive_prior,
    prior_set,
    with_one_more,
)

SHIPPED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "evidence.toml"


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(SHIPPED)


@pytest.fixture(scope="module")
def pfs(evidence):
    return prior_set(evidence, "pfs")


def test_robust_priors_are_worth_less_and_closer_to_no_effect(pfs):
    for name, robust in ((FACE_VALUE, ROBUST), (DISCOUNTED, DISCOUNTED_ROBUST)):
        assert effective_events(pfs.priors[robust]) < effective_events(pfs.priors[name])
        assert pfs.priors[name].mean < pfs.priors[robust].mean < 0


def test_a_discount_moves_towards_no_effect_and_is_worth_fewer_events(pfs):
    assert pfs.priors[FACE_VALUE].mean < pfs.priors[DISCOUNTED].mean < 0
    assert effective_events(pfs.priors[DISCOUNTED]) < effective_events(pfs.priors[FACE_VALUE])


def test_few_components_stand_for_the_exact_prediction(pfs):
    for name, found in pfs.approximations.items():
        exact = pfs.predictive[name].pooled.predictive
        levels = exact.quantile([0.025, 0.25, 0.5, 0.75, 0.975])
        assert found.mixture.cdf(levels) == pytest.approx(exact.cdf(levels), abs=0.005)
        assert found.largest_cdf_error <= 0.005


def test_survival_has_no_prior_at_face_value(evidence):
    found = prior_set(evidence, "os")
    assert set(found.predictive) == {DISCOUNTED}
    assert FACE_VALUE not in found.priors
    assert {DISCOUNTED, DISCOUNTED_ROBUST, "vague", "sceptical", "enthusiastic"} == set(
        found.priors
    )


def test_without_the_neutral_trial_the_prior_favours_rt_more(evidence, pfs):
    without = leave_one_out(pfs.predictive[FACE_VALUE], evidence=evidence)
    assert set(without) == {t.name for t in evidence.of("pfs", use="main")}
    assert without["NRG-LU002"].pooled.mean.mean < pfs.predictive[FACE_VALUE].pooled.mean.mean
    trials = [t for t in evidence.of("pfs", use="main") if t.name != "Peng 2023"]
    again = predictive_prior(trials, evidence=evidence, discounted=False)
    assert np.array_equal(again.pooled.tau_weight, without["Peng 2023"].pooled.tau_weight)


def test_trials_for_sensitivity_are_added_one_by_one(evidence, pfs):
    more = with_one_more(pfs.predictive[FACE_VALUE], evidence=evidence, endpoint="pfs")
    assert set(more) == {t.name for t in evidence.of("pfs", use="sensitivity")}
    assert all(len(p.trials) == 7 for p in more.values())
    missing = with_one_more(
        prior_set(evidence, "os").predictive[DISCOUNTED], evidence=evidence, endpoint="os"
    )
    base = prior_set(evidence, "os").predictive[DISCOUNTED].pooled.mean.mean
    assert missing["NRG-LU002"].pooled.mean.mean > base


def test_an_endpoint_without_trials_is_refused(evidence):
    alone = evidence.model_copy(update={"trials": evidence.of("pfs", use="main")})
    with pytest.raises(ValueError, match=r"`endpoint` is 'os' but .* of pfs only"):
        prior_set(alone, "os")
