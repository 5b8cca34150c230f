"""Means, SDs, medians and ranges of real values always pass; impossible ones fail."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.audit.measurements import check_measurements
from models.record import Record


def record(*, n, step, spread=None, span=None, other=None) -> Record:
    """Make a record with one measurement, the same in both arms."""
    row = {"label": "Score", "place": "Table 1"}
    if step:
        row["step"] = step
    if spread:
        row["mean_sd"] = {"rt": spread, "control": spread}
    if span:
        row["median_range"] = {"rt": span, "control": span}
    ratio = {"text": "0.80", "unit": "ratio", "place": "Results"}
    arm = {"n": n, "label": "arm", "place": "Methods"}
    return Record.model_validate(
        {
            "format": 1,
            "trial": {"name": "Test"},
            "arms": {"control": arm, "rt": arm},
            "endpoints": {
                "os": {
                    "hazard_ratio": ratio,
                    "lower": ratio | {"text": "0.60"},
                    "upper": ratio | {"text": "1.07"},
                    "direction": "rt_vs_control",
                }
            },
            "measurements": {"score": row, **(other or {})},
        }
    )


def verdicts(record: Record) -> dict[str, str]:
    checks = check_measurements(record)
    return {
        c.name.removeprefix("measurements."): c.verdict for c in checks if ".control" not in c.name
    }


def printed(value: Fraction | Decimal, decimals: int) -> str:
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


@settings(max_examples=200)
@given(
    values=st.lists(st.integers(0, 60), min_size=3, max_size=45),
    halves=st.booleans(),
    decimals=st.integers(0, 2),
)
def test_what_real_values_print_always_passes(values, halves, decimals):
    step = Fraction(1, 2) if halves else Fraction(1)
    data, n = sorted(value * step for value in values), len(values)
    mean = sum(data, Fraction(0)) / n
    variance = sum(((x - mean) ** 2 for x in data), Fraction(0)) / (n - 1)
    sd = (Decimal(variance.numerator) / variance.denominator).sqrt()
    median = (data[(n - 1) // 2] + data[n // 2]) / 2
    spread = f"{printed(mean, decimals)} ± {printed(sd, decimals)}"
    low, middle, high = (printed(value, 2) for value in (data[0], median, data[-1]))
    found = verdicts(
        record(n=n, step="0.5" if halves else "1", spread=spread, span=f"{middle} ({low}–{high})")
    )
    assert len(found) == 3
    assert set(found.values()) == {"passed"}


@pytest.mark.parametrize(
    ("spread", "span", "failing"),
    [
        ("62.1 ± 9.69", "63 (34–80)", ""),
        ("48.0 ± 20.0", "63 (34–80)", "mean within what median and range allow"),
        ("71.9 ± 9.69", "63 (34–80)", "mean within what median and range allow"),
        ("62.1 ± 24.0", "63 (34–80)", "SD within what range, mean and median allow"),
        ("62.1 ± 5.20", "63 (34–80)", "SD within what range, mean and median allow"),
        ("68.0 ± 5.40", "62 (34–80)", "SD within what range, mean and median allow"),
        ("62.1 ± 22.0", "81 (34–80)", "mean within what median and range allow"),
    ],
)
def test_impossible_means_and_sds_fail(spread, span, failing):
    found = verdicts(record(n=37, step=None, spread=spread, span=span))
    assert [name for name, verdict in found.items() if verdict == "failed"] == (
        [f"score.rt: {failing}"] if failing else []
    )


def test_the_bounds_are_reached():
    # Nine values 0, nine at the median 10 and one 20: the smallest mean that 19 values allow.
    reached = verdicts(record(n=19, step=None, spread="5.79 ± 6", span="10 (0–20)"))
    below = verdicts(record(n=19, step=None, spread="5.2 ± 6", span="10.0 (0.0–20.0)"))
    name = "score.rt: mean within what median and range allow"
    assert (reached[name], below[name]) == ("passed", "failed")


@pytest.mark.parametrize(
    ("spread", "verdict"),
    [("8.22 ± 1.20", "passed"), ("8.21 ± 1.20", "failed"), ("8.22 ± 1.21", "failed")],
)
def test_means_and_sds_that_whole_numbers_cannot_have_fail(spread, verdict):
    # 304 / 37 = 8.216 and 303 / 37 = 8.189; the sum of squares is whole and as even as the sum.
    found = verdicts(record(n=37, step="1", spread=spread))
    assert found["score.rt: values in whole steps"] == verdict


def test_medians_between_whole_steps_need_an_even_number():
    name = "score.rt: values in whole steps"
    assert verdicts(record(n=36, step="1", span="8.5 (6.0–11.0)"))[name] == "passed"
    assert verdicts(record(n=37, step="1", span="8.5 (6.0–11.0)"))[name] == "failed"
    assert verdicts(record(n=37, step="1", span="8.0 (6.0–10.5)"))[name] == "failed"


def test_very_fine_steps_say_nothing():
    found = verdicts(record(n=37, step="0.000001", spread="8 ± 1"))
    assert found["score.rt: values in whole steps"] == "passed"


@pytest.mark.parametrize(("n", "verdict"), [(18, "passed"), (19, "failed")])
def test_no_more_than_half_lie_above_the_median(n, verdict):
    older = {
        "label": "G8",
        "place": "Table 1",
        "n": {"rt": n, "control": n},
        "selected_by": {"measurement": "score", "above": "65", "place": "Methods"},
    }
    found = verdicts(record(n=37, step=None, span="63 (34–80)", other={"older": older}))
    assert found["older.rt: as many as its selection allows"] == verdict


def test_a_selection_without_its_median_is_not_checkable():
    older = {
        "label": "G8",
        "place": "Table 1",
        "n": {"rt": 3, "control": 3},
        "selected_by": {"measurement": "score", "above": "65", "place": "Methods"},
    }
    found = verdicts(record(n=37, step=None, spread="62.1 ± 9.69", other={"older": older}))
    assert found["older.rt: as many as its selection allows"] == "not_checkable"
