"""The unit behind printed times, and the calendar."""

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from models.audit import UNITS, fit_units
from models.audit.times import check_times
from models.record import Figure, Record

CONSISTENT = Path(__file__).parents[2] / "data" / "records" / "consistent.toml"


def times(*texts: str) -> list[Figure]:
    return [Figure(text=text, unit="months", place="Results") for text in texts]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_times_kept_in_a_unit_are_attained_by_it(unit):
    rng = np.random.default_rng(20250828)
    per_month = float(unit.per_month)
    kept = rng.integers(2, 100, size=8)
    printed = [f"{number / per_month:.4f}" for number in kept]
    fits = {fit.unit.name: fit for fit in fit_units(times(*printed))}
    assert fits[unit.name].attained == tuple(kept)


def test_chance_is_the_share_of_printed_values_a_unit_attains():
    hundredths = times(*(f"{value / 100:.2f}" for value in range(100, 400)))
    for fit in fit_units(hundredths):
        share = sum(number is not None for number in fit.attained) / len(hundredths)
        # One grid point more or less at each end of the three months.
        assert share == pytest.approx(float(min(Fraction(1), fit.unit.per_month / 100)), abs=0.01)


def changed(**parts) -> Record:
    content = tomllib.loads(CONSISTENT.read_text(encoding="utf-8"))
    for key in ("statements", "relations"):
        content.pop(key)
    for key, value in parts.items():
        content[key] = content[key] | value
    return Record.model_validate(content)


def verdicts(record: Record) -> dict[str, str]:
    return {check.name: check.verdict for check in check_times(record)}


def test_days_over_thirty_are_recognised():
    (check,) = [c for c in check_times(changed()) if c.name.startswith("times: the unit")]
    assert check.verdict == "no_tension"
    assert check.arithmetic.startswith("days / 30 gives all 7 (12.33 = 370/30, ")


def test_times_of_no_unit_are_in_tension():
    def month(text):
        return {"text": text, "unit": "months", "place": "Results"}

    follow_up = {"median": month("12.311"), "minimum": month("3.219"), "maximum": month("34.357")}
    assert verdicts(changed(follow_up=follow_up))["times: the unit behind them"] == "in_tension"


def test_few_decimals_cannot_tell():
    def month(text):
        return {"text": text, "unit": "months", "place": "Results"}

    content = tomllib.loads(CONSISTENT.read_text(encoding="utf-8"))
    for endpoint in content["endpoints"].values():
        endpoint["median"] = {"rt": month("14"), "control": month("12")}
    record = changed(
        follow_up={"median": month("12"), "minimum": month("3"), "maximum": month("34")},
        endpoints=content["endpoints"],
    )
    assert verdicts(record)["times: the unit behind them"] == "not_checkable"


def test_follow_up_longer_than_the_calendar_fails():
    name = "follow_up.maximum: fits between first accrual and submission"
    assert verdicts(changed())[name] == "passed"
    # 2019-03-01 and 1,031 days of follow-up: 2021-12-26 is the first day that fits.
    assert verdicts(changed(manuscript={"received": date(2021, 12, 26)}))[name] == "passed"
    assert verdicts(changed(manuscript={"received": date(2021, 12, 25)}))[name] == "failed"


def test_follow_up_that_ends_before_accrual_is_in_tension():
    name = "follow_up.maximum: reaches the end of accrual"
    assert verdicts(changed())[name] == "no_tension"
    assert verdicts(changed(accrual={"last_month": "2022-06"}))[name] == "in_tension"


def test_progression_after_death_is_in_tension():
    content = tomllib.loads(CONSISTENT.read_text(encoding="utf-8"))
    content["endpoints"]["pfs"]["median"]["control"]["text"] = "13.37"
    found = verdicts(changed(endpoints=content["endpoints"]))
    assert found["medians, control: PFS not longer than OS"] == "in_tension"
    assert found["medians, rt: PFS not longer than OS"] == "no_tension"
