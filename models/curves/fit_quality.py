"""How well sets of patients fit the curves, numbers at risk and figures that they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.curves.curve import ArmCurve, Array, ReadingError
from models.curves.ensemble import Ensemble
from models.curves.printed import PrintedFigures
from models.interval_estimate import Z_95
from models.survival.intervals import ARMS
from models.survival.kaplan_meier import (
    KaplanMeierCurve,
    kaplan_meier,
    median_time,
    numbers_at_risk,
    survival_at,
)

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-9


def fit_table(
    ensemble: Ensemble, curves: Mapping[str, ArmCurve], *, error: ReadingError
) -> pd.DataFrame:
    """Tabulate the fit of each set.

    Returns
    -------
    pandas.DataFrame
        One row a set: `imputation`; for each arm `largest_…` and `rms_…` (distance of the
        Kaplan–Meier estimate from the points), `beyond_…` (largest distance when each point may
        lie anywhere within the reading error of time), `at_risk_…` (numbers at risk met),
        `counts_…` (of so many), `events_…`, `median_…` (months); and `hr`, `hr_lower`,
        `hr_upper`, RT versus control with 95% limits.
    """
    import pandas as pd

    rows = []
    for index in range(ensemble.sets):
        row: dict[str, float | int] = {"imputation": index}
        for arm in ARMS:
            time, event = ensemble.arms[arm].time[index], ensemble.arms[arm].event[index]
            estimate = kaplan_meier(time, event)
            row |= {
                f"{name}_{arm}": value
                for name, value in _one(estimate, time, curves[arm], error).items()
            }
            row[f"events_{arm}"] = int(event.sum())
            row[f"median_{arm}"] = median_time(estimate)
        log_hr, margin = ensemble.pairs.log_hr[index], Z_95 * ensemble.pairs.standard_error[index]
        ratios = np.exp([log_hr, log_hr - margin, log_hr + margin])
        rows.append(row | dict(zip(("hr", "hr_lower", "hr_upper"), ratios.tolist(), strict=True)))
    return pd.DataFrame(rows)


def _one(
    estimate: KaplanMeierCurve, time: Array, curve: ArmCurve, error: ReadingError
) -> dict[str, float | int]:
    distance = survival_at(estimate, curve.time) - curve.survival
    highest = survival_at(estimate, curve.time - error.time)
    lowest = survival_at(estimate, curve.time + error.time)
    beyond = np.maximum(np.maximum(curve.survival - highest, lowest - curve.survival), 0.0)
    met = numbers_at_risk(time, curve.risk_time) == curve.at_risk
    return {
        "largest": float(np.abs(distance).max()),
        "rms": float(np.sqrt(np.mean(distance**2))),
        "beyond": float(beyond.max()),
        "at_risk": int(met.sum()),
        "counts": int(met.size),
    }


def fit_checks(
    table: pd.DataFrame,
    ensemble: Ensemble,
    *,
    printed: PrintedFigures,
    error: ReadingError,
    wanted: int,
) -> list[CheckResult]:
    """Judge a table of fits: curve, numbers at risk, and every printed figure.

    Parameters
    ----------
    table : pandas.DataFrame
        From `fit_table`.
    ensemble : Ensemble
    printed : PrintedFigures
    error : ReadingError
    wanted : int
        Sets that were asked for.

    Returns
    -------
    list of CheckResult
    """
    checks = [
        _sets_check(ensemble, wanted),
        _curve_check(table, ensemble, error),
        _count_check(table),
    ]
    for arm, (low, high) in printed.events.items():
        events = table[f"events_{arm}"].to_numpy()
        met = (events >= low) & (events <= high)
        checks.append(_figure_check(f"events, {arm}", met, ensemble))
    for arm, (opens, closes) in printed.medians.items():
        months = table[f"median_{arm}"].to_numpy()
        met = (months >= opens - ROUNDING) & (months < closes)
        checks.append(_figure_check(f"median, {arm}", met, ensemble))
    if printed.ratios:
        figures = 1.0 / table[["hr", "hr_upper", "hr_lower"]].to_numpy()
        windows = np.array([printed.ratios[name] for name in ("hazard_ratio", "lower", "upper")])
        met = ((figures >= windows[:, 0]) & (figures < windows[:, 1])).all(axis=1)
        checks.append(_figure_check("hazard ratio", met, ensemble))
    return checks


def _sets_check(ensemble: Ensemble, wanted: int) -> CheckResult:
    return CheckResult(
        name="number of sets",
        passed=ensemble.sets >= wanted,
        values={"sets": ensemble.sets, "wanted": wanted, "pairs_tried": ensemble.pairs.tried},
        text=(
            f"{ensemble.sets} of {wanted} sets found among {ensemble.pairs.tried} pairs of arms "
            "that fit their curves"
        ),
    )


def _curve_check(table: pd.DataFrame, ensemble: Ensemble, error: ReadingError) -> CheckResult:
    beyond, largest, rms = (
        float(table[[f"{name}_{arm}" for arm in ARMS]].to_numpy().max())
        for name in ("beyond", "largest", "rms")
    )
    why = [f"{name}: {text}" for name, text in ensemble.unmet.items() if name.startswith("curve")]
    return CheckResult(
        name="distance from the curve",
        passed=beyond <= error.survival + ROUNDING,
        values={"largest": largest, "rms": rms, "beyond": beyond},
        text=(
            f"largest distance of a set from a point {largest:.4f}, or {beyond:.4f} when times may "
            f"be off by {error.time:.3g} months ({error.survival:g} allowed); largest root mean "
            f"square {rms:.4f}" + "".join(f"; {said}" for said in why)
        ),
    )


def _count_check(table: pd.DataFrame) -> CheckResult:
    met = int(sum(table[f"at_risk_{arm}"].sum() for arm in ARMS))
    counts = int(sum(table[f"counts_{arm}"].sum() for arm in ARMS))
    return CheckResult(
        name="numbers at risk",
        passed=met == counts,
        values={"met": met, "counts": counts},
        text=f"{met} of {counts} numbers at risk met over {len(table)} sets",
    )


def _figure_check(name: str, inside: NDArray[np.bool_], ensemble: Ensemble) -> CheckResult:
    met, sets = int(inside.sum()), int(inside.size)
    text = f"as printed in {met} of {sets} sets"
    if name in ensemble.unmet:
        text += f"; no patients behind the curves give it: {ensemble.unmet[name]}"
    return CheckResult(name=name, passed=met == sets, values={"met": met, "sets": sets}, text=text)
