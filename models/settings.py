"""What an analysis assumes: intervals, priors, follow-up, and how long the sampler runs.

Times are months, hazards per month, gamma rates person-months.
"""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)

from models.frozen import Frozen

FEWEST_ROWS = 50


class GammaBaseline(Frozen):
    """Independent gamma baseline hazards, one per interval.

    Parameters
    ----------
    shape : float
        Gamma shape, positive.
    rate : float
        Gamma rate in person-months, positive.
    """

    kind: Literal["gamma"] = "gamma"
    shape: PositiveFloat = 1.0
    rate: PositiveFloat = 16.667


class HierarchicalGammaBaseline(Frozen):
    """Gamma baseline hazards that share an unknown rate, itself gamma.

    Parameters
    ----------
    shape : float
        Gamma shape of each hazard, positive.
    rate_shape, rate_rate : float
        The common rate (person-months) is Gamma(`rate_shape`, `rate_rate`).
    """

    kind: Literal["hierarchical_gamma"] = "hierarchical_gamma"
    shape: PositiveFloat = 1.0
    rate_shape: PositiveFloat = 1.0
    rate_rate: PositiveFloat = 0.06


class RandomWalkBaseline(Frozen):
    """Log hazards that walk from interval to interval.

    Parameters
    ----------
    log_mean, log_sd : float
        Normal prior of the first interval's log hazard (per month).
    step : float
        Scale of the half-normal prior of the step's standard deviation.
    """

    kind: Literal["random_walk"] = "random_walk"
    log_mean: float = -2.8
    log_sd: PositiveFloat = 1.0
    step: PositiveFloat = 0.5


Baseline = Annotated[
    GammaBaseline | HierarchicalGammaBaseline | RandomWalkBaseline, Field(discriminator="kind")
]


class NormalPrior(Frozen):
    """Normal prior of the log hazard ratio, RT versus control.

    Parameters
    ----------
    mean, sd : float
        On the log scale; below 0 favours RT.
    """

    mean: float = 0.0
    sd: PositiveFloat = 1.0


Placement = Literal["control", "symmetric"]


class FixedFollowUp(Frozen):
    """Administrative follow-up uniform between two known times; exponential loss at a known rate.

    Parameters
    ----------
    earliest, latest : float
        Shortest and longest possible administrative follow-up, months.
    loss : float
        Loss to follow-up per month.
    """

    kind: Literal["fixed"] = "fixed"
    earliest: NonNegativeFloat
    latest: PositiveFloat
    loss: NonNegativeFloat = 0.0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest >= self.latest:
            raise ValueError(
                f"earliest = {self.earliest} and latest = {self.latest}; follow-up must end later "
                "for some than for others, correct one of them"
            )
        return self


class FreeFollowUp(Frozen):
    """Follow-up whose data cut and loss rate are unknown.

    Patients enter uniformly over the accrual window. The cut, counted from the first patient, is
    uniform from the longest printed follow-up to the day the manuscript was received; the loss
    rate is exponential.

    Parameters
    ----------
    loss_mean : float
        Prior mean of the loss rate per month.
    accrual : float, optional
        Width of the accrual window in months; from the record's months when not given.
    latest : float, optional
        Latest possible cut in months from the first patient; from the record when not given.
    """

    kind: Literal["free"] = "free"
    loss_mean: PositiveFloat = 0.005
    accrual: PositiveFloat | None = None
    latest: PositiveFloat | None = None


FollowUpModel = Annotated[FixedFollowUp | FreeFollowUp, Field(discriminator="kind")]


class SamplerSettings(Frozen):
    """How the patients are sampled, and when the sampler may stop.

    Parameters
    ----------
    chains : int
        Independent runs, at least 4 for a result.
    levels : int, optional
        Levels of the ladder, 2 to 32; by default 12 or 13 for hazard ratios printed to two
        decimals, more for more.
    moves : int
        Moves of patients at each level between exchanges.
    thin : int
        Scans between recorded draws.
    chunk : int
        Scans between looks at convergence.
    ess_wanted : float
        Chains are extended until every effective sample size reaches this …
    chunks : int
        … or this many chunks are done; then `ess_needed` decides.
    ess_needed : float
        Smallest effective sample size, bulk and tail, of a result.
    r_hat : float
        Largest rank-normalised split R-hat of a result.
    round_trips : int
        Fewest trips up and down the ladder of each run of a result.
    time_limit : float
        Seconds after which a run that has not converged fails.
    """

    chains: Annotated[int, Field(ge=2, le=64)] = 4
    levels: Annotated[int, Field(ge=2, le=32)] | None = None
    moves: PositiveInt = 12
    thin: PositiveInt = 8
    chunk: Annotated[int, Field(ge=400)] = 12_000
    ess_wanted: PositiveFloat = 1_000.0
    chunks: PositiveInt = 12
    ess_needed: PositiveFloat = 400.0
    r_hat: Annotated[float, Field(gt=1.0)] = 1.01
    round_trips: NonNegativeInt = 100
    time_limit: PositiveFloat = 900.0

    @model_validator(mode="after")
    def _chunks_hold_draws(self) -> Self:
        if self.chunk < FEWEST_ROWS * self.thin:
            raise ValueError(
                f"thin = {self.thin} and chunk = {self.chunk}; a chunk must hold at least "
                f"{FEWEST_ROWS} recorded draws, lower thin or raise chunk"
            )
        return self


class FitSettings(Frozen):
    """How the PyMC model is fitted to the pseudo-patient sets.

    Parameters
    ----------
    imputations : int
        Pseudo-patient sets.
    chains, draws, tune : int
        NUTS chains, draws and tuning steps for each set.
    """

    imputations: PositiveInt = 100
    chains: Annotated[int, Field(ge=2)] = 4
    draws: Annotated[int, Field(ge=100)] = 500
    tune: Annotated[int, Field(ge=100)] = 400


class AnalysisSettings(Frozen):
    """Everything an analysis of a published record assumes or chooses.

    Parameters
    ----------
    name : str
        Short name, printed with every result.
    cuts : tuple of float
        Interior cut points of the hazard in months, increasing.
    times : {"days", "continuous"}
        Whether recorded times are whole days, with ties, or continuous.
    days_per_month : float
        Days in a printed month.
    baseline : Baseline
        Prior of the baseline hazards.
    placement : {"symmetric", "control"}
        Whether the baseline lies midway between the arms (log scale) or is the control hazard.
    log_hr : NormalPrior
        Prior of the log hazard ratio, RT versus control; in a file also by name, such as
        `{ kind = "sceptical", target_hr = 0.69, probability = 0.05 }` (see `models.priors`).
    follow_up : FollowUpModel
        Model of the ends of follow-up.
    sampler, fit
        How long and how often.
    """

    name: Annotated[str, Field(min_length=1)]
    cuts: Annotated[tuple[PositiveFloat, ...], Field(strict=False)] = (3.0, 6.0, 9.0, 12.0, 18.0)
    times: Literal["days", "continuous"] = "days"
    days_per_month: PositiveFloat = 30.0
    baseline: Baseline = HierarchicalGammaBaseline()
    placement: Placement = "symmetric"
    log_hr: NormalPrior = NormalPrior()
    follow_up: FollowUpModel = FreeFollowUp()
    sampler: SamplerSettings = SamplerSettings()
    fit: FitSettings = FitSettings()

    @field_validator("log_hr", mode="before")
    @classmethod
    def _by_name(cls, prior: object) -> object:
        """Turn a prior that is named by its kind into the normal that it is."""
        if not (isinstance(prior, dict) and "kind" in prior):
            return prior
        # Named priors know this module's normal one.
        from models.priors.named import read_prior, single_normal

        return single_normal(read_prior(prior))

    @field_validator("cuts")
    @classmethod
    def _increasing(cls, cuts: tuple[float, ...]) -> tuple[float, ...]:
        if any(later <= earlier for earlier, later in pairwise(cuts)) or len(cuts) > 31:
            raise ValueError(
                f"cuts are {cuts}; cut points must increase strictly and be at most 31, sort them "
                "and drop repeats"
            )
        return cuts


def load_settings(path: Path | str) -> AnalysisSettings:
    """Read the settings of an analysis from a TOML file.

    Parameters
    ----------
    path : Path or str
        File.

    Returns
    -------
    AnalysisSettings

    Raises
    ------
    ValueError
        If the file is unreadable or not valid settings: one sentence.

    Examples
    --------
    >>> from models import load_settings
    >>> settings = load_settings("analyses/sohaib2025/default.toml")
    >>> settings.cuts, settings.log_hr.sd
    ((3.0, 6.0, 9.0, 12.0, 18.0), 1.0)
    """
    return AnalysisSettings.load(path, what="settings file")
