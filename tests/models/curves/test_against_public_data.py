"""Patients of R's public data sets, published as curves, and rebuilt from them."""

import numpy as np
import pytest

from models.curves.ensemble import reconstruct
from models.curves.fit_quality import fit_checks, fit_table
from models.curves.guyot import guyot
from models.curves.printed import PrintedFigures
from models.survival import cox, kaplan_meier, survival_at

LARGE = ("colon_death", "colon_recurrence", "rotterdam_death", "rotterdam_recurrence")
SMALL = ("gbsg", "lung", "veteran")
SETS = 8


def log_hr(control, rt):
    time = np.concatenate([control.time, rt.time])
    event = np.concatenate([control.event, rt.event])
    return cox(time, event, np.repeat([0, 1], [control.time.size, rt.time.size])).log_hr


@pytest.fixture(scope="module", params=[*LARGE, *SMALL])
def rebuilt(request, published):
    patients = published.patients(request.param)
    curves, error = published.read_both(patients, rng=np.random.default_rng(5))
    ensemble = reconstruct(curves, error=error, sets=SETS, rng=np.random.default_rng(6))
    return request.param, patients, curves, error, ensemble


def test_hazard_ratio_is_near_the_truth(rebuilt, published):
    name, _, _, _, ensemble = rebuilt
    truth = published.answers(name)["log_hr"]
    off = np.abs(ensemble.pairs.log_hr - truth).max()
    assert off < 0.02, f"{name}: a set is off by {off:.4f} in log HR"


def test_estimate_is_near_the_patients_own(rebuilt):
    name, patients, _, error, ensemble = rebuilt
    for index, arm in enumerate(("control", "rt")):
        here = patients.arm == index
        truth = kaplan_meier(patients.time[here], patients.event[here])
        grid = np.linspace(0, patients.time[here].max() - 2 * error.time, 2000)
        early, late = survival_at(truth, grid - error.time), survival_at(truth, grid + error.time)
        for time, event in zip(*ensemble.arms[arm], strict=True):
            found = survival_at(kaplan_meier(time, event), grid)
            off = np.maximum(found - early, late - found).max()
            assert off < 0.01, f"{name}, {arm}: {off:.4f} from the patients' own curve"


def test_every_set_fits_its_curve_and_numbers_at_risk(rebuilt):
    _, _, curves, error, ensemble = rebuilt
    table = fit_table(ensemble, curves, error=error)
    checks = fit_checks(table, ensemble, printed=PrintedFigures(), error=error, wanted=SETS)
    assert all(check.passed for check in checks), [check.text for check in checks]
    assert [check.name for check in checks] == [
        "number of sets",
        "distance from the curve",
        "numbers at risk",
    ]


def test_guyot_comes_near_too(rebuilt, published):
    name, _, curves, error, _ = rebuilt
    one = {arm: guyot(curve, error=error) for arm, curve in curves.items()}
    assert {arm: found.time.size for arm, found in one.items()} == {
        arm: curve.patients for arm, curve in curves.items()
    }
    off = abs(log_hr(one["control"], one["rt"]) - published.answers(name)["log_hr"])
    assert off < 0.05, f"{name}: off by {off:.4f} in log HR"
