"""Progression and death from what trials print of both endpoints: medians and hazard ratios."""

from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from simulate.frozen import Frozen, Name, PositiveMonths, Ratio, Share
from simulate.truth.effects import Effect, Piecewise, Proportional
from simulate.truth.hazards import DropOut, Hazards, Median
from simulate.truth.illness_death import DeathAfterProgression, IllnessDeathTruth, Transition
from simulate.truth.truth import LevelEffect


class ControlMedians(Frozen):
    """Medians of the control arm."""

    pfs_median: Median
    """Median progression-free survival in months."""
    os_median: Median
    """Median overall survival in months, longer."""


class TreatedMarginals(Frozen):
    """What radiotherapy does: for each endpoint its median or its hazard ratio."""

    pfs_median: Median | None = None
    """Median progression-free survival of RT in months."""
    pfs_hr: Ratio | None = None
    """Hazard ratio of progression-free survival, RT versus control, the same at all times."""
    os_median: Median | None = None
    """Median overall survival of RT in months."""
    os_hr: Ratio | None = None
    """Hazard ratio of overall survival, RT versus control: its mean on the log scale over the
    deaths of both arms up to the horizon, since it changes over time."""


class MarginalsTruth(Frozen):
    """Both endpoints as trials print them; hazards of all passages are found from them.

    All hazards are constant, except RT's hazard of death after progression under `os_null`.
    """

    kind: Literal["marginals"] = "marginals"
    """Medians and hazard ratios of both endpoints."""
    name: Name
    """Name of the truth, such as "planning"."""
    control: ControlMedians
    """Medians of both endpoints in the control arm."""
    rt: TreatedMarginals
    """Medians or hazard ratios of RT."""
    deaths_without_progression: Share | None = None
    """Share of progression-free survival events that are deaths, in both arms; give this or
    `correlation`."""
    correlation: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Correlation of the times of both endpoints in the control arm."""
    os_null: bool = False
    """Overall survival of RT is that of control at all times up to the horizon, though
    progression-free survival differs. Death without progression has the hazard of control, and
    RT's hazard of death after progression does the rest."""
    horizon: PositiveMonths = 60.0
    """Months over which `os_hr` is averaged, or `os_null` holds."""
    drop_out: DropOut = DropOut()
    """Patients who are lost to follow-up."""
    factors: dict[str, dict[str, LevelEffect]] = Field(default={})
    """Effects of the levels of the design's factors on all passages; medians and hazard ratios are
    those of patients whose levels change nothing."""

    _solved: IllnessDeathTruth = PrivateAttr()

    @model_validator(mode="after")
    def _solvable(self) -> Self:
        _check_choices(self)
        self._solved = _solve(self)
        return self

    def solved(self) -> IllnessDeathTruth:
        """Hazards of all passages, found once."""
        return self._solved


def _check_choices(truth: MarginalsTruth) -> None:
    """Refuse what is given twice or not at all: one sentence."""
    rt = truth.rt
    if (truth.deaths_without_progression is None) == (truth.correlation is None):
        given = "neither" if truth.correlation is None else "both"
        raise ValueError(
            f"{given} of deaths_without_progression and correlation given; either says how the "
            "endpoints hang together, give exactly one"
        )
    for endpoint in ("pfs", "os"):
        median, ratio = (getattr(rt, f"{endpoint}_{figure}") for figure in ("median", "hr"))
        if endpoint == "os" and truth.os_null:
            if median is not None or ratio is not None:
                raise ValueError(
                    "os_null is true and rt has an os_median or os_hr; overall survival is that of "
                    "control then, leave them out"
                )
        elif (median is None) == (ratio is None):
            given = "neither" if median is None else "both"
            raise ValueError(
                f"{given} of {endpoint}_median and {endpoint}_hr of rt given; either fixes the "
                "effect on this endpoint, give exactly one"
            )


def _solve(truth: MarginalsTruth) -> IllnessDeathTruth:
    from simulate.illness_death.solve_marginals import solve_marginals  # scipy, not needed to read

    control, hr = solve_marginals(truth)
    after: Effect = Proportional(hr=hr.after[0])
    if hr.cuts:
        after = Piecewise(cuts=hr.cuts, hr=hr.after)
    return IllnessDeathTruth(
        name=truth.name,
        progression=_transition(control.progression, hr.progression),
        death_without_progression=(
            _transition(control.without, hr.without) if control.without > 0 else None
        ),
        death_after_progression=DeathAfterProgression(
            control=Hazards(rates=(control.after,)), effect=after
        ),
        drop_out=truth.drop_out,
        factors=truth.factors,
    )


def _transition(hazard: float, hr: float) -> Transition:
    return Transition(control=Hazards(rates=(hazard,)), effect=Proportional(hr=hr))
