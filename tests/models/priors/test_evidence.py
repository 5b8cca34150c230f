"""Files of evidence: the shipped one, arithmetic of trials, one sentence for what is wrong."""

import math
import tomllib
from pathlib import Path

import pytest

from models.priors.evidence import Evidence, Trial
from models.priors.evidence_file import check_evidence, load_evidence, with_trial
from models.priors.trial_estimate import estimate_trial, plausibility_checks

SHIPPED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "evidence.toml"

TRIAL = {
    "name": "One",
    "endpoint": "pfs",
    "hr": 0.7,
    "uncertainty": {"kind": "interval", "lower": 0.5, "upper": 0.98},
    "n_rt": 100,
    "n_control": 100,
    "population": "patients",
    "source": "doi 10.1/1",
    "why": "randomised",
}


def trial(**changes):
    return Trial.model_validate({**TRIAL, **changes})


def content(*trials, **changes):
    return {"name": "x", "trials": list(trials or [TRIAL]), **changes}


def estimate(**changes):
    return estimate_trial(trial(**changes), discounted=False)


def test_an_interval_gives_the_error_at_its_own_level():
    found = estimate()
    assert found.log_hr == pytest.approx(math.log(0.7))
    assert found.error == pytest.approx(math.log(0.98 / 0.5) / (2 * 1.959964), rel=1e-6)
    narrower = estimate(uncertainty={"kind": "interval", "lower": 0.5, "upper": 0.98, "level": 0.8})
    assert narrower.error == pytest.approx(math.log(0.98 / 0.5) / (2 * 1.2815516), rel=1e-6)
    assert "80% interval" in narrower.how


def test_a_p_value_gives_the_error_by_its_z():
    two = estimate(uncertainty={"kind": "p_value", "p": 0.05})
    assert two.error == pytest.approx(-math.log(0.7) / 1.959964, rel=1e-6)
    one = estimate(uncertainty={"kind": "p_value", "p": 0.025, "sides": 1})
    assert one.error == pytest.approx(two.error)


def test_events_and_medians_give_both_figures():
    found = estimate(
        hr=None,
        medians={"rt": 20.0, "control": 10.0},
        uncertainty={"kind": "events", "rt": 25, "control": 40},
    )
    assert found.log_hr == pytest.approx(math.log(0.5))
    assert found.error == pytest.approx(math.sqrt(1 / 25 + 1 / 40))
    assert found.how.startswith("HR 0.50 = 10 / 20, ratio of the medians; SE 0.255: √(1/25 + 1/40)")


def test_discounts_apply_only_when_asked():
    weak = trial(discount=0.25, effect_kept=0.5)
    plain, less = (estimate_trial(weak, discounted=asked) for asked in (False, True))
    assert less.error == pytest.approx(2 * plain.error)
    assert less.log_hr == pytest.approx(0.5 * plain.log_hr)
    assert "50% of its log HR kept; 25% of its information counts" in less.how


def test_an_interval_too_narrow_for_its_patients_is_noticed():
    """NorthStar's print: 0.50 to 0.87 as 95% from 119 patients; as 80% it is possible."""
    printed = {"hr": 0.66, "n_rt": 56, "n_control": 63}
    limits = {"kind": "interval", "lower": 0.50, "upper": 0.87}
    information, symmetry = plausibility_checks(trial(**printed, uncertainty=limits))
    assert information.passed is False
    assert "which they cannot; is its level lower?" in information.text
    assert symmetry.passed is True
    other = plausibility_checks(trial(**printed, uncertainty={**limits, "level": 0.8}))[0]
    assert other.passed is True


def test_an_interval_that_is_not_symmetric_is_noticed():
    limits = {"kind": "interval", "lower": 0.17, "upper": 0.46}
    symmetry = plausibility_checks(trial(hr=0.22, uncertainty=limits))[1]
    assert symmetry.passed is False
    assert "centre is 0.280 beside a hazard ratio of 0.22" in symmetry.text


def test_the_shipped_evidence_is_sound():
    evidence = load_evidence(SHIPPED)
    assert evidence.endpoints == ("pfs", "os")
    failed = [c.text for t in evidence.trials for c in plausibility_checks(t) if not c.passed]
    assert not failed
    behind = {t.name for t in evidence.of("pfs", use="main")}
    assert "NRG-LU002" in behind
    assert all(t.discount < 1 for t in evidence.of("os", use="main"))
    assert "os" in evidence.only_discounted


def test_the_neutral_trial_counts_as_much_as_its_patients_allow():
    lu002 = next(t for t in load_evidence(SHIPPED).of("pfs", use="main") if t.hr == 0.93)
    assert estimate_trial(lu002, discounted=True).error == pytest.approx(
        math.sqrt(1 / 134 + 1 / 81)
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hr": 1.2}, r"One \(pfs\) has hr = 1.2 outside its limits 0.5 to 0.98; the estimate"),
        ({"hr": None}, "needs either hr or medians and has neither"),
        ({"medians": {"rt": 2.0, "control": 1.0}}, "needs either hr or medians and has both"),
        ({"hr": 70.0}, "outside its limits"),
        ({"hr": 0.001}, "`trials.0.hr` is 0.001; it must be greater than or equal to 0.01"),
        ({"endpoint": "dfs"}, "`trials.0.endpoint` is 'dfs'; it must be 'pfs' or 'os'"),
        (
            {"uncertainty": {"kind": "interval", "lower": 0.98, "upper": 0.5}},
            "lower = 0.98 and upper = 0.5; the limits must be in this order",
        ),
        (
            {"uncertainty": {"kind": "interval", "lower": 0.5, "upper": 0.98, "level": 95}},
            "`trials.0.uncertainty.level` is 95; it must be less than 1",
        ),
        ({"uncertainty": {"kind": "guess"}}, "`trials.0.uncertainty.kind` is 'guess'; it must be"),
        (
            {"uncertainty": {"kind": "p_value", "p": 0.7, "sides": 1}},
            r"p = 0.7 \(1-sided\) with HR 0.7; no standard error follows",
        ),
        (
            {"uncertainty": {"kind": "p_value", "p": 0.999}},
            "has a standard error of 285 of its log hazard ratio; it must be between",
        ),
        (
            {"uncertainty": {"kind": "events", "rt": 101, "control": 50}},
            r"has 101 and 50 events in 100 and 100 patients \(RT, control\); events must",
        ),
        (
            {"hr": None, "medians": {"rt": 2.0, "control": 1.0}},
            "has an interval but no hr; limits belong to a hazard ratio",
        ),
        ({"discount": 0.0}, "`trials.0.discount` is 0.0; it must be greater than 0"),
        ({"discount": 1.5}, "`trials.0.discount` is 1.5; it must be less than or equal to 1"),
        ({"source": ""}, "'' is not a text; it must be words on one line"),
        ({"events": 3}, "`events` is not a field in `trials.0`"),
    ],
)
def test_trials_that_cannot_be_are_refused_in_one_sentence(changes, words):
    fields = {k: v for k, v in {**TRIAL, **changes}.items() if v is not None}
    with pytest.raises(ValueError, match=words) as caught:
        check_evidence(content(fields), path="evidence.toml")
    assert str(caught.value).startswith("evidence.toml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "x"', "trials is empty; a prior from other trials needs at least one"),
        ('name = "x"\ntrials = []', "trials is empty"),
        ("name = ", "is not valid TOML"),
    ],
)
def test_files_without_trials_are_refused(tmp_path, text, words):
    path = tmp_path / "evidence.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        load_evidence(path)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (content(TRIAL, TRIAL), r"One \(pfs\) stands there twice; each trial counts once"),
        (content(only_discounted=["pfs"]), "has no discount, but pfs is in only_discounted"),
        (content(heterogeneity=0.0), "`heterogeneity` is 0.0; it must be greater than 0"),
        (content(robust_weight=1.0), "`robust_weight` is 1.0; it must be less than 1"),
        (content(robust_part={"kind": "hopeful"}), "`robust_part.kind` is 'hopeful'"),
        (content(mean_sd=0.0), "`mean_sd` is 0.0; it must be greater than or equal to 0.001"),
    ],
)
def test_evidence_that_does_not_hang_together_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        check_evidence(fields, path="evidence.toml")


def test_a_trial_is_added_and_all_else_stays():
    text = SHIPPED.read_text(encoding="utf-8")
    added = {**TRIAL, "name": 'Quotes " and \\ and\ttabs'.replace("\t", " "), "use": None}
    longer = with_trial(text, added, path=SHIPPED)
    assert longer.startswith(text.rstrip("\n"))
    before, after = (Evidence.model_validate(tomllib.loads(t)) for t in (text, longer))
    assert after.trials[:-1] == before.trials
    assert after.trials[-1] == Trial.model_validate({**TRIAL, "name": added["name"]})


def test_a_trial_that_cannot_be_is_not_added():
    text = SHIPPED.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="outside its limits"):
        with_trial(text, {**TRIAL, "hr": 1.5}, path=SHIPPED)
    with pytest.raises(ValueError, match="stands there twice"):
        with_trial(text, {**TRIAL, "name": "NRG-LU002"}, path=SHIPPED)
    inline = f'name = "x"\ntrials = [{{ name = "a" }}]\n{text[:0]}'
    with pytest.raises(ValueError, match="cannot take a"):
        with_trial(inline, TRIAL, path="evidence.toml")
