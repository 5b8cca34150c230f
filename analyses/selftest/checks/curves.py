"""Patients rebuilt from the curves of public data sets, and their hazard ratio."""

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.oracles import oracle
from models.curves.clean import Points, clean_points
from models.curves.curve import ArmCurve, ReadingError
from models.curves.ensemble import reconstruct
from models.survival.kaplan_meier import kaplan_meier, numbers_at_risk, survival_at

SETS, PIXELS, COUNTS, NOISE, ERROR = 4, 500, 9, 0.001, 0.002
LARGE = ("colon_death", "rotterdam_death")


def _read_off(
    time: np.ndarray, event: np.ndarray, *, axis: float, rng: np.random.Generator
) -> tuple[ArmCurve, ReadingError]:
    """Read a curve off a picture: one point a pixel, rounded to a pixel and moved a bit."""
    curve = kaplan_meier(time, event)
    months = np.arange(PIXELS + 1) / PIXELS * axis
    months = np.append(months[months < time.max()], time.max())
    survival = np.round(survival_at(curve, months) * PIXELS) / PIXELS
    survival = np.clip(survival + rng.uniform(-NOISE, NOISE, months.size), 0, 1)
    survival[0] = 1.0
    error = ReadingError(survival=ERROR * (1 + 1e-6), time=axis / PIXELS)
    points = clean_points(Points(months, survival, [""] * months.size), error=error)
    printed = np.arange(COUNTS) * axis / COUNTS
    printed = printed[printed <= time.max()]
    at_risk = numbers_at_risk(time, printed)
    return ArmCurve(points.time, points.survival, printed, at_risk), error


def compare_public_sets() -> Finding:
    """Log hazard ratio of every rebuilt set against the patients' own."""
    worst = Worst(0.02, "difference in log HR")
    patients, told = oracle("public_patients"), oracle("public_answers")
    for name in LARGE:
        rows = patients[patients["set"] == name]
        axis, rng = float(rows["time"].max()), np.random.default_rng(5)
        curves = {}
        for place, arm in enumerate(("control", "rt")):
            here = rows[rows["arm"] == place]
            time, event = here["time"].to_numpy(float), here["event"].to_numpy() == 1
            curves[arm], error = _read_off(time, event, axis=axis, rng=rng)
        found = reconstruct(curves, error=error, sets=SETS, rng=np.random.default_rng(6))
        answer = told[(told["set"] == name) & (told["quantity"] == "log_hr")]["value"].iloc[0]
        worst.absolute(found.pairs.log_hr, np.full(SETS, answer), name)
    return worst.finding()


CHECKS = (
    Check(
        name="patients rebuilt from curves",
        requirement="curves.reconstruction",
        grade="external oracle",
        claim="Curves read off a picture give R's hazard ratio back within 0.02 in log.",
        source="R survival, public_*.csv: colon and rotterdam",
        subject="models.curves.ensemble.reconstruct",
        compare=compare_public_sets,
        seconds=6.0,
    ),
)
