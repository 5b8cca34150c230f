"""Settings of a joint analysis: the two that ship, and what is refused."""

from pathlib import Path

import pytest

from models.illness_death.priors import TRANSITIONS
from models.joint.settings import load_joint_settings

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"


def test_the_joint_reference_is_the_agreed_one():
    settings = load_joint_settings(STUDY / "joint_reference.toml")
    assert (settings.times, settings.clock, settings.placement) == (
        "continuous",
        "forward",
        "symmetric",
    )
    priors = settings.transitions()
    assert [priors[name].cuts for name in TRANSITIONS] == [(3, 6, 9, 12, 18), (), (3, 6, 9, 12, 18)]
    assert [priors[name].baseline.model_dump() for name in TRANSITIONS] == [
        {"kind": "gamma", "shape": 1.0, "rate": rate} for rate in (16.667, 333.0, 16.667)
    ]
    assert [priors[name].log_hr.sd for name in TRANSITIONS] == [1.0, 0.5, 1.0]
    assert [priors[name].log_hr.mean for name in TRANSITIONS] == [0.0, 0.0, 0.0]
    assert settings.follow_up.model_dump() == {
        "kind": "fixed",
        "earliest": 7.43,
        "latest": 35.93,
        "loss": 0.005,
    }
    assert settings.documented_progressions == "exact"


def test_the_default_knows_days_and_leaves_follow_up_free():
    settings = load_joint_settings(STUDY / "joint.toml")
    assert (settings.times, settings.follow_up.kind) == ("days", "free")
    assert settings.sets == 100
    assert settings.sampler.chains >= 4


VALID = """
name = "x"
[progression]
cuts = [3, 6]
[death_without_progression]
[death_after_progression]
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("cuts = [3, 6]", "cuts = [6, 3]", "strictly increasing"),
        ("cuts = [3, 6]", "cuts = [0, 3]", "cuts"),
        ('name = "x"', 'name = "x"\nclock = "backward"', "clock"),
        ('name = "x"', "", "name"),
        ("[death_after_progression]", "[death_afterwards]", "death_after_progression"),
        ("cuts = [3, 6]", "log_hr = { mean = 0, sd = -1 }", "sd"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, old, new, told):
    path = tmp_path / "settings.toml"
    path.write_text(VALID, encoding="utf-8")
    assert load_joint_settings(path).clock == "forward"
    path.write_text(VALID.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=told) as error:
        load_joint_settings(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_too_many_cuts_are_refused(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(VALID.replace("[3, 6]", str(list(range(1, 40)))), encoding="utf-8")
    with pytest.raises(ValueError, match="39 cuts"):
        load_joint_settings(path)
