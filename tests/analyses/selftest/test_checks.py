"""Every check of the self-test holds, and fails when the function that it judges is wrong."""

import importlib
import sys

import numpy as np
import pytest

from analyses.selftest.check import GRADES, Check, Finding, Worst
from analyses.selftest.registry import MODULES, checks
from analyses.selftest.requirements import requirements
from analyses.selftest.run import run_check

QUICK = 3.0
CHECKS = checks(full=True)


def marked(check):
    """Long ones belong to `make prove`, those of some seconds are slow."""
    marks = [pytest.mark.slow] if check.seconds > QUICK else []
    return pytest.param(check, marks=marks, id=check.name)


def module_of(check):
    """The module of a check, which has imported the function that it judges."""
    for name in MODULES:
        module = importlib.import_module(f"analyses.selftest.checks.{name}")
        if check in module.CHECKS:
            return module
    raise AssertionError(check.name)


SHORT = [check for check in CHECKS if not check.full]
every_check = pytest.mark.parametrize("check", [marked(check) for check in SHORT])


@every_check
def test_it_holds(check):
    outcome = run_check(check)
    assert outcome.verdict == "passed", (outcome.finding, outcome.error)


@every_check
def test_it_fails_when_what_it_judges_is_wrong(check, broken, monkeypatch):
    if check.name in {"operating characteristics", "posterior by sampling"}:
        monkeypatch.setattr(sys.modules["analyses.selftest.plain_trials"], "CHUNK", 500)
        monkeypatch.setattr(module_of(check), "TRIALS", 1000, raising=False)
        monkeypatch.setattr(module_of(check), "SETS", 1, raising=False)
    monkeypatch.setattr(*subject_of(check), broken(getattr(*subject_of(check))))
    outcome = run_check(check)
    assert outcome.verdict == "failed", (outcome.finding, outcome.error)


def subject_of(check):
    """Where the function that a check judges is called from."""
    home, _, name = check.subject.rpartition(".")
    here = module_of(check)
    assert callable(getattr(importlib.import_module(home), name)), check.subject
    return (here if hasattr(here, name) else importlib.import_module(home)), name


def test_every_check_is_described_and_belongs_to_a_requirement():
    assert len({check.name for check in CHECKS}) == len(CHECKS) >= 40
    known = requirements()
    for check in CHECKS:
        assert check.requirement in known, check.name
        assert check.grade in GRADES
        assert check.claim.endswith("."), check.name
        assert check.source
        assert subject_of(check)


def test_grades_of_every_kind_are_there():
    assert {check.grade for check in CHECKS} == set(GRADES)
    assert sum(check.grade == "external oracle" for check in CHECKS) >= 20


def a_check(compare):
    return Check(
        name="invented", requirement="survival.curves", grade="regression", claim="It holds.",
        source="here", subject="models.survival.cox.cox", compare=compare,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (Finding(1.0, 1.0, "", 1), "passed"),
        (Finding(1.1, 1.0, "", 1), "failed"),
        (Finding(float("nan"), 1.0, "", 1), "failed"),
        (Finding(0.0, 1.0, "", 0), "failed"),
    ],
)
def test_a_verdict_goes_by_the_limit(finding, verdict):
    assert run_check(a_check(lambda: finding)).verdict == verdict


def test_a_comparison_that_breaks_off_has_failed():
    def broken_off():
        raise ZeroDivisionError("on\npurpose")

    outcome = run_check(a_check(broken_off))
    assert outcome.verdict == "failed"
    assert outcome.error == "ZeroDivisionError: on purpose"


def test_the_worst_difference_counts():
    worst = Worst(1.0, "difference")
    worst.absolute([1.0, np.inf], [1.0, np.inf], "equal")
    assert worst.finding() == Finding(0.0, 1.0, "difference", 2, "")
    worst.relative(2.2, 2.0, "a tenth")
    worst.absolute([1.0, 2.0], [1.0, 1.5], "half")
    assert worst.finding() == Finding(0.5, 1.0, "difference", 5, "half")
    worst.absolute([1.0], [1.0, 2.0], "another shape")
    assert np.isnan(worst.finding().observed)
    worst.absolute(3.0, 1.0, "after one that is not a number")
    assert not worst.finding().passed
