"""VALIDATION.md is up to date with registry, requirements and stored results; requirements hold."""

import json

import pytest

from analyses.selftest.registry import checks
from analyses.selftest.requirements import areas, requirements
from analyses.selftest.validation import FILE, REPORT, ROOT, validation_text

STORED = json.loads((ROOT / REPORT).read_text(encoding="utf-8"))
EVERY = requirements()


def test_the_page_is_what_make_validation_writes():
    text = (ROOT / FILE).read_text(encoding="utf-8")
    assert text == validation_text(STORED), "run make validation"


def test_the_stored_report_is_of_the_checks_as_they_are():
    """Names, requirements, grades, claims and sources; figures may differ in their last digits."""
    kept = ("name", "requirement", "grade", "claim", "source")
    told = [tuple(check[name] for name in kept) for check in STORED["checks"]]
    now = [tuple(getattr(check, name) for name in kept) for check in checks(full=STORED["full"])]
    assert told == now, "run make validation"
    assert STORED["passed"]


def test_observed_figures_are_within_their_limits():
    for check in STORED["checks"]:
        assert check["verdict"] == "passed", check
        assert check["observed"] <= check["limit"], check
        assert check["cases"] > 0, check


@pytest.mark.parametrize("name", EVERY)
def test_every_requirement_has_tests_that_exist(name):
    requirement = EVERY[name]
    assert requirement.tests
    assert len(requirement.words) > 30
    assert requirement.words.endswith(".")
    for tested in requirement.tests:
        path = ROOT / tested.path
        assert path.is_file(), tested.path
        text = path.read_text(encoding="utf-8")
        assert "def test_" in text
        if tested.long:
            assert "mark.calibration" in text, f"{tested.path} is not marked as long"
    for stored in requirement.stored:
        told = json.loads((ROOT / stored.path).read_text(encoding="utf-8"))
        assert told["passed"] is True, stored.path


def test_requirements_have_names_of_their_own():
    names = [one.id for area in areas() for one in area.requirements]
    assert len(names) == len(set(names)) >= 35
