"""Priors of log HR by name: what each means, and the mixture of normals that it is.

The log hazard ratio is that of RT versus control; below 0 favours RT.
"""

import math
from statistics import NormalDist
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from models.priors.frozen import Frozen, LogRatio, Ratio, Spread, Text
from models.priors.normal_mixture import NormalMixture
from models.record.explain import explain
from models.settings import NormalPrior

SMALLEST, LARGEST = 0.001, 10.0

Tail = Annotated[float, Field(gt=0, lt=0.5)]
Benefit = Annotated[float, Field(ge=0.01, lt=1)]


class VaguePrior(Frozen):
    """Normal about no effect, wide enough to say next to nothing.

    Parameters
    ----------
    sd : float
        1 by default: hazard ratios from 1/7 to 7 with 95% probability, worth 4 events.
    """

    kind: Literal["vague"] = "vague"
    sd: Spread = 1.0

    def mixture(self) -> NormalMixture:
        """Give the prior as a mixture of normals."""
        return NormalMixture.normal(0.0, self.sd)


class ScepticalPrior(Frozen):
    """Normal about no effect that finds a wanted effect improbable.

    Parameters
    ----------
    target_hr : float
        Hazard ratio, RT versus control, that the trial's planners hope for. 0.69 by default, the
        planned effect of SARON (median 9.9 to 14.3 months; doi 10.1136/bmjopen-2017-020690).
    probability : float
        Prior probability that the effect is at least as good, below one half. 0.05 by default.

    References
    ----------
    Spiegelhalter, Freedman & Parmar 1994, doi 10.2307/2983527.
    """

    kind: Literal["sceptical"] = "sceptical"
    target_hr: Benefit = 0.69
    probability: Tail = 0.05

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        _check_spread(self._sd, "target_hr and probability")
        return self

    @property
    def _sd(self) -> float:
        return math.log(self.target_hr) / NormalDist().inv_cdf(self.probability)

    def mixture(self) -> NormalMixture:
        """Give the prior as a mixture of normals."""
        return NormalMixture.normal(0.0, self._sd)


class EnthusiasticPrior(Frozen):
    """Normal about a wanted effect that finds harm improbable; the sceptic's mirror image.

    Parameters
    ----------
    target_hr : float
        Median hazard ratio, RT versus control, below 1.
    probability : float
        Prior probability of a hazard ratio above 1, below one half.

    References
    ----------
    Spiegelhalter, Freedman & Parmar 1994, doi 10.2307/2983527.
    """

    kind: Literal["enthusiastic"] = "enthusiastic"
    target_hr: Benefit = 0.69
    probability: Tail = 0.05

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        _check_spread(self._sd, "target_hr and probability")
        return self

    @property
    def _sd(self) -> float:
        return math.log(self.target_hr) / NormalDist().inv_cdf(self.probability)

    def mixture(self) -> NormalMixture:
        """Give the prior as a mixture of normals."""
        return NormalMixture.normal(math.log(self.target_hr), self._sd)


class ElicitedPrior(Frozen):
    """Normal of log HR from two statements on the scale of hazard ratios.

    Parameters
    ----------
    median : float
        Hazard ratio, RT versus control, that is as likely too high as too low.
    upper : float
        Hazard ratio above the median …
    probability : float
        … that the true one is below with this probability, above one half. 0.975 by default.
    """

    kind: Literal["elicited"] = "elicited"
    median: Ratio
    upper: Ratio
    probability: Annotated[float, Field(gt=0.5, lt=1)] = 0.975

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.upper <= self.median:
            raise ValueError(
                f"upper = {self.upper} and median = {self.median}; the upper hazard ratio must be "
                "above the median, exchange or correct them"
            )
        _check_spread(self._sd, "median, upper and probability")
        return self

    @property
    def _sd(self) -> float:
        return math.log(self.upper / self.median) / NormalDist().inv_cdf(self.probability)

    def mixture(self) -> NormalMixture:
        """Give the prior as a mixture of normals."""
        return NormalMixture.normal(math.log(self.median), self._sd)


class InformativePrior(Frozen):
    """Normal whose figures come from somewhere, and say so.

    Parameters
    ----------
    mean, sd : float
        On the log scale.
    source : str
        Where they come from: a publication, or the name of a meta-analysis.
    """

    kind: Literal["informative"] = "informative"
    mean: LogRatio
    sd: Spread
    source: Text

    def mixture(self) -> NormalMixture:
        """Give the prior as a mixture of normals."""
        return NormalMixture.normal(self.mean, self.sd)


class MixturePrior(Frozen):
    """Mixture of normals, such as a robust meta-analytic predictive prior.

    Parameters
    ----------
    weights : tuple of float
        Positive, adding up to 1.
    means, sds : tuple of float
        On the log scale, one for each weight.
    """

    kind: Literal["mixture"] = "mixture"
    weights: Annotated[tuple[float, ...], Field(strict=False, min_length=1)]
    means: Annotated[tuple[LogRatio, ...], Field(strict=False, min_length=1)]
    sds: Annotated[tuple[Spread, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        self.mixture()
        return self

    def mixture(self) -> NormalMixture:
        """Give the prior as a mixture of normals."""
        return NormalMixture(weights=self.weights, means=self.means, sds=self.sds)


NamedPrior = Annotated[
    VaguePrior
    | ScepticalPrior
    | EnthusiasticPrior
    | ElicitedPrior
    | InformativePrior
    | MixturePrior,
    Field(discriminator="kind"),
]


class _Holder(Frozen):
    """A table with a prior in it, as a settings file has one."""

    log_hr: NamedPrior


def as_mixture(prior: NamedPrior | NormalPrior | NormalMixture) -> NormalMixture:
    """Give any prior of log HR as a mixture of normals."""
    if isinstance(prior, NormalMixture):
        return prior
    if isinstance(prior, NormalPrior):
        return NormalMixture.normal(prior.mean, prior.sd)
    return prior.mixture()


def read_prior(fields: object) -> NamedPrior:
    """Check a prior as a file or a notebook gives it: a table with its `kind`.

    Parameters
    ----------
    fields : mapping
        Such as ``{"kind": "elicited", "median": 0.8, "upper": 1.2}``.

    Returns
    -------
    VaguePrior, ScepticalPrior, EnthusiasticPrior, ElicitedPrior, InformativePrior or MixturePrior

    Raises
    ------
    ValueError
        If it is no prior: one sentence.

    Examples
    --------
    >>> from models import read_prior
    >>> prior = read_prior({"kind": "elicited", "median": 0.8, "upper": 1.2}).mixture()
    >>> print(prior.quantile([0.5, 0.975]).round(3))
    [-0.223  0.182]
    """
    try:
        return _Holder.model_validate({"log_hr": fields}).log_hr
    except ValidationError as error:
        sentence = explain(error, model=_Holder).removeprefix("`log_hr`: ")
        raise ValueError(sentence.replace("`log_hr.", "`")) from None


def single_normal(prior: NamedPrior) -> NormalPrior:
    """Give a named prior as the one normal that the sampler of patients takes.

    Raises
    ------
    ValueError
        If it is a mixture of several.
    """
    mixture = as_mixture(prior)
    if len(mixture.weights) > 1:
        raise ValueError(
            f"kind = {prior.kind!r} with {len(mixture.weights)} components; patients are drawn "
            "under one normal, use kind = 'vague' here and weigh the posterior with replan priors"
        )
    return NormalPrior(mean=mixture.means[0], sd=mixture.sds[0])


def _check_spread(sd: float, fields: str) -> None:
    if not SMALLEST <= sd <= LARGEST:
        raise ValueError(
            f"{fields} mean a standard deviation of {sd:.3g} of the log hazard ratio; it must be "
            f"between {SMALLEST} and {LARGEST:g}, correct them"
        )
