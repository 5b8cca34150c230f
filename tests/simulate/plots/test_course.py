"""The course of a trial: what is expected against what is simulated, and its picture."""

import numpy as np
import pytest

from simulate.closed_forms import expected_events
from simulate.design.load import read_design
from simulate.engine.fields import MONTH
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.plots.course import expected_events_by_arm, trial_course
from simulate.plots.forecast import plot_forecast

CONTENT = {
    "name": "Invented",
    "patients": 200,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "looks": [{"events": 60}, {"months": 30.0}],
    "futility": {"kind": "hazard_ratio", "hr": [1.0]},
    "truths": [
        {
            "name": "planning",
            "control": {"median": 12.0},
            "effect": {"kind": "proportional", "hr": 0.7},
        }
    ],
}
TRIALS = 400


@pytest.fixture(scope="module")
def design():
    return read_design(CONTENT)


@pytest.fixture(scope="module")
def course(design):
    return trial_course(design, design.truths[0], seed=3, trials=TRIALS, points=31)


def test_events_are_those_of_the_closed_form(design):
    months = np.array([0.0, 5.0, 20.0, 33.3])
    found = expected_events_by_arm(design, design.truths[0], months)
    for arm, hazard in enumerate((np.log(2) / 12, 0.7 * np.log(2) / 12)):
        by_hand = expected_events(
            months, accrual_start=[0.0, 20.0], accrual_rate=[5.0], hazard=[hazard]
        )
        np.testing.assert_allclose(found[arm], by_hand, rtol=1e-9, atol=1e-12)


def test_the_middle_of_the_simulated_trials_is_what_is_expected(course):
    """Medians of 400 trials with sd 7 at most: SE 0.44, so 1.8 is 4 of them, and 0.5 of a count."""
    events = course["events"].sum("arm") - course["events_quantile"].sel(quantile=0.5)
    patients = course["patients"] - course["patients_quantile"].sel(quantile=0.5)
    assert float(abs(events).max()) < 2.3
    assert float(abs(patients).max()) < 2.3


def test_looks_are_those_of_the_engine(design, course):
    found = simulate_block(
        pack_scenario(design, design.truths[0]), seed=3, first=0, trials=TRIALS
    ).found
    by_hand = np.quantile(found[..., MONTH], [0.1, 0.5, 0.9], axis=0)
    np.testing.assert_allclose(course["look_month"].values, by_hand, rtol=1e-14)
    assert course["look_month"].sel(look=2).values.tolist() == [30.0] * 3
    assert course["look_events"].sel(look=1).values.tolist() == [60.0] * 3
    assert course["month"].values[-1] == 32.0


def test_bands_of_events_cross_the_looks(design, course):
    """By the month of a look half the trials have its events, on the grid to 1 event."""
    events = course["events_quantile"].sel(quantile=0.5)
    at = float(course["look_month"].sel(look=1, quantile=0.5))
    assert float(events.interp(month=at)) == pytest.approx(60.0, abs=1.5)


def test_the_picture_marks_each_look(made_up):
    course = made_up.course()
    ax = plot_forecast(course)
    texts = [text.get_text() for text in ax.texts]
    assert "look 1\n150 events\nmonth 30.0\n(28.5 to 31.5)" in texts
    assert len(texts) == 3
    lines = made_up.named(ax)
    assert lines["events"].get_ydata() == pytest.approx(course["events"].sum("arm").values)
    assert lines["events-rt"].get_ydata() == pytest.approx(course["events"].sel(arm="rt").values)


def test_of_many_looks_a_few_are_labelled(made_up):
    texts = [text.get_text() for text in plot_forecast(made_up.course(looks=12)).texts]
    assert 2 <= len(texts) <= 6
    assert texts[-1].startswith("look 12\n300 events")
