"""Designs, truths and numbers in words, kind by kind."""

import math

import pytest

from analyses.report import design_words as words
from analyses.report.ademp_grid import describe_combination, describe_field
from analyses.report.blocks import Column
from analyses.report.numbers import shown
from analyses.report.settings_words import baseline_prior, effect_prior, follow_up
from analyses.report.truth_words import describe_truth
from analyses.report.wording import figure, listed
from models.settings import AnalysisSettings, FixedFollowUp, GammaBaseline, RandomWalkBaseline


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.50"),
        (-0.004, "0.00"),
        (-0.5, "−0.50"),
        (None, "–"),
        (math.nan, "–"),
        ("infinity", "not reached"),
        (math.inf, "not reached"),
    ],
)
def test_figures(value, text):
    assert figure(value) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "–"),
        ("words", "words"),
        (12, "12"),
        (0.12345, "0.123"),
        (0.0001, "< 0.001"),
        (0.0, "0.000"),
        (-0.0001, "0.000"),
        (-1.5, "−1.500"),
        (math.nan, "–"),
        (math.inf, "∞"),
    ],
)
def test_cells(cell, text):
    assert shown(cell, Column(name="x", heading="X")) == text


def test_lists():
    assert [listed(["a", "b", "c"][:count]) for count in range(4)] == [
        "", "a", "a and b", "a, b and c"
    ]  # fmt: skip


def test_the_prior_of_the_effect_on_the_scale_of_hazard_ratios():
    """exp(±1.959964) = 7.099 and 0.1409."""
    said = effect_prior(AnalysisSettings(name="x").model_dump(mode="json"))
    assert "median 1.00 and 95% central interval 0.14 to 7.10" in said


@pytest.mark.parametrize(
    ("baseline", "text"),
    [
        (GammaBaseline(), "independent Gamma(1, 16.667)"),
        (RandomWalkBaseline(), "half-normal(0.5)"),
        (AnalysisSettings(name="x").baseline, "itself Gamma(1, 0.06)"),
    ],
)
def test_baselines(baseline, text):
    settings = AnalysisSettings(name="x", baseline=baseline).model_dump(mode="json")
    assert text in baseline_prior(settings)


def test_follow_up():
    free = AnalysisSettings(name="x").model_dump(mode="json")
    fixed = AnalysisSettings(name="x", follow_up=FixedFollowUp(earliest=4, latest=36, loss=0.01))
    assert "exponential with mean 0.005 per month" in follow_up(free)
    assert "uniform from 4 to 36 months" in follow_up(fixed.model_dump(mode="json"))


HR = {"kind": "proportional", "hr": 0.7}


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (HR, "hazard ratio 0.7"),
        ({"kind": "delayed", "hr": 0.6, "delay": 3.0}, "0.6 after 3 months without effect"),
        ({"kind": "waning", "hr": 0.6, "start": 6.0, "end": 12.0}, "until month 6, gone by month"),
        ({"kind": "crossing", "before": 1.2, "after": 0.6, "at": 6.0}, "1.2 up to month 6, 0.6"),
        ({"kind": "piecewise", "hr": [0.5, 1.0], "cuts": [6.0]}, "ratios 0.5 and 1, cut at 6"),
    ],
)
def test_effects(effect, text):
    truth = {"name": "t", "control": {"median": 10.0}, "effect": effect}
    assert text in describe_truth(truth)


def test_hazards_and_drop_out():
    arms = {"control": {"per_12_months": 0.05}, "rt": {"per_12_months": 0.1}}
    truth = {"name": "t", "control": {"rates": [math.log(2) / 10], "cuts": []}, "effect": HR}
    assert "(median 10.0 months)" in describe_truth(truth)
    assert "5% (control) and 10% (rt)" in describe_truth(truth | {"drop_out": arms})


def test_cured_patients_factors_and_switching():
    truth = {
        "name": "t", "control": {"median": 10.0}, "effect": HR,
        "cured": {"control": 0.1, "rt": 0.2}, "factors": {"stage": {"IV": {"hazard_ratio": 2.0}}},
    }  # fmt: skip
    said = describe_truth(truth)
    assert "never have the event: 10% (control) and 20% (rt)" in said
    assert "differ by stage" in said
    passage = {"control": {"rates": [0.1], "cuts": []}, "effect": HR}
    courses = {
        "name": "t", "kind": "illness_death", "progression": passage,
        "death_after_progression": passage, "switching": {"probability": 0.3, "hr": 0.8},
    }  # fmt: skip
    assert "30% of control switch to RT after progression (hazard ratio 0.8" in (
        describe_truth(courses)
    )


LOOKS = [
    ({"events": 100}, "after 100 OS events"),
    ({"months": 24.0}, "at month 24"),
    ({"min_follow_up": 6.0}, "when all patients have 6 months of follow-up"),
    ({"events": 9, "months": 8.0, "combine": "any"}, "after 9 OS events or at month 8"),
    ({"events": 9, "max_wait": 6.0}, "(at the latest 6 months after the one before)"),
]


@pytest.mark.parametrize(("look", "text"), LOOKS)
def test_looks(look, text):
    design = {"endpoint": "os", "analysis": {}, "looks": [look]}
    assert text in words.looks(design)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"kind": "hierarchical", "order": ["pfs", "os"]}, "PFS is tested first, OS once it is"),
        ({"kind": "co_primary"}, "all must be won"),
        ({"kind": "split", "weights": {"pfs": 0.2, "os": 0.8}}, "parts of PFS 0.2 and OS 0.8"),
        ({"kind": "graph", "weights": {"pfs": 1.0, "os": 0.0}}, "passed on along a graph"),
    ],
)
def test_rules_of_several_endpoints(rule, text):
    assert text in words.error({"alpha": 0.025, "multiplicity": rule, "success": "all"})


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"kind": "simple"}, " independently"),
        ({"kind": "minimisation", "probability": 0.8}, "by minimisation over sex"),
        ({"kind": "blocks", "block_sizes": [4]}, "permuted blocks of 4"),
        ({"kind": "alternating"}, "in a fixed order"),
    ],
)
def test_randomisation(rule, text):
    design = {
        "patients": 1200,
        "allocation": {"control": 1, "rt": 2},
        "randomisation": rule,
        "factors": [{"name": "sex"}],
    }
    said = words.allocation(design)
    assert text in said
    assert said.startswith("1,200 patients are randomised 2:1")


@pytest.mark.parametrize(
    ("sweep", "field", "combined"),
    [
        (
            {"combine": "product", "grid": {"n": {"field": "patients", "values": [300, 400]}}},
            "n (patients): 300 and 400.",
            "Fully factorial",
        ),
        (
            {"combine": "zip", "grid": {"hr": {"field": "x", "start": 0.5, "stop": 1, "count": 6}}},
            "hr (x): start 0.5, stop 1 and count 6.",
            "together",
        ),
        (
            {"combine": "product", "grid": {"n": {"field": "x"}}, "points": [{"n": 1}, {"n": 3}]},
            "n (x): as listed.",
            "2 listed points",
        ),
        (
            {"combine": "product", "grid": {"rule": {"choices": {"late": {}, "early": {}}}}},
            "rule: late and early.",
            "Fully factorial",
        ),
    ],
)
def test_grids(sweep, field, combined):
    (one,) = sweep["grid"].items()
    assert describe_field(*one) == field
    assert combined in describe_combination(sweep)


def test_the_bayesian_rule_and_futility():
    endpoint = {
        "name": "os",
        "analysis": {"test": "bayes", "bayes": {"hr": 1.0, "probability": 0.98}},
        "futility": {"kind": "predictive", "probability": 0.05, "binding": False},
    }
    said = words.testing(endpoint)
    assert "hazard ratio below 1 exceeds 0.98" in said
    assert "non-binding futility below a predictive probability of 0.05" in said
