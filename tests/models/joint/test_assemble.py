"""From record and settings to the joint problem: figures, progressions, transitions, refusals."""

from pathlib import Path

import numpy as np
import pytest

from models.joint.assemble import assemble_joint
from models.joint.problem import FORWARD, RESET
from models.joint.settings import load_joint_settings
from models.reconstruction.problem import CONTROL_MEDIAN, GAMMA, MIDDLE, RT_MEDIAN
from models.record import load_record

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"


@pytest.fixture(scope="module")
def record():
    return load_record(STUDY / "published.toml")


@pytest.fixture(scope="module")
def reference():
    return load_joint_settings(STUDY / "joint_reference.toml")


def changed(record, endpoint, **fields):
    """The record with another endpoint."""
    own = record.endpoints[endpoint].model_copy(update=fields)
    return record.model_copy(update={"endpoints": {**record.endpoints, endpoint: own}})


def test_every_printed_figure_is_there(record, reference):
    problem = assemble_joint(record, reference)[0]
    assert list(problem["pfs"]["used"]) == [1, 1, 0, 0, 0, 0]
    assert list(problem["os"]["used"]) == [1, 1, 1, 1, 0, 1]
    assert problem["pfs"]["windows"][CONTROL_MEDIAN] == pytest.approx((10.925, 10.935))
    assert problem["pfs"]["windows"][RT_MEDIAN] == pytest.approx((15.365, 15.375))
    assert problem["os"]["windows"][CONTROL_MEDIAN] == pytest.approx((13.725, 13.735))
    assert problem["os"]["windows"][MIDDLE] == pytest.approx((13.495, 13.505))
    assert problem["pfs"]["hr"] == pytest.approx((1.985, 1.995))
    assert problem["os"]["upper"] == pytest.approx((3.455, 3.465))


def test_documented_progressions_are_exact_or_bounds(record, reference):
    problem = assemble_joint(record, reference)[0]
    assert problem["progressions_low"].tolist() == [35, 22]
    assert problem["progressions_high"].tolist() == [35, 22]
    loose = reference.model_copy(update={"documented_progressions": "at_least"})
    problem = assemble_joint(record, loose)[0]
    assert problem["progressions_low"].tolist() == [0, 0]
    assert problem["progressions_high"].tolist() == [38, 37]
    assert problem["pfs"]["events_low"].tolist() == [35, 22]


def test_transitions_have_their_own_intervals_and_priors(record, reference):
    problem = assemble_joint(record, reference)[0]
    assert [int(problem[name]["intervals"]) for name in ("progression", "death", "after")] == [
        6,
        1,
        6,
    ]
    assert [float(problem[name]["rate"]) for name in ("progression", "death", "after")] == [
        16.667,
        333.0,
        16.667,
    ]
    for name in ("progression", "death", "after"):
        assert problem[name]["baseline"] == GAMMA
        assert problem[name]["symmetric"] == 0.5
    assert problem["clock"] == FORWARD
    reset = assemble_joint(record, reference.model_copy(update={"clock": "reset"}))[0]
    assert reset["clock"] == RESET


def test_equal_times_of_both_endpoints_are_refused(record, reference):
    median = record.endpoints["pfs"].median.model_copy(update={"control": record.follow_up.median})
    with pytest.raises(ValueError, match="control median of PFS and the follow-up median of OS"):
        assemble_joint(changed(record, "pfs", median=median), reference)


def test_equal_medians_of_different_arms_are_fine(record, reference):
    os = record.endpoints["os"].median
    median = record.endpoints["pfs"].median.model_copy(update={"rt": os["control"]})
    problem = assemble_joint(changed(record, "pfs", median=median), reference)[0]
    assert np.array_equal(
        problem["pfs"]["windows"][RT_MEDIAN], problem["os"]["windows"][CONTROL_MEDIAN]
    )


def test_a_record_without_pfs_is_refused(record, reference):
    alone = record.model_copy(update={"endpoints": {"os": record.endpoints["os"]}})
    with pytest.raises(ValueError, match="no endpoint `pfs`"):
        assemble_joint(alone, reference)
