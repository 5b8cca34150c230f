"""A plan, finished trials without any sampling, and what a stored run must hold."""

from types import SimpleNamespace

import numpy as np
import pytest

from analyses.calibrate.data_swap import judge_quantity
from analyses.calibrate.plan import RANKED, SHOWN, CalibrationPlan
from analyses.calibrate.rank import RankedTrial
from models.settings import AnalysisSettings, FixedFollowUp, GammaBaseline


def reference_plan(**changes):
    settings = AnalysisSettings(
        name="reference",
        times="continuous",
        baseline=GammaBaseline(),
        placement="control",
        follow_up=FixedFollowUp(earliest=7.43, latest=35.93, loss=0.005),
    )
    return CalibrationPlan(**{"settings": settings, "seed": 3, **changes})


def invented_trial(kind, number, **changes):
    """A trial whose ranks are uniform and depend on its kind and number alone."""
    rng = np.random.default_rng([number, *kind.encode()])
    names = RANKED + SHOWN
    values = {
        "kind": kind,
        "number": number,
        "ranks": {name: int(rng.integers(0, 100)) for name in names},
        "truth": {name: float(rng.random()) for name in names},
        "ess": dict.fromkeys(names, 250.0 + number),
        "r_hat": 1.01,
        "round_trips": 150,
        "scans": 10_000,
        "failure": "",
        "discarded": {"median not reached": number % 2},
        "seconds": 5.0,
    }
    return RankedTrial(**{**values, **changes})


def judge_again(stored, *, names, trials):
    """Hold a stored run against its own ranks: every trial there, verdicts as judged anew."""
    assert stored["trials"] >= trials
    assert stored["sources"]
    assert {"python", "nutpie", "pymc"} <= set(stored["versions"])
    assert len(stored["failed"]) <= 0.02 * stored["trials"]
    assert [one["name"] for one in stored["quantities"]] == list(names)
    for one in stored["quantities"]:
        found = judge_quantity(one["name"], np.array(one["ranks"]))
        assert found.chi_square_p == pytest.approx(one["chi_square_p"])
        assert found.ecdf_p == pytest.approx(one["ecdf_p"])
        assert len(one["ranks"]) == stored["trials"]
        assert found.passed == one["passed"]
    assert stored["passed"]


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """The functions of this file."""
    return SimpleNamespace(
        reference_plan=reference_plan, invented_trial=invented_trial, judge_again=judge_again
    )
