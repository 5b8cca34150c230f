"""The page on outputs names every column of the tables of models."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from analyses.effect_over_time.comparison import comparison_table
from models.time_varying.leave_one_out import LeftOut
from models.time_varying.stacking import compare_left_out

PAGE = Path(__file__).parents[3] / "docs" / "outputs.md"
SECTION = "## `replan effect-over-time --out DIR`"


def section():
    text = PAGE.read_text(encoding="utf-8")
    return text.split(SECTION)[1].split("\n## ")[0]


def test_columns_of_scores_are_named():
    scores = {name: [LeftOut(np.array([-1.0, -2.0]), np.zeros(2), 0)] for name in ("one", "two")}
    found = compare_left_out(scores, rng=np.random.default_rng(1))
    assert [name for name in found.columns if f"`{name}`" not in section()] == []


def test_columns_of_the_comparison_are_named():
    table = pd.DataFrame(
        {
            "estimand": ["hazard_ratio", "rmst_difference", *["survival_difference"] * 2],
            "time_months": [np.nan, 24.0, 12.0, 24.0],
            **dict.fromkeys(("mean", "median", "lower", "upper", "p_below_1"), 0.5),
        }
    )
    answer = SimpleNamespace(
        log_bayes_factor=0.0,
        standard_error=0.0,
        method="",
        gates=[],
        discrepancy=SimpleNamespace(p_as_large=0.5),
        readings=SimpleNamespace(
            table=table,
            similar=SimpleNamespace(prior=1.0, posterior=1.0, standard_error=0.0),
        ),
    )
    columns = comparison_table({"proportional": answer}).columns
    plain = [
        name for name in columns if not name.endswith(("difference_lower", "difference_upper"))
    ]
    assert [name for name in plain if f"`{name}`" not in section()] == []
