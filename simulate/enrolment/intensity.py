"""Intensity of recruitment over calendar time: constant or linear in pieces, inverted exactly.

Times in calendar months from the opening of the first site, intensities in patients per month.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from simulate.design.recruitment import Recruitment

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """Patients expected per month, a straight line within each piece; the last piece is open.

    Attributes
    ----------
    start : array (piece,)
        Months at which the pieces start: 0 first, increasing.
    rate : array (piece,)
        Patients per month at the start of each piece.
    slope : array (piece,)
        Increase of that rate per month within the piece; 0 in the last.
    expected : array (piece,)
        Patients expected before each piece.
    """

    start: Floats
    rate: Floats
    slope: Floats
    expected: Floats


def piecewise_intensity(start: ArrayLike, per_month: ArrayLike, *, ramp_up: float) -> Intensity:
    """Intensity from constant rates, all of them multiplied by t / `ramp_up` until `ramp_up`.

    Parameters
    ----------
    start : array_like, shape (n,)
        Months at which the rates start: 0 first, increasing.
    per_month : array_like, shape (n,)
        Patients per month from each start on, not negative.
    ramp_up : float
        Months of linear increase from 0; 0 for none.
    """
    starts, rates = np.asarray(start, dtype=float), np.asarray(per_month, dtype=float)
    bounds = np.union1d(starts, [ramp_up])
    full = rates[np.searchsorted(starts, bounds, side="right") - 1]
    rising = bounds < ramp_up
    slope = np.where(rising, full / ramp_up, 0.0) if ramp_up > 0 else np.zeros_like(full)
    rate = np.where(rising, slope * bounds, full)
    width = np.diff(bounds)
    grown = rate[:-1] * width + slope[:-1] * width**2 / 2
    return Intensity(
        start=bounds, rate=rate, slope=slope, expected=np.concatenate([[0.0], np.cumsum(grown)])
    )


def sites_intensity(
    number: int, *, opening_months: float, per_site_month: float, ramp_up: float
) -> Intensity:
    """Intensity of sites that open one by one, the first at 0 and the last at `opening_months`.

    Parameters
    ----------
    number : int
        Sites, at least 1.
    opening_months : float
        Months from the first opening to the last; 0 opens all at once.
    per_site_month : float
        Patients per open site and month.
    ramp_up : float
        Months of linear increase from 0, as in `piecewise_intensity`.
    """
    opening = np.linspace(0.0, opening_months, number) if number > 1 else np.zeros(1)
    start, open_sites = np.unique(opening, return_counts=True)
    return piecewise_intensity(start, np.cumsum(open_sites) * per_site_month, ramp_up=ramp_up)


def expected_patients(intensity: Intensity, months: ArrayLike) -> Floats:
    """Patients expected by each calendar time if recruitment goes on.

    Parameters
    ----------
    intensity : Intensity
    months : array_like
        Not negative.
    """
    time = np.asarray(months, dtype=float)
    piece = np.searchsorted(intensity.start, time, side="right") - 1
    since = time - intensity.start[piece]
    grown = intensity.rate[piece] * since + intensity.slope[piece] * since**2 / 2
    return np.asarray(intensity.expected[piece] + grown)


def intensity_total(intensity: Intensity) -> float:
    """Patients expected if recruitment never ends; infinite unless the last rate is 0."""
    return float(intensity.expected[-1]) if intensity.rate[-1] == 0 else math.inf


def months_until(intensity: Intensity, patients: ArrayLike) -> Floats:
    """Earliest calendar time by which so many patients are expected; infinite if never.

    Parameters
    ----------
    intensity : Intensity
    patients : array_like
        Positive.
    """
    wanted = np.asarray(patients, dtype=float)
    piece = np.maximum(np.searchsorted(intensity.expected, wanted, side="left") - 1, 0)
    missing = wanted - intensity.expected[piece]
    rate, slope = intensity.rate[piece], intensity.slope[piece]
    divisor = rate + np.sqrt(rate**2 + 2 * slope * missing)
    with np.errstate(divide="ignore", invalid="ignore"):
        since = np.where(missing > 0, 2 * missing / divisor, 0.0)
    return np.asarray(intensity.start[piece] + since)


def recruitment_intensity(recruitment: Recruitment) -> Intensity:
    """Intensity of a design's recruitment.

    Parameters
    ----------
    recruitment : Recruitment
        With rates or sites.
    """
    ramp_up = recruitment.ramp_up or 0.0
    if recruitment.sites is not None:
        return sites_intensity(
            recruitment.sites.number,
            opening_months=recruitment.sites.opening_months,
            per_site_month=recruitment.sites.per_site_month,
            ramp_up=ramp_up,
        )
    return piecewise_intensity(
        [rate.start for rate in recruitment.rates],
        [rate.per_month for rate in recruitment.rates],
        ramp_up=ramp_up,
    )
