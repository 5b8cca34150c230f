"""Each rule of a design, broken once in an otherwise good file: what is said."""

import math

import pytest
from pydantic import ValidationError

from simulate.design import TrialDesign, load_design, read_design

HALF = {"hr": 0.5}
PLAIN = {"start": 0, "per_month": 10}

SIZE = [
    ("patients", None, "patients and recruitment.duration: neither is given; exactly one fixes"),
    ("recruitment.duration", 30, "patients and recruitment.duration: both are given; exactly one"),
    ("patients", -7, "`patients` is -7; it must be greater than or equal to 2"),
    ("patients", 400.5, "`patients` is 400.5; it must be a whole number without quotes"),
    ("patients", 7, "factors define 8 strata for 7 patients; there must be at least one patient"),
    ("patients", 299, "looks.2.events is 300 of 299 patients; a patient has at most one event"),
    ("alpha", 0, "`alpha` is 0; it must be greater than 0"),
    ("alpha", 1, "`alpha` is 1; it must be less than 0.5"),
    ("alpha", "0.025", "`alpha` is '0.025'; it must be a number without quotes"),
    ("allocation.rt", 0, "`allocation.rt` is 0; it must be greater than or equal to 1"),
    ("name", None, "`name` is missing; this field is required (Name of the design"),
    ("name", "  ", "`name`: '  ' is not a name; it must be text on one line"),
    ("name", "a\nb", r"`name`: 'a\nb' is not a name"),
    ("name", "x" * 81, "it must have at most 80 characters"),
    ("nam", "x", "`nam` is not a field; only known fields are allowed, did you mean `name`?"),
    ("recruitment", [], "`recruitment` is []; it must be a table of fields"),
]
RECRUITMENT = [
    ("sites", None, "`recruitment`: neither rates nor sites is given; give exactly one"),
    ("rates", [PLAIN], "`recruitment`: both rates and sites are given; give exactly one"),
    ("sites.number", 0, "`recruitment.sites.number` is 0; it must be greater than 0"),
    ("ramp_up", 3, "ramp_up is 3 beside sites; sites that open one by one are the ramp-up"),
    ("kind", "evenly", "it must be 'even', 'uniform' or 'poisson', did you mean 'even'?"),
]
RATES = [
    ([{"start": 1, "per_month": 9}], "rates begin at 1 months; the first rate must start at 0"),
    ([{"start": 0, "per_month": -1}], "rates.0.per_month` is -1; it must be greater than or"),
    ([{"start": 0, "per_month": 0}], "`recruitment`: recruitment never brings a patient"),
    ([PLAIN, {"start": 9, "per_month": 0}], "recruitment brings 90 within 1200 months; enrolment"),
    ([PLAIN, PLAIN], "rates start at [0.0, 0.0]; starts must increase strictly"),
    ([PLAIN, {"start": 9, "per_month": 5}], "ramp_up is 12 and the second rate starts at 9"),
]
RANDOMISATION = [
    ("randomisation.block_sizes", [3], "block_sizes has 3 with allocation 1:1; sizes must be"),
    ("randomisation.block_sizes", [], 'block_sizes is missing; kind "blocks" needs sizes'),
    ("randomisation.block_sizes", 4, "`randomisation.block_sizes` is 4; it must be a list"),
    ("randomisation.kind", "simple", 'block_sizes is [4, 6] with kind "simple"; only "blocks"'),
    ("randomisation.kind", "block", "did you mean 'blocks'?"),
    ("randomisation", {"kind": "simple", "stratified": True}, 'true with kind "simple"; only'),
    ("randomisation.stratified", 1, "`randomisation.stratified` is 1; it must be true or false"),
    ("randomisation.probability", 0.4, "is 0.4; it must be greater than or equal to 0.5"),
    ("factors.0.levels.0.prevalence", 0.6, "prevalences that sum to 1.107; every patient has one"),
    ("factors.0.levels.0.prevalence", 1, "prevalence` is 1; it must be less than 1"),
    ("factors.1.name", "metastases", "factors has 2 entries named 'metastases'; names must differ"),
    ("factors.0.levels.1.name", "1 to 3", "levels has 2 entries named '1 to 3'; names must"),
    ("factors", [], "analysis.stratified is true without factors; a stratified analysis needs"),
]
LOOKS = [
    ("looks", [], "`looks` is []; it must not be empty"),
    ("looks.0", {}, "`looks.0`: the look has no trigger; give events, months or min_follow_up"),
    ("looks.0", {"max_wait": 9}, "`looks.0`: the look has no trigger"),
    ("looks.0.events", 230, "looks.1.events is 225 after 230 at looks.0; looks must be in order"),
    ("looks.0.events", 225, "looks.1.events is 225 after 225 at looks.0"),
    ("looks.0.events", 0, "`looks.0.events` is 0; it must be greater than or equal to 1"),
    ("looks.2.events", 401, "looks.2.events is 401 of 400 patients; a patient has at most one"),
    ("looks.2.events", 399, "looks.2.events is 399 but about 363 of 400 patients are ever seen"),
    ("looks.1.information", 0.4, "planned information [0.5, 0.4, 1.0]; it must increase strictly"),
    ("looks.2.information", 0.9, "looks.2.information is 0.9; the last look is the final analysis"),
    ("looks.0", {"months": 12}, "the planned information of an interim look is unknown"),
    ("looks.2", {"months": 60}, "the planned information of an interim look is unknown"),
    ("looks.1", {"events": 225, "when": 3}, "`when` is not a field in `looks.1`"),
]
DECISIONS = [
    ("efficacy.kind", "obf", "`efficacy.kind` is 'obf'; it must be 'none' or 'obrien_fleming'"),
    ("efficacy", {}, "`efficacy.kind` is missing; it must be 'none' or 'obrien_fleming'"),
    ("efficacy", "pocock", "`efficacy` is 'pocock'; it must be a table of fields"),
    ("efficacy.gamma", 1, "`gamma` is not a field in `efficacy`"),
    ("analysis.test", "logrank", "did you mean 'log_rank'?"),
    ("analysis.test", "bayes", 'efficacy.kind is "obrien_fleming" with analysis.test "bayes"'),
    ("analysis.bayes", {"prior": [{"weight": 0.5}]}, "prior has weights that sum to 0.5; a mixt"),
    ("analysis.bayes", {"prior": []}, "`analysis.bayes.prior` is []; it must not be empty"),
    ("analysis.bayes", {"cuts": [3, 3]}, "cuts are [3.0, 3.0]; cut points must increase strictly"),
    ("analysis.bayes", {"baseline": {"rate": 0}}, "baseline.rate` is 0; it must be greater than"),
    ("futility.hr", [1.0], "futility.hr has length 1 for 2 interim looks; it needs one value"),
    ("futility.hr", [1.0, 0], "`futility.hr.1` is 0; it must be greater than or equal to 0.01"),
    ("futility", {"kind": "beta_spending"}, "`futility.beta` is missing; this field is required"),
    ("futility", {}, "`futility.kind` is missing; it must be 'beta_spending' or 'hazard_ratio'"),
    ("looks", [{"events": 300}], 'futility is "hazard_ratio" with one look; futility stops at'),
]
SPENT = [
    ([0.01, 0.025], "efficacy.cumulative has length 2 for 3 looks; it needs one value for each"),
    ([0.01, 0.005, 0.025], "what is spent cannot decrease, write the totals up to each look"),
    ([0.001, 0.01, 0.02], "ends at 0.02; all of 0.025 must be spent by the last look"),
    ([0.001, 0.01, 1], "`efficacy.cumulative.2` is 1; it must be less than 1"),
]
TRUTHS = [
    ("control", {}, "`truths.0.control`: neither median nor rates is given; give exactly one"),
    ("control", {"median": 3, "rates": [1]}, "both median and rates are given; give exactly one"),
    ("control", {"median": 3, "cuts": [1]}, "cuts are [1.0] beside median; cut points belong to"),
    ("control.median", 0, "`truths.0.control.median` is 0; it must be greater than or equal to"),
    ("control.median", -3, "`truths.0.control.median` is -3; it must be greater than or equal to"),
    ("control.median", "13", "`truths.0.control.median` is '13'; it must be a number without"),
    ("control", {"rates": [-0.1]}, "`truths.0.control.rates.0` is -0.1; it must be greater than"),
    ("control", {"rates": [0.1, 0.2], "cuts": []}, "rates has length 2 and cuts 0; rates needs"),
    ("control", {"rates": [1, 2, 3], "cuts": [6, 3]}, "cuts are [6.0, 3.0]; cut points must incr"),
    ("control", {"rates": [0, 0], "cuts": [6]}, "without any hazard no patient ever has the event"),
    ("effect.hr", 0, "`truths.0.effect.hr` is 0; it must be greater than or equal to 0.01"),
    ("effect.hr", math.inf, "`truths.0.effect.hr` is inf; it must be a finite number"),
    ("effect.hr", math.nan, "`truths.0.effect.hr` is nan; it must be a finite number"),
    ("effect.hr", True, "`truths.0.effect.hr` is True; it must be a number without quotes"),
    ("effect", {"kind": "delayed"} | HALF, "`truths.0.effect.delay` is missing; this field is"),
    ("effect", {"kind": "delay"} | HALF, "did you mean 'delayed'?"),
    ("effect", HALF, "`truths.0.effect.kind` is missing; it must be 'proportional' or 'delayed'"),
    ("effect", {"kind": "waning", "start": 9, "end": 9} | HALF, "the effect must end after it"),
    ("effect", {"kind": "piecewise", "cuts": [6], "hr": [1]}, "hr has length 1 and cuts 1; hr"),
    ("cured", {"rt": 1}, "`truths.0.cured.rt` is 1; it must be less than 1"),
    ("cured", {"rt": 0.9, "control": 0.9}, "looks.0.events is 150 but about 36 of 400 patients"),
    ("drop_out", {"rt": {}}, "neither per_12_months nor rates is given; give exactly one"),
    ("drop_out.rt.per_12_months", 1, "per_12_months` is 1; it must be less than 1"),
    ("factors", {"metastasis": {}}, "name 'metastasis'; it must be a factor of the design, did"),
    ("factors", {"sex": {}}, "one of: 'metastases', 'response', 'EGFR'"),
    ("factors", {"EGFR": {"wild": {}}}, "name 'wild'; it must be a level of 'EGFR' of the design"),
    ("factors", {"EGFR": {"mutant": {"hr": 1}}}, "`hr` is not a field in `truths.0.factors.EGFR"),
    ("factors", {"EGFR": 3}, "`truths.0.factors.EGFR` is 3; it must be a table of named entries"),
    ("name", "no effect", "truths has 2 entries named 'no effect'; names must differ"),
]


def refusal(content):
    with pytest.raises(ValueError) as caught:
        read_design(content)
    assert not isinstance(caught.value, ValidationError)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("path", "value", "says"), SIZE + RANDOMISATION + LOOKS + DECISIONS)
def test_a_broken_rule_is_named(with_change, path, value, says):
    assert says in refusal(with_change((path, value)))


@pytest.mark.parametrize(("field", "value", "says"), RECRUITMENT)
def test_broken_recruitment_is_named(with_change, field, value, says):
    assert says in refusal(with_change((f"recruitment.{field}", value)))


@pytest.mark.parametrize(("rates", "says"), RATES)
def test_broken_rates_are_named(with_change, rates, says):
    recruitment = {"kind": "even", "rates": rates}
    if "ramp_up" in says:
        recruitment["ramp_up"] = 12
    assert says in refusal(with_change(("recruitment", recruitment)))


@pytest.mark.parametrize(("cumulative", "says"), SPENT)
def test_a_broken_table_of_spending_is_named(with_change, cumulative, says):
    table = {"kind": "user", "cumulative": cumulative}
    assert says in refusal(with_change(("efficacy", table)))


@pytest.mark.parametrize(("field", "value", "says"), TRUTHS)
def test_a_broken_truth_is_named(with_change, field, value, says):
    assert says in refusal(with_change((f"truths.0.{field}", value)))


def test_beta_is_spent_to_its_end(with_change):
    table = {"kind": "user", "cumulative": [0.0, 0.05, 0.15]}
    spending = {"kind": "beta_spending", "beta": 0.2, "spending": table}
    said = refusal(with_change(("futility", spending)))
    assert "futility.spending.cumulative ends at 0.15; all of 0.2 must be spent" in said


def test_beta_is_not_spent_beside_a_bayesian_rule(with_change):
    spending = {"kind": "beta_spending", "beta": 0.2}
    bayes = with_change(("efficacy.kind", "none"), ("analysis.test", "bayes"))
    assert read_design(bayes).analysis.test == "bayes"
    assert "beta is spent beside alpha" in refusal(bayes | {"futility": spending})


def test_interim_looks_decide_something(with_change):
    idle = with_change(("efficacy.kind", "none"), ("futility", None))
    assert "looks: 3 are given but nothing can stop the trial before the last" in refusal(idle)
    assert read_design(idle | {"looks": [{"events": 300}]}).efficacy.kind == "none"


def test_balancing_needs_factors(with_change):
    without = with_change(("factors", []), ("analysis.stratified", False))
    assert "randomisation is by stratified blocks without factors" in refusal(without)
    minimised = without | {"randomisation": {"kind": "minimisation"}}
    assert "randomisation is by minimisation without factors" in refusal(minimised)


def test_events_that_are_not_waited_for_may_be_out_of_reach(with_change):
    far = ("looks.2", {"events": 399, "max_wait": 36})
    either = ("looks.2", {"events": 399, "months": 96, "combine": "any"})
    both = ("looks.2", {"events": 399, "months": 96, "combine": "all"})
    assert read_design(with_change(far)).looks[2].max_wait == 36
    assert read_design(with_change(either)).looks[2].months == 96
    assert "looks.2.events is 399 but about 363" in refusal(with_change(both))


def test_a_fixed_duration_limits_events_where_arrivals_are_even(with_change):
    rates = {"kind": "even", "rates": [PLAIN], "duration": 29.95}
    fixed = with_change(("patients", None), ("recruitment", rates))
    said = refusal(put_events(fixed, 301))
    assert "looks.2.events is 301 of 300 patients" in said
    assert "is ever" not in said
    huge = rates | {"duration": 1200, "rates": [{"start": 0, "per_month": 1e5}]}
    assert "a trial can have at most 1000000" in refusal(fixed | {"recruitment": huge})


def put_events(content, events):
    *interim, _ = content["looks"]
    return content | {"looks": [*interim, {"events": events}]}


def test_too_many_strata(with_change):
    levels = [{"name": str(place), "prevalence": 0.1} for place in range(10)]
    factors = [{"name": str(place), "levels": levels} for place in range(4)]
    said = refusal(with_change(("factors", factors), ("patients", 100_000)))
    assert said.startswith("factors define 10000 strata for 100000 patients;")
    many = [{"name": str(place), "levels": levels} for place in range(300)]
    assert refusal(with_change(("factors", many))).startswith("factors define 1000000000")


def test_a_file_is_named_with_its_mistake(tmp_path):
    path = tmp_path / "design.toml"
    with pytest.raises(ValueError, match=r"design\.toml does not exist; a design file must be an"):
        load_design(path)
    path.write_text("name = ", encoding="utf-8")
    with pytest.raises(ValueError, match=r"design\.toml is not valid TOML"):
        load_design(path)
    path.write_text("name = 3", encoding="utf-8")
    with pytest.raises(ValueError, match=r"design\.toml: `name` is 3; it must be text in quotes"):
        load_design(path)


def test_a_design_built_in_python_is_checked_too(default_content):
    with pytest.raises(ValidationError, match="neither is given; exactly one fixes the size"):
        TrialDesign(**(default_content | {"patients": None}))
