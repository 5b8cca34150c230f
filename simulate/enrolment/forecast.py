"""Expected enrolment over calendar time, without random numbers; times in months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import pdtr

from simulate.enrolment.intensity import (
    Floats,
    expected_patients,
    intensity_total,
    months_until,
    recruitment_intensity,
)

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign

HALVINGS = 60
FAR_OUT = 100.0


def expected_enrolment(design: TrialDesign, months: ArrayLike) -> Floats:
    """Give the expected number of patients enrolled by each calendar time.

    Even arrivals are counted by the straight line that is within half a patient of their steps.

    Parameters
    ----------
    design : TrialDesign
    months : array_like
        Since the first site opened; nobody is enrolled before 0.

    Returns
    -------
    numpy.ndarray
        Same shape as `months`.
    """
    intensity = recruitment_intensity(design.recruitment)
    time = np.maximum(np.asarray(months, dtype=float), 0.0)
    if design.patients is None:
        return expected_patients(intensity, np.minimum(time, design.recruitment.duration or 0.0))
    arrived = expected_patients(intensity, time)
    if design.recruitment.kind == "poisson":
        return _capped_mean(arrived, design.patients)
    return np.minimum(arrived, design.patients)


def entry_quantile(design: TrialDesign, probability: ArrayLike) -> Floats:
    """Calendar time by which this share of the enrolled patients has entered, on average.

    It is the quantile of the entry time of one patient taken at random from a trial, and as a
    function of a uniform number, that patient's entry time.

    Parameters
    ----------
    design : TrialDesign
    probability : array_like
        Above 0; below 1 where Poisson arrivals of a fixed number of patients have no last month.

    Returns
    -------
    numpy.ndarray
        Months, same shape as `probability`.
    """
    intensity = recruitment_intensity(design.recruitment)
    share = np.asarray(probability, dtype=float)
    if design.patients is None:
        total = expected_patients(intensity, design.recruitment.duration or 0.0)
        return months_until(intensity, share * total)
    if design.recruitment.kind == "poisson":
        enrolled = _capped_mean(np.array(intensity_total(intensity)), design.patients)
        return months_until(intensity, _uncapped(share * enrolled, design.patients))
    return months_until(intensity, share * design.patients)


def _capped_mean(mean: Floats, most: int) -> Floats:
    """Mean of a Poisson count that stops at `most`, at least 2."""
    finite = np.minimum(mean, 2.0 * most + FAR_OUT)
    return np.asarray(finite * pdtr(most - 2, finite) + most * (1.0 - pdtr(most - 1, finite)))


def _uncapped(wanted: Floats, most: int) -> Floats:
    """Poisson mean whose count, stopped at `most`, has the wanted expectation: bisection."""
    low, high = np.zeros_like(wanted), np.full_like(wanted, 2.0 * most + FAR_OUT)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        short = _capped_mean(middle, most) < wanted
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2)
