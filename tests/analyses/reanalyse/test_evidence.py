"""Evidence levels side by side, in the direction RT versus control."""

import math
from pathlib import Path
from statistics import NormalDist

import pandas as pd
import pytest

from analyses.reanalyse.evidence import evidence_table, what_the_summaries_add
from models.record import load_record
from models.settings import NormalPrior

ROOT = Path(__file__).parents[3]
PFS = load_record(ROOT / "analyses" / "sohaib2025" / "published.toml").endpoints["pfs"]
INVENTED = load_record(ROOT / "tests" / "data" / "records" / "consistent.toml").endpoints["pfs"]


def level_one(mean=-0.6, sd=0.25):
    rows = {
        "hazard_ratio": {"median": 0.55, "lower": 0.33, "upper": 0.9},
        "log_hr": {"mean": mean, "sd": sd},
    }
    table = pd.DataFrame({"estimand": name, **row} for name, row in rows.items())
    return table.assign(**{"p_below_1": 0.99, "p_below_0.8": 0.93})


def test_level_zero_is_the_normal_posterior_in_closed_form():
    table = evidence_table(PFS, log_hr=NormalPrior(mean=0.1, sd=0.5), level_one=level_one())
    rows = table.set_index("level")
    beta = -math.log(1.99)
    sd = math.log(3.41 / 1.16) / (2 * 1.959964)
    flat = rows.loc["level 0, flat prior"]
    assert flat["log_hr_mean"] == pytest.approx(beta)
    assert flat["log_hr_sd"] == pytest.approx(sd)
    assert flat["hr_median"] == pytest.approx(1 / 1.99)
    assert flat["hr_lower"] == pytest.approx(math.exp(beta - 1.959964 * sd), rel=1e-6)
    assert flat["hr_upper"] == pytest.approx(math.exp(beta + 1.959964 * sd), rel=1e-6)
    precision = 1 / sd**2 + 1 / 0.5**2
    mean = (beta / sd**2 + 0.1 / 0.5**2) / precision
    exact = NormalDist(mean, precision**-0.5)
    level = rows.loc["level 0"]
    assert level["log_hr_mean"] == pytest.approx(mean)
    assert level["log_hr_sd"] == pytest.approx(precision**-0.5)
    assert level["p_below_1"] == pytest.approx(exact.cdf(0))
    assert level["p_below_0.8"] == pytest.approx(exact.cdf(math.log(0.8)))
    assert list(table["level"]) == ["level 0, flat prior", "level 0", "level 1"]


def test_level_one_is_the_table_of_estimands():
    row = evidence_table(PFS, log_hr=NormalPrior(), level_one=level_one()).iloc[2]
    assert tuple(row[["hr_median", "hr_lower", "hr_upper"]]) == (0.55, 0.33, 0.9)
    assert tuple(row[["log_hr_mean", "log_hr_sd"]]) == (-0.6, 0.25)
    assert tuple(row[["p_below_1", "p_below_0.8"]]) == (0.99, 0.93)


def test_a_ratio_printed_rt_versus_control_is_not_turned():
    flat = evidence_table(INVENTED, log_hr=NormalPrior(), level_one=level_one()).iloc[0]
    assert flat["hr_median"] == pytest.approx(0.62)
    assert flat["hr_upper"] < 1


@pytest.mark.parametrize(
    ("factor", "words"), [(1.0, "as wide as"), (0.9, "narrower than"), (1.1, "wider than")]
)
def test_words_give_shift_and_width(factor, words):
    levels = evidence_table(PFS, log_hr=NormalPrior(), level_one=level_one())
    zero = levels.iloc[1]
    moved = level_one(zero["log_hr_mean"] + 0.5 * zero["log_hr_sd"], factor * zero["log_hr_sd"])
    text = what_the_summaries_add(evidence_table(PFS, log_hr=NormalPrior(), level_one=moved))
    assert "by +0.50 of its standard deviation" in text
    assert f"{factor:.2f} times that of level 0 ({words} it)" in text
