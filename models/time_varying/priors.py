"""What is assumed of an effect that may change over time, model by model, before data.

Times are months. Log hazard ratios are RT versus control, below 0 favours RT. The baseline, its
placement and the prior of the log hazard ratio are those of the analysis (`AnalysisSettings`).
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
)

from models.frozen import Frozen

Array = NDArray[np.float64]

PROPORTIONAL = "proportional"
MODEL_NAMES = {
    "proportional": "proportional hazards",
    "random_walk": "random walk",
    "delayed": "delayed effect",
    "waning": "waning effect",
    "separate": "separate arms",
}
"""What readers call the models."""


class RandomWalkEffect(Frozen):
    """Log hazard ratios that walk from interval to interval, shrunk to a constant.

    The average over the intervals has the analysis's prior of the log hazard ratio, and the steps
    away from it are normal with an unknown half-normal standard deviation. So at no step at all
    the model is that of proportional hazards.

    The scale is elicited by one sentence: "the hazard ratios of neighbouring intervals differ by
    a factor of less than `ratio` with probability `probability`". The default, 1.5 with
    probability 0.9, lets the ratio drift from 1 to 0.5 over six intervals without expecting it,
    and holds a jump from no effect to one of 0.67 within a quarter of a year for unusual. On the
    default intervals all hazard ratios agree within a factor of 1.25 with probability 0.32, so
    data can speak either way.

    Parameters
    ----------
    ratio : float
        Above 1.
    probability : float
        Strictly between 0 and 1.
    """

    kind: Literal["random_walk"] = "random_walk"
    ratio: Annotated[float, Field(gt=1.0, le=100.0)] = 1.5
    probability: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.9

    @property
    def scale(self) -> float:
        """Scale of the half-normal prior of the steps' standard deviation, on the log scale."""
        return math.log(self.ratio) / _quantile_of_step(self.probability)


class DelayedEffect(Frozen):
    """No effect until an unknown delay, from then on a constant one.

    The effect after the delay has the analysis's prior of the log hazard ratio. Every listed
    delay is as likely as any other. The default is each month of the first year: later than that
    half of the patients of such a trial have progressed, and a delay could not be told from no
    effect at all.

    Parameters
    ----------
    months : tuple of float
        Possible delays, positive and increasing.
    """

    kind: Literal["delayed"] = "delayed"
    months: Annotated[tuple[PositiveFloat, ...], Field(strict=False, min_length=1)] = tuple(
        float(month) for month in range(1, 13)
    )

    @field_validator("months")
    @classmethod
    def _increasing(cls, months: tuple[float, ...]) -> tuple[float, ...]:
        if any(later <= earlier for earlier, later in pairwise(months)):
            raise ValueError(
                f"months are {months}; delays must increase strictly, sort them and drop repeats"
            )
        return months


class WaningEffect(Frozen):
    """An effect that begins in full and halves every so many months on the log scale.

    The log hazard ratio at randomisation has the analysis's prior; its half-life is log-normal.
    The default median of 12 months with an upper 97.5% point of 48 puts 95% between 3 months, by
    when most patients are still at risk, and 48, which three years of follow-up cannot tell from
    no waning.

    Parameters
    ----------
    half_life : float
        Prior median of the half-life, months.
    upper : float
        Its 97.5% point, months, above `half_life`.
    step, until : float
        The effect changes every `step` months and stays as it is from `until` on.
    """

    kind: Literal["waning"] = "waning"
    half_life: PositiveFloat = 12.0
    upper: PositiveFloat = 48.0
    step: PositiveFloat = 2.0
    until: PositiveFloat = 36.0

    @field_validator("upper")
    @classmethod
    def _above_median(cls, upper: float, info: object) -> float:
        median = getattr(info, "data", {}).get("half_life", 0.0)
        if upper <= median:
            raise ValueError(
                f"upper is {upper} and half_life {median}; the 97.5% point must lie above the "
                "median, correct one of them"
            )
        return upper

    @property
    def log_sd(self) -> float:
        """Standard deviation of the log half-life."""
        return math.log(self.upper / self.half_life) / 1.959963984540054


class SeparateArms(Frozen):
    """Hazards of both arms that have nothing in common but the scale of their prior.

    Each arm's hazard in each interval has the baseline's gamma prior, given the same rate. So the
    log hazard ratios of intervals are independent, each with standard deviation 1.8: a model that
    expects wild changes, kept as the other end of the scale.
    """

    kind: Literal["separate"] = "separate"


EffectModel = Annotated[
    RandomWalkEffect | DelayedEffect | WaningEffect | SeparateArms, Field(discriminator="kind")
]

EVERY_MODEL: tuple[EffectModel, ...] = (
    RandomWalkEffect(),
    DelayedEffect(),
    WaningEffect(),
    SeparateArms(),
)


class TimeVaryingSettings(Frozen):
    """Which models of a changing effect are held against proportional hazards, and how.

    Parameters
    ----------
    models : tuple of EffectModel
        At least one, each kind once.
    window : float
        Months over which the log hazard ratio is averaged, from randomisation.
    similar : float
        Hazard ratios of intervals that differ by less than this factor count as proportional.
    sets : int
        Pseudo-patient sets that PyMC is fitted to, drawn by weight.
    chains, draws, tune : int
        NUTS chains, draws and tuning steps for each set.
    least_size : float
        Effective size of the weights from which they are trusted; below, patients are redrawn.
    """

    models: Annotated[tuple[EffectModel, ...], Field(strict=False, min_length=1)] = EVERY_MODEL
    window: PositiveFloat = 24.0
    similar: Annotated[float, Field(gt=1.0)] = 1.25
    sets: PositiveInt = 100
    chains: Annotated[int, Field(ge=2)] = 4
    draws: Annotated[int, Field(ge=100)] = 250
    tune: Annotated[int, Field(ge=100)] = 400
    least_size: PositiveFloat = 200.0

    @field_validator("models")
    @classmethod
    def _each_once(cls, models: tuple[EffectModel, ...]) -> tuple[EffectModel, ...]:
        kinds = [model.kind for model in models]
        if len(set(kinds)) < len(kinds):
            raise ValueError(f"models are {kinds}; each kind may stand once, drop the repeats")
        return models


def load_time_varying(path: Path | str) -> TimeVaryingSettings:
    """Read settings from a TOML file.

    Raises
    ------
    ValueError
        If the file is unreadable or not valid settings: one sentence.
    """
    return TimeVaryingSettings.load(path, what="settings file")


@cache
def _quantile_of_step(probability: float) -> float:
    """Quantile of the size of a step whose standard deviation is standard half-normal."""
    from scipy.integrate import quad
    from scipy.optimize import brentq
    from scipy.stats import norm

    def excess(size: float) -> float:
        def inside(sd: float) -> float:
            return 2 * float(norm.pdf(sd)) * (2 * float(norm.cdf(size / sd)) - 1)

        return float(quad(inside, 0, 40, limit=200)[0]) - probability

    return float(brentq(excess, 1e-12, 100.0))
