"""Guyot's algorithm on curves whose answer is known."""

import numpy as np

from models.curves.curve import ArmCurve, ReadingError
from models.curves.guyot import guyot
from models.survival import kaplan_meier, numbers_at_risk, survival_at

EXACT = ReadingError(survival=1e-6)


def curve_of(time, event, risk):
    km = kaplan_meier(time, event)
    months = np.unique(np.concatenate(([0.0], km.time)))
    counts = np.array(risk)
    return ArmCurve(months, survival_at(km, months), counts, numbers_at_risk(time, counts))


def test_without_censoring_the_answer_is_the_patients():
    time = np.array([1.0, 2.0, 2.0, 4.0, 7.0, 7.0, 9.0, 11.0])
    found = guyot(curve_of(time, np.ones(8, bool), (0.0, 3.0, 8.0)), error=EXACT)
    order = np.argsort(found.time)
    np.testing.assert_array_equal(found.time[order], time)
    assert found.event.all()


def test_numbers_at_risk_and_the_curve_are_met():
    rng = np.random.default_rng(4)
    event_time, end = rng.exponential(12, 150), rng.uniform(3, 30, 150)
    time, event = np.minimum(event_time, end), event_time <= end
    curve = curve_of(time, event, (0.0, 5.0, 10.0, 15.0, 20.0))
    found = guyot(curve, error=EXACT)
    np.testing.assert_array_equal(numbers_at_risk(found.time, curve.risk_time), curve.at_risk)
    again = survival_at(kaplan_meier(found.time, found.event), curve.time)
    assert np.abs(again - curve.survival)[curve.time < 20].max() < 0.01


def test_a_total_of_events_decides_the_tail():
    rng = np.random.default_rng(6)
    time, event = rng.exponential(10, 60), rng.random(60) < 0.6
    curve = curve_of(time, event, (0.0,))
    counts = {total: guyot(curve, error=EXACT, events=total).event.sum() for total in (28, 36)}
    assert counts[28] <= counts[36]
    assert abs(counts[36] - 36) <= 3, counts


def test_a_flat_curve_has_no_events():
    curve = ArmCurve(
        np.array([0.0, 5.0, 10.0]), np.ones(3), np.array([0.0, 6.0]), np.array([10, 4])
    )
    found = guyot(curve, error=EXACT)
    assert (found.time.size, found.event.sum()) == (10, 0)
    assert numbers_at_risk(found.time, curve.risk_time).tolist() == [10, 4]
