"""From record and settings to the sampler's problem, and what is refused on the way."""

import math
from pathlib import Path

import numpy as np
import pytest

from models.reconstruction.assemble import (
    accrual_months,
    assemble_problem,
    latest_cut_months,
    longest_follow_up,
)
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    GAMMA,
    HIERARCHICAL_GAMMA,
    LONGEST,
    MIDDLE,
    RANDOM_WALK,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
)
from models.record import Record, load_record
from models.settings import (
    AnalysisSettings,
    FreeFollowUp,
    NormalPrior,
    RandomWalkBaseline,
    load_settings,
)

ROOT = Path(__file__).parents[3]
PUBLISHED = load_record(ROOT / "analyses" / "sohaib2025" / "published.toml")
INVENTED = load_record(ROOT / "tests" / "data" / "records" / "consistent.toml")
DAYS = AnalysisSettings(name="days")
REFERENCE = load_settings(ROOT / "analyses" / "sohaib2025" / "reference.toml")


def changed(record: Record, path: str, value: object) -> Record:
    """A record with one field replaced by a path such as "arms.rt.n"."""
    content = record.model_dump(mode="json", exclude_none=True)
    *above, last = path.split(".")
    place = content
    for part in above:
        place = place[part]
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    content = {k: v for k, v in content.items() if k not in ("statements", "relations")}
    content = {k: v for k, v in content.items() if k not in ("categories", "measurements")}
    return Record.model_validate(content)


def figure(text: str, unit: str = "months") -> dict[str, str]:
    return {"text": text, "unit": unit, "place": "test"}


def problem(record: Record = PUBLISHED, endpoint: str = "os", settings=DAYS) -> np.void:
    return assemble_problem(record, endpoint, settings)[0]


def days(window) -> list[int]:
    """Whole days whose latent times lie in a window."""
    low, high = (float(end) * 30 for end in window)
    return [day for day in range(1200) if low <= day - 0.5 + 1e-9 and day + 0.5 <= high + 1e-9]


def test_a_time_to_two_decimals_is_one_day():
    found = problem(endpoint="pfs")
    assert found["grid"] == 30
    assert days(found["windows"][RT_MEDIAN]) == [461]
    assert days(found["windows"][CONTROL_MEDIAN]) == [328]


def test_a_time_to_one_decimal_is_several_days():
    """13.45 to 13.55 months of 30 days: 403.5 to 406.5, the high end excluded."""
    record = changed(PUBLISHED, "endpoints.os.median.control", figure("13.5"))
    assert days(problem(record)["windows"][CONTROL_MEDIAN]) == [404, 405, 406]


def test_a_day_on_the_edge_of_a_window_is_inside_below_and_outside_above():
    """13.0 and 13.1 meet at 391.5 days; 12.5 to 13.5 meets days 375 and 405 exactly."""
    record = changed(PUBLISHED, "endpoints.os.median.control", figure("13"))
    assert days(problem(record)["windows"][CONTROL_MEDIAN]) == list(range(375, 405))


def test_continuous_times_keep_the_window_of_the_digits():
    found = problem(endpoint="pfs", settings=REFERENCE)
    assert found["grid"] == 0
    assert tuple(found["windows"][RT_MEDIAN]) == pytest.approx((15.365, 15.375))


def test_follow_up_figures_belong_to_overall_survival():
    overall, progression = problem(), problem(endpoint="pfs")
    assert overall["used"].tolist() == [1, 1, 1, 1, 0, 1]
    assert progression["used"].tolist() == [1, 1, 0, 0, 0, 0]
    assert days(overall["windows"][SHORTEST]) == [135]
    assert days(overall["windows"][MIDDLE]) == [405]
    assert days(overall["windows"][LONGEST]) == [1078]
    assert overall["cap"] == progression["cap"] == pytest.approx(1078.5 / 30)


def test_an_even_number_of_patients_has_two_in_the_middle():
    found = problem(INVENTED)
    assert found["n"] % 2 == 0
    assert found["used"].tolist() == [1] * 6
    for role in (MIDDLE, UPPER_MIDDLE):
        assert tuple(found["windows"][role]) == pytest.approx((12.325, 12.335))


def test_reverse_kaplan_meier_figures_bind_no_patient():
    found = problem(changed(PUBLISHED, "follow_up.of", "reverse Kaplan-Meier"))
    assert found["used"].tolist() == [1, 1, 0, 0, 0, 0]
    assert math.isinf(found["cap"])


def test_a_median_that_is_not_printed_is_not_used():
    found = problem(changed(PUBLISHED, "endpoints.os.median.rt", None))
    assert found["used"][[CONTROL_MEDIAN, RT_MEDIAN]].tolist() == [1, 0]


def test_ratios_are_control_versus_rt_in_either_direction_of_print():
    found = problem(endpoint="pfs")
    assert tuple(found["hr"]) == pytest.approx((1.985, 1.995))
    assert tuple(found["upper"]) == pytest.approx((3.405, 3.415))
    turned = problem(INVENTED, "pfs")
    assert tuple(turned["hr"]) == pytest.approx((1 / 0.625, 1 / 0.615))
    assert tuple(turned["lower"]) == pytest.approx((1 / 0.995, 1 / 0.985))
    assert tuple(turned["upper"]) == pytest.approx((1 / 0.395, 1 / 0.385))


def test_events_are_bounds_counts_or_unknown():
    bounds, counts, unknown = problem(endpoint="pfs"), problem(INVENTED, "pfs"), problem()
    assert (bounds["events_low"].tolist(), bounds["events_high"].tolist()) == ([35, 22], [38, 37])
    assert counts["events_low"].tolist() == counts["events_high"].tolist() == [38, 36]
    assert (unknown["events_low"].tolist(), unknown["events_high"].tolist()) == ([0, 0], [38, 37])
    assert (bounds["n_control"], bounds["n"]) == (38, 75)


def test_priors_of_each_baseline():
    gamma, mixed = problem(settings=REFERENCE), problem()
    walk = problem(
        settings=DAYS.model_copy(
            update={
                "baseline": RandomWalkBaseline(log_mean=-3, log_sd=0.7, step=0.2),
                "log_hr": NormalPrior(mean=-0.1, sd=0.4),
            }
        )
    )
    assert (gamma["baseline"], gamma["shape"], gamma["rate"]) == (GAMMA, 1, 16.667)
    assert gamma["symmetric"] == 0
    assert (mixed["baseline"], mixed["rate_shape"]) == (HIERARCHICAL_GAMMA, 1)
    assert mixed["rate"] == pytest.approx(1 / 0.06)
    assert mixed["symmetric"] == 0.5
    assert walk["baseline"] == RANDOM_WALK
    assert (walk["walk_mean"], walk["walk_sd"], walk["walk_step"]) == (-3, 0.7, 0.2)
    assert (walk["log_hr_mean"], walk["log_hr_sd"]) == (-0.1, 0.4)
    assert gamma["intervals"] == 6
    assert gamma["cuts"][:5].tolist() == [3, 6, 9, 12, 18]


def test_fixed_follow_up_ends_between_two_times_and_cuts_windows_there():
    found = problem(settings=REFERENCE)
    assert found["free_follow_up"] == 0
    assert found["cut_low"] == found["cut_high"] == 35.93
    assert found["accrual"] == pytest.approx(28.5)
    assert found["loss"] == 0.005
    assert tuple(found["windows"][LONGEST]) == pytest.approx((35.925, 35.93))


def test_free_follow_up_ends_from_the_longest_time_to_the_day_received():
    """15 September 2020 to 15 January 2023 is 852 days, to 28 August 2024 1443."""
    found = problem()
    assert found["free_follow_up"] == 1
    assert found["accrual"] == pytest.approx(852 / 30)
    assert (found["cut_low"], found["cut_high"]) == pytest.approx((1078.5 / 30, 1443 / 30))
    assert accrual_months(PUBLISHED, days_per_month=30) == pytest.approx(852 / 30)
    assert latest_cut_months(PUBLISHED, days_per_month=30) == pytest.approx(1443 / 30)
    assert longest_follow_up(PUBLISHED) == 35.93


def test_settings_come_before_the_calendar_and_a_year_is_allowed_without_a_date():
    free = DAYS.model_copy(update={"follow_up": FreeFollowUp(accrual=20.0, latest=40.0)})
    found = problem(settings=free)
    assert (found["accrual"], found["cut_high"]) == (20, 40)
    undated = problem(changed(PUBLISHED, "manuscript", None))
    assert undated["cut_high"] - undated["cut_low"] == pytest.approx(12)


def test_what_the_record_does_not_have_is_none():
    bare = changed(changed(PUBLISHED, "accrual", None), "follow_up", None)
    assert accrual_months(bare, days_per_month=30) is None
    assert latest_cut_months(bare, days_per_month=30) is None
    assert longest_follow_up(bare) is None


@pytest.mark.parametrize(
    ("path", "value", "settings", "sentence"),
    [
        (
            "endpoints.os.median.rt",
            figure("18.31"),
            DAYS,
            'the RT median 18.31 is no whole number of days over 30; with times = "days" every '
            'printed time must be one, set times = "continuous" or correct days_per_month',
        ),
        (
            "follow_up.maximum",
            figure("35.91"),
            DAYS,
            "the follow-up maximum 35.91 is no whole number of days over 30",
        ),
        ("endpoints.os.ci_level", 0.9, DAYS, "the confidence level is 0.9; the sampler takes 95%"),
        (
            "arms.rt.n",
            1000,
            DAYS,
            "the arms have 38 and 1000 patients; the sampler takes at most 1024 together: use a "
            "normal approximation (level 0) for so large a trial",
        ),
        ("accrual", None, DAYS, "the record has no accrual months; a free follow-up needs the"),
        (
            "manuscript.received",
            "2023-02-01",
            DAYS,
            "the latest possible data cut is 28.97 months after the first patient but the longest "
            "follow-up 35.95; the cut must come later",
        ),
        (
            "follow_up.maximum",
            figure("40.00"),
            REFERENCE,
            "the follow-up maximum is 39.995 months or later but follow-up ends at 35.93; no "
            "printed time may lie beyond it, raise `follow_up.latest` in the settings",
        ),
    ],
)
def test_what_cannot_be_assembled_is_one_sentence(path, value, settings, sentence):
    with pytest.raises(ValueError) as caught:
        assemble_problem(changed(PUBLISHED, path, value), "os", settings)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_endpoint_that_the_record_lacks():
    record = changed(PUBLISHED, "endpoints.pfs", None)
    with pytest.raises(ValueError, match="the record has no endpoint `pfs`; it has os, choose"):
        assemble_problem(record, "pfs", DAYS)


def test_more_printed_times_than_patients_are_refused():
    """The search of a start gives each printed time to a patient of its own."""
    record = changed(changed(PUBLISHED, "endpoints.pfs", None), "arms.rt.n", 2)
    record = changed(record, "arms.control.n", 2)
    with pytest.raises(ValueError, match=r"prints 6 times of patients .* but has only 4 patients"):
        assemble_problem(record, "os", DAYS)
