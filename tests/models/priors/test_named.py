"""Named priors keep what they promise; whatever is none is refused in one sentence."""

import numpy as np
import pytest

from models.priors.named import (
    ElicitedPrior,
    EnthusiasticPrior,
    InformativePrior,
    MixturePrior,
    ScepticalPrior,
    VaguePrior,
    as_mixture,
    read_prior,
    single_normal,
)
from models.priors.normal_mixture import NormalMixture
from models.settings import NormalPrior, load_settings


@pytest.mark.parametrize(("target", "probability"), [(0.69, 0.05), (0.8, 0.2), (0.5, 0.001)])
def test_a_sceptic_finds_the_target_as_improbable_as_stated(target, probability):
    prior = ScepticalPrior(target_hr=target, probability=probability).mixture()
    assert prior.mean == 0.0
    assert prior.probability_below(target) == pytest.approx(probability, rel=1e-9)


@pytest.mark.parametrize(("target", "probability"), [(0.69, 0.05), (0.8, 0.2)])
def test_an_enthusiast_expects_the_target_and_finds_harm_improbable(target, probability):
    prior = EnthusiasticPrior(target_hr=target, probability=probability).mixture()
    assert prior.probability_below(target) == pytest.approx(0.5)
    assert 1 - prior.probability_below(1.0) == pytest.approx(probability, rel=1e-9)


def test_an_elicited_prior_has_the_stated_median_and_upper_limit():
    prior = ElicitedPrior(median=0.8, upper=1.3, probability=0.9).mixture()
    assert np.exp(prior.quantile([0.5, 0.9])) == pytest.approx([0.8, 1.3])
    usual = ElicitedPrior(median=0.8, upper=1.3).mixture()
    assert np.exp(usual.quantile(0.975)) == pytest.approx(1.3)


def test_a_vague_prior_is_wide_about_no_effect():
    assert VaguePrior().mixture() == NormalMixture.normal(0.0, 1.0)


def test_every_form_becomes_a_mixture():
    informative = InformativePrior(mean=-0.3, sd=0.2, source="a trial")
    assert as_mixture(informative) == NormalMixture.normal(-0.3, 0.2)
    assert as_mixture(NormalPrior(mean=0.1, sd=0.4)) == NormalMixture.normal(0.1, 0.4)
    mixture = as_mixture(MixturePrior(weights=(0.5, 0.5), means=(0.0, -0.5), sds=(1.0, 0.2)))
    assert as_mixture(mixture) is mixture


def settings(tmp_path, log_hr):
    path = tmp_path / "settings.toml"
    path.write_text(f'name = "x"\nlog_hr = {log_hr}\n', encoding="utf-8")
    return load_settings(path)


def test_settings_take_a_prior_by_name(tmp_path):
    found = settings(tmp_path, '{ kind = "elicited", median = 0.8, upper = 1.2 }').log_hr
    assert found == single_normal(ElicitedPrior(median=0.8, upper=1.2))
    plain = settings(tmp_path, "{ mean = -0.1, sd = 0.3 }").log_hr
    assert plain == NormalPrior(mean=-0.1, sd=0.3)


def test_settings_refuse_a_mixture_because_patients_are_drawn_under_one_normal(tmp_path):
    text = '{ kind = "mixture", weights = [0.5, 0.5], means = [0.0, -0.5], sds = [1.0, 0.2] }'
    with pytest.raises(ValueError, match="2 components; patients are drawn under one normal"):
        settings(tmp_path, text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "sceptic"}, "`kind` is 'sceptic'; .* did you mean 'sceptical'"),
        ({"sd": 1.0}, "`kind` is missing; it must be 'vague' or 'sceptical'"),
        ({"kind": "vague", "sd": 0.0}, "`sd` is 0.0; it must be greater than or equal to 0.001"),
        ({"kind": "vague", "sd": 11.0}, "`sd` is 11.0; it must be less than or equal to 10"),
        ({"kind": "vague", "sd": "1"}, "`sd` is '1'; it must be a number without quotes"),
        ({"kind": "sceptical", "target_hr": 1.4}, "`target_hr` is 1.4; it must be less than 1"),
        (
            {"kind": "sceptical", "target_hr": 0.9999, "probability": 0.05},
            r"mean a standard deviation of 6.08e-05 .* between 0.001 and 10, correct",
        ),
        ({"kind": "sceptical", "probability": 0.5}, "`probability` is 0.5; it must be less than"),
        (
            {"kind": "elicited", "median": 0.8, "upper": 0.7},
            "^upper = 0.7 and median = 0.8; the upper hazard ratio must be above the median",
        ),
        ({"kind": "elicited", "median": 0.8}, "`upper` is missing; this field is required"),
        ({"kind": "elicited", "median": -1.0, "upper": 2.0}, "`median` is -1.0; it must be gr"),
        ({"kind": "informative", "mean": 0.0, "sd": 1.0}, "`source` is missing"),
        ({"kind": "informative", "mean": 0.0, "sd": 1.0, "source": " "}, "' ' is not a text"),
        (
            {"kind": "mixture", "weights": [0.5, 0.4], "means": [0.0, 0.0], "sds": [1.0, 1.0]},
            "^`weights` must be positive and add up to 1",
        ),
        ({"kind": "vague", "width": 2.0}, "`width` is not a field"),
        (3.0, "it must"),
    ],
)
def test_what_is_no_prior_is_refused_in_one_sentence(fields, words):
    with pytest.raises(ValueError, match=words) as caught:
        read_prior(fields)
    assert "\n" not in str(caught.value)
