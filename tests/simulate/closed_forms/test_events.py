"""Schoenfeld, Freedman and Lachin-Foulkes: stored answers of rpact, limits, inverses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.boundaries.scales import information_per_event
from simulate.closed_forms import (
    event_probability,
    freedman_events,
    freedman_power,
    lachin_foulkes_event_probability,
    lachin_foulkes_patients,
    lachin_foulkes_power,
    schoenfeld_events,
    schoenfeld_power,
)

LF: Any = {"control_hazard": 0.0634, "drop_out": 0.00427, "accrual": 24, "duration": 36}


@given(
    ratio=st.floats(0.3, 0.97),
    alpha=st.floats(0.005, 0.1),
    power=st.floats(0.5, 0.99),
    rt=st.sampled_from([0.5, 1, 2, 3]),
)
def test_power_is_the_inverse(ratio: float, alpha: float, power: float, rt: float) -> None:
    per_event = information_per_event(control=1, rt=rt)
    events = schoenfeld_events(ratio, alpha=alpha, power=power, per_event=per_event)
    back = schoenfeld_power(ratio, events=events, alpha=alpha, per_event=per_event)
    assert back == pytest.approx(power, abs=1e-9)
    events = freedman_events(ratio, alpha=alpha, power=power, rt=rt)
    assert freedman_power(ratio, events=events, alpha=alpha, rt=rt) == pytest.approx(
        power, abs=1e-9
    )
    for scale in ("log_hazard", "hazard"):
        patients = lachin_foulkes_patients(
            ratio, alpha=alpha, power=power, rt=rt, scale=scale, **LF
        )
        back = lachin_foulkes_power(ratio, patients=patients, alpha=alpha, rt=rt, scale=scale, **LF)
        assert back == pytest.approx(power, abs=1e-9)


def test_the_formulas_agree_for_a_small_effect() -> None:
    ratio = 0.999
    schoenfeld = schoenfeld_events(ratio)
    assert freedman_events(ratio) == pytest.approx(schoenfeld, rel=1e-6)
    seen = lachin_foulkes_event_probability(0.0634, drop_out=0.00427, accrual=24, duration=36)
    for scale in ("log_hazard", "hazard"):
        patients = lachin_foulkes_patients(ratio, scale=scale, **LF)
        assert patients * seen == pytest.approx(schoenfeld, rel=2e-3)


def test_power_against_the_wrong_direction_is_below_alpha() -> None:
    assert schoenfeld_power(1.2, events=200) < 0.025
    assert freedman_power(1.2, events=200) < 0.025
    assert lachin_foulkes_power(1.2, patients=300, **LF) < 0.025


def test_lachin_foulkes_gives_what_gsdesign_prints() -> None:
    # Printed example of gsDesign's nSurv: medians 20 and 40, 20 of 30 months accrual, 90% power.
    hazard = 0.6931471805599453 / 20
    choices: Any = {"accrual": 20, "duration": 30}
    patients = lachin_foulkes_patients(0.5, control_hazard=hazard, **choices)
    seen = [lachin_foulkes_event_probability(h, **choices) for h in (hazard, hazard / 2)]
    assert round(patients, 1) == 227.6
    assert round(patients * sum(seen) / 2, 1) == 88.7


def test_lachin_foulkes_probability_is_the_mean_over_entry_times() -> None:
    months = [12 + 24 * (i + 0.5) / 4000 for i in range(4000)]
    mean = event_probability(months, hazard=[0.06], drop_out=[0.01]).mean()
    found = lachin_foulkes_event_probability(0.06, drop_out=0.01, accrual=24, duration=36)
    assert found == pytest.approx(mean, rel=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: schoenfeld_events(1.0), "`hazard_ratio` must be positive and not 1, got 1.0"),
        (lambda: freedman_events(0.0), "`hazard_ratio` must be positive and not 1"),
        (lambda: schoenfeld_events(0.7, alpha=0.0), "0 < alpha < power < 1, got 0.0"),
        (lambda: freedman_events(0.7, power=0.01), "0 < alpha < power < 1, got 0.025 and 0.01"),
        (lambda: lachin_foulkes_patients(1.0, **LF), "positive and not 1"),
        (lambda: lachin_foulkes_patients(0.7, power=1.0, **LF), "0 < alpha < power < 1"),
        (lambda: lachin_foulkes_patients(0.7, **(LF | {"accrual": 40})), "at most `duration`"),
        (lambda: lachin_foulkes_patients(0.7, **(LF | {"control_hazard": 0})), "must be positive"),
    ],
)
def test_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
