"""The answer in words follows the numbers, and never claims more than their errors bear."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analyses.effect_over_time.other_priors import list_other_priors
from analyses.effect_over_time.predict import Discrepancy, predict_discrepancy
from analyses.effect_over_time.readings import Share
from analyses.effect_over_time.words import bayes_factor, grade, put_in_words
from models.check_result import CheckResult
from models.printed import FollowUpDraws
from models.settings import AnalysisSettings
from models.time_varying.priors import SeparateArms, TimeVaryingSettings

PLAN = TimeVaryingSettings()
GAP = Discrepancy(1.41, 1.02, 0.6, 2.3, 0.34, 0.01, 2000, 1.99, 1.41)
NONE = pd.DataFrame(columns=["model", "prior", "bayes_factor", "trusted"])


def estimands(ratio):
    return pd.DataFrame(
        {
            "estimand": ["hazard_ratio", "rmst_difference", "rmst_difference",
                         "survival_difference", "survival_difference"],
            "time_months": [np.nan, 12.0, 24.0, 12.0, 24.0],
            "mean": [9.0, 9.0, 4 * (1 - ratio), 9.0, 1 - ratio],
            "median": [ratio, 9.0, 9.0, 9.0, 9.0],
            "lower": 0.3,
            "upper": 0.9,
        }
    )  # fmt: skip


def answer(log_bayes_factor=0.0, error=0.02, *, passed=True, ratio=0.5):
    gate = CheckResult(name="weights", passed=passed, text="worth too little")
    return SimpleNamespace(
        log_bayes_factor=log_bayes_factor,
        standard_error=error,
        gates=[gate],
        readings=SimpleNamespace(
            similar=Share(prior=0.32, posterior=0.25, standard_error=0.01), table=estimands(ratio)
        ),
        discrepancy=GAP,
    )


def words(others=NONE, **answers):
    return put_in_words("PFS", {"proportional": answer(), **answers}, PLAN, others)


@pytest.mark.parametrize(
    ("log_bayes_factor", "error", "sentence"),
    [
        (0.5, 0.02, "neither favour proportional hazards clearly nor exclude them"),
        (-1.2, 0.02, "neither favour proportional hazards clearly nor exclude them"),
        (1.5, 0.02, "hint at a delayed effect; they do not exclude proportional hazards"),
        (1.5, 0.5, "neither favour proportional hazards clearly nor exclude them"),
        (3.0, 0.1, "speak for a delayed effect"),
        (-3.0, 0.1, "speak for proportional hazards"),
    ],
)
def test_the_verdict_waits_for_two_errors(log_bayes_factor, error, sentence):
    assert sentence in words(delayed=answer(log_bayes_factor, error))


def test_one_model_against_it_does_not_make_proportional_hazards_true():
    text = words(delayed=answer(-3.0), random_walk=answer(0.1))
    assert "neither favour" in text
    assert "all intervals agree within a factor of 1.25 with probability 0.25 (0.32 before" in text


def test_a_failed_gate_silences_a_model():
    text = words(delayed=answer(5.0, passed=False), waning=answer(0.0))
    assert "Not shown, as a gate failed: delayed effect." in text
    assert "speak for" not in text
    assert "under delayed effect" not in text


def test_other_priors_are_told_as_far_as_their_weights_are_trusted():
    others = pd.DataFrame(
        {
            "model": ["delayed effect"] * 3,
            "prior": ["delay up to 6 months", "delay up to 12 months", "delay up to 18 months"],
            "bayes_factor": [1.1, 4.2, 90.0],
            "trusted": [True, True, False],
        }
    )
    text = words(others, delayed=answer(0.5))
    assert "Under other priors of the models they are: delayed effect 1.1 to 4.2." in text
    assert "to say: delayed effect with delay up to 18 months." in text


def test_the_gap_between_the_printed_ratios_is_told():
    text = words(delayed=answer(0.5))
    assert "Printed are a hazard ratio of 1.99 (control versus RT) and medians whose ratio" in text
    assert "is 1.41; one is 1.41 times the other" in text
    assert "34% (Monte Carlo error 1.0%) print as large a gap" in text
    assert "a gap that chance makes under proportional hazards too" in text


def test_effects_are_told_over_all_trusted_models():
    text = words(delayed=answer(ratio=0.7), waning=answer(ratio=0.1, passed=False))
    assert "is 0.50 (95% central 0.30 to 0.90) under proportional hazards" in text
    assert "over all models it is 0.50 to 0.70" in text
    assert "24 months 1.2 to 2.0 months, and that of survival at 24 months 0.30 to 0.50." in text


@pytest.mark.parametrize(
    ("factor", "sentence"),
    [
        (1.0, "hardly worth a mention"),
        (1 / 2.9, "hardly worth a mention"),
        (5.0, "a hint for it"),
        (0.2, "a hint against it"),
        (20.0, "strong evidence for it"),
        (1 / 200, "decisive evidence against it"),
    ],
)
def test_grades_follow_the_scale(factor, sentence):
    assert grade(factor) == sentence


def test_bayes_factors_carry_two_errors():
    assert bayes_factor(answer(0.0, 0.05)) == "1 (0.905 to 1.11)"


def test_priors_are_varied_one_model_at_a_time():
    found = list_other_priors(PLAN)
    assert len(found) == 9
    assert {model.kind for _, model in found} == {"random_walk", "delayed", "waning"}
    assert not list_other_priors(TimeVaryingSettings(models=(SeparateArms(),)))


def test_the_gap_of_exponential_trials_is_one_on_average():
    """2,000 large exponential trials: hazard ratio over ratio of medians, median within 4 SE."""
    trials = 2_000
    hazard = np.array([0.08, 0.04])[np.newaxis, :, np.newaxis].repeat(trials, axis=0)
    windows = {"median_control": (8.5, 8.7), "median_rt": (17.2, 17.4), "hazard_ratio": (2.9, 3.1)}
    found = predict_discrepancy(
        hazard,
        FollowUpDraws(np.full(trials, 60.0), 10.0, np.zeros(trials)),
        windows,
        cuts=(),
        sizes=(150, 150),
        settings=AnalysisSettings(name="test", times="continuous"),
        seed=1,
    )
    spread = (np.log(found.upper) - np.log(found.lower)) / 3.92
    error = 1.2533 * spread / np.sqrt(found.trials)
    assert abs(np.log(found.median)) < 4 * error + 0.01, f"median gap {found.median:.3f}"
    assert found.printed == pytest.approx(3.0 * 8.6 / 17.3)
    assert found.trials == trials
    assert 0.0 <= found.p_as_large < 0.05


def test_without_a_printed_median_there_is_no_gap():
    found = predict_discrepancy(
        np.full((50, 2, 1), 0.1),
        FollowUpDraws(np.full(50, 60.0), 10.0, np.zeros(50)),
        {"hazard_ratio": (1.9, 2.1)},
        cuts=(),
        sizes=(20, 20),
        settings=AnalysisSettings(name="test"),
        seed=1,
    )
    assert np.isnan(found.printed)
    assert np.isnan(found.p_as_large)
