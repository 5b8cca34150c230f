"""A curve against its numbers at risk: what cannot both be true is refused in one sentence."""

import numpy as np

from models.curves.curve import ArmCurve, Array, ReadingError


def curve_at(curve: ArmCurve, months: Array) -> Array:
    """Survival as read off at given months: that of the last point up to then."""
    place = np.searchsorted(curve.time, months, side="right") - 1
    return np.asarray(curve.survival[place])


def check_against_counts(curve: ArmCurve, *, error: ReadingError, arm: str, file: str) -> None:
    """Refuse numbers at risk that the curve contradicts.

    Without censoring the curve falls in proportion to the numbers at risk, and with censoring it
    falls less. So it must not fall further than they do.

    Parameters
    ----------
    curve : ArmCurve
    error : ReadingError
    arm : str
        For the message.
    file : str
        Name of the file of the numbers at risk, for the message.

    Raises
    ------
    ValueError
        If patients are at risk beyond the curve's end or where it is 0, or the curve falls
        further than the numbers at risk.
    """
    last = float(curve.risk_time[-1])
    if last > curve.end + error.time:
        raise ValueError(
            f"{file}: arm {arm!r} has {curve.at_risk[-1]} at risk at month {last:g} but its curve "
            f"ends at month {curve.end:g}; the curve must reach the last number at risk, read off "
            "the rest of it or remove the number"
        )
    # A patient at risk at a time lived until just before it.
    high = np.minimum(curve_at(curve, _just_before(curve, error)) + error.survival, 1.0)
    low = np.maximum(curve_at(curve, curve.risk_time + error.time) - error.survival, 0.0)
    for i in range(curve.risk_time.size - 1):
        before, after = int(curve.at_risk[i]), int(curve.at_risk[i + 1])
        if high[i + 1] * before < low[i] * after * (1 - 1e-12):
            raise ValueError(
                f"{file}: arm {arm!r} has {before} at risk at month {curve.risk_time[i]:g} and "
                f"{after} at month {curve.risk_time[i + 1]:g}, but its curve falls from "
                f"{low[i]:.3f} to {high[i + 1]:.3f}, which is further; a curve must not fall "
                "further than the numbers at risk, correct one of them"
            )
    if curve.at_risk[-1] > 1 and high[-1] <= error.survival:
        raise ValueError(
            f"{file}: arm {arm!r} has {curve.at_risk[-1]} at risk at month {last:g}, where its "
            "curve is 0; nobody can be at risk there, correct one of them"
        )


def _just_before(curve: ArmCurve, error: ReadingError) -> Array:
    """Months just before each number at risk, as far as times were read exactly."""
    early = np.nextafter(np.maximum(curve.risk_time - error.time, 0.0), -np.inf)
    return np.maximum(early, 0.0)
