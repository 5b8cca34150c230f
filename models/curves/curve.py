"""A published Kaplan–Meier curve as it was read off: points, numbers at risk, reading error."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


class ArmCurve(NamedTuple):
    """Curve of one arm as it was read off.

    Attributes
    ----------
    time, survival : numpy.ndarray, shape (J,)
        Points in the order of time, months and probability; the first is (0, 1). A point says
        where the curve stands from `time` on.
    risk_time : numpy.ndarray, shape (I,)
        Months of the printed numbers at risk, increasing from 0.
    at_risk : numpy.ndarray of int, shape (I,)
        Patients with observed time at or beyond `risk_time`.
    """

    time: Array
    survival: Array
    risk_time: Array
    at_risk: Integers

    @property
    def patients(self) -> int:
        """Patients of the arm."""
        return int(self.at_risk[0])

    @property
    def end(self) -> float:
        """Months at which the curve ends."""
        return float(self.time[-1])


@dataclass(frozen=True, kw_only=True)
class ReadingError:
    """How far a point that was read off may lie from the printed curve.

    Parameters
    ----------
    survival : float
        Largest error of a probability, positive and below 0.1. By default 0.002: a pixel, where
        the axis from 0 to 1 has 500 of them.
    time : float
        Largest error of a time in months, not negative: a step that shows at a point was taken
        at most so much earlier.
    """

    survival: float = 0.002
    time: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.survival < 0.1:
            raise ValueError(
                f"the reading error of survival is {self.survival:g}; it must be above 0 and below "
                "0.1, such as 0.002"
            )
        if not 0 <= self.time < np.inf:
            raise ValueError(
                f"the reading error of time is {self.time:g} months; it must be finite and not "
                "negative, such as 0.05"
            )


PIXELS = 500


def pixel_of_time(curves: dict[str, ArmCurve]) -> float:
    """One pixel in months, where the time axis has 500 of them."""
    return max(curve.end for curve in curves.values()) / PIXELS
