"""Figures that no patients can print together are named."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from models.reconstruction import conflict
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.conflict import name_conflict
from models.reconstruction.problem import MIDDLE, SHORTEST
from models.record import load_record
from models.settings import load_settings

pytestmark = pytest.mark.slow

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"
RECORD, SETTINGS = load_record(STUDY / "published.toml"), load_settings(STUDY / "reference.toml")


@pytest.fixture(autouse=True)
def _few_attempts(monkeypatch):
    """Half the searches: seeds are fixed, so what is found here is found every time."""
    monkeypatch.setattr(conflict, "ATTEMPTS", 2)


def named(endpoint, *, pool=None, **fields):
    """The sentence about one endpoint whose problem is changed; roles by number."""
    problem = assemble_problem(RECORD, endpoint, SETTINGS)
    for name, value in fields.items():
        problem[0][name] = value
    return name_conflict(problem, np.random.default_rng(1), pool=pool)


def windows(endpoint, **roles):
    found = assemble_problem(RECORD, endpoint, SETTINGS)[0]["windows"].copy()
    for role, window in roles.items():
        found[{"middle": MIDDLE, "shortest": SHORTEST}[role]] = window
    return found


def test_too_few_events_for_the_width_of_the_interval():
    """Limits 1.16 to 3.41 need an information of 13, and so more than 50 events."""
    alone = named("pfs", events_low=(5, 5), events_high=(5, 5))
    with ThreadPoolExecutor(2) as pool:
        assert named("pfs", pool=pool, events_low=(5, 5), events_high=(5, 5)) == alone
    assert alone == (
        "no set of patients reproduces the printed figures together; patients exist once the "
        "number of events or the hazard ratio with its limits is left out: check these figures "
        "against each other"
    )


def test_a_follow_up_median_above_both_medians_of_survival():
    sentence = named("os", windows=windows("os", middle=(30.495, 30.505)))
    assert "the follow-up median" in sentence
    assert sentence.endswith("left out: check these figures against each other")


@pytest.mark.calibration
def test_figures_that_conflict_in_more_than_one_way():
    sentence = named(
        "os",
        windows=windows("os", middle=(30.495, 30.505), shortest=(20.0, 20.01)),
        events_low=(3, 3),
        events_high=(3, 3),
    )
    assert sentence == (
        "no set of patients reproduces the printed figures together, and leaving out any one of "
        "them does not help; check all figures of this endpoint"
    )
