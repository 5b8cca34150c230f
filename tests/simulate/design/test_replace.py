"""Replacing values of a design by their dotted paths."""

import pytest

from simulate.design.replace import replaced, value_at


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("patients", 150),
        ("looks.3.events", 90),
        ("endpoints.pfs.efficacy.kind", "obrien_fleming"),
        ("endpoints.2.analysis.milestone", 10.0),
        ("truths.planning.progression.effect.hr", 0.8),
        ("recruitment.rates.1.per_month", 7.5),
        ("endpoints.os.analysis.stratified", False),
        ("alpha", 0.05),
    ],
)
def test_one_value_changes_and_nothing_else(two_endpoints, path, value):
    design = two_endpoints()
    before = value_at(design, path)
    changed = replaced(design, {path: value})
    assert value_at(changed, path) == value
    assert before != value or before is False
    assert replaced(changed, {path: before}) == design


def test_a_table_replaces_a_table(two_endpoints):
    design = two_endpoints()
    split = {"kind": "split", "weights": {"pfs": 0.4, "os": 0.6}}
    changed = replaced(design, {"multiplicity": split})
    assert changed.multiplicity.kind == "split"


def test_a_field_left_out_can_be_given(two_endpoints):
    design = two_endpoints()
    assert value_at(design, "looks.1.max_wait") is None
    assert replaced(design, {"looks.1.max_wait": 40.0}).looks[0].max_wait == 40.0


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("patient", 100, "did you mean `patients`"),
        ("looks.4.events", 90, "a number from 1 to 3"),
        ("looks.0.events", 90, "a number from 1 to 3"),
        ("endpoints.dfs.alpha", 1, "one of pfs, os"),
        ("recruitment.sites.number", 10, "there is no `sites`"),
        ("patients.number", 10, "end the path there"),
        ("looks..events", 10, "names joined by dots"),
        ("alpha", 0.7, "`alpha` is 0.7"),
        ("looks.2.events", 10, "look"),
    ],
)
def test_bad_paths_and_values_get_one_sentence(two_endpoints, path, value, said):
    with pytest.raises(ValueError, match=r"\w") as caught:
        replaced(two_endpoints(), {path: value})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
