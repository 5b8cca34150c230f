"""Other trials as a TOML file holds them: what each printed, where, and why it counts.

Hazard ratios are RT versus control, below 1 favours RT; medians are months.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.priors.frozen import Frozen, Ratio, Share, Spread, Text
from models.priors.named import NamedPrior, ScepticalPrior

Endpoint = Literal["pfs", "os"]
ENDPOINT_LABELS: dict[Endpoint, str] = {
    "pfs": "Progression-free survival",
    "os": "Overall survival",
}


class Interval(Frozen):
    """Printed limits of the hazard ratio, from which its standard error follows."""

    kind: Literal["interval"] = "interval"
    lower: Ratio
    """Lower limit, RT versus control."""
    upper: Ratio
    """Upper limit, RT versus control."""
    level: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Level of the interval; some trials print 90% or 80%."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lower >= self.upper:
            raise ValueError(
                f"lower = {self.lower} and upper = {self.upper}; the limits must be in this "
                "order, exchange or correct them"
            )
        return self


class PValue(Frozen):
    """Printed p-value: the standard error is |log HR| over its z."""

    kind: Literal["p_value"] = "p_value"
    p: Annotated[float, Field(gt=0, lt=1)]
    """P-value of the comparison."""
    sides: Annotated[int, Field(ge=1, le=2)] = 2
    """1 or 2 sides."""


class EventCounts(Frozen):
    """Events of each arm, counted or at most possible: variance 1 / events, added up."""

    kind: Literal["events"] = "events"
    rt: Annotated[int, Field(ge=1)]
    """Events in the RT arm."""
    control: Annotated[int, Field(ge=1)]
    """Events in the control arm."""


class Medians(Frozen):
    """Median survival of both arms in months, where no hazard ratio is printed."""

    rt: Annotated[float, Field(gt=0, le=1200)]
    """Median of the RT arm, months."""
    control: Annotated[float, Field(gt=0, le=1200)]
    """Median of the control arm, months."""


class Trial(Frozen):
    """One endpoint of one randomised trial, as far as a source prints it."""

    name: Text
    """Short name, such as "NRG-LU002"."""
    endpoint: Endpoint
    """pfs or os."""
    hr: Ratio | None = None
    """Printed hazard ratio, RT versus control."""
    medians: Medians | None = None
    """In place of a hazard ratio: control over RT, true if survival is exponential."""
    uncertainty: Annotated[Interval | PValue | EventCounts, Field(discriminator="kind")]
    """Where the standard error comes from."""
    n_rt: Annotated[int, Field(ge=1)]
    """Patients of the RT arm."""
    n_control: Annotated[int, Field(ge=1)]
    """Patients of the control arm."""
    population: Text
    """Patients, systemic treatment, and what was irradiated."""
    source: Text
    """DOI or address of what was read."""
    why: Text
    """Why it counts, and how its figures were come by."""
    use: Literal["main", "sensitivity"] = "main"
    """Whether it stands behind the prior, or is added in a row of its own only."""
    discount: Share = 1.0
    """Share of its information that counts: 0.5 as if it had half as many events."""
    effect_kept: Share = 1.0
    """Share of its log HR that is believed, for trials that stopped early for benefit."""

    @model_validator(mode="after")
    def _one_estimate(self) -> Self:
        if (self.hr is None) == (self.medians is None):
            raise ValueError(
                f"{self.name} ({self.endpoint}) needs either hr or medians and has "
                f"{'neither' if self.hr is None else 'both'}; give the printed hazard ratio, or "
                "medians where none is printed"
            )
        self._check_interval()
        self._check_events()
        return self

    def _check_interval(self) -> None:
        limits = self.uncertainty
        if not isinstance(limits, Interval):
            return
        if self.hr is None:
            raise ValueError(
                f"{self.name} ({self.endpoint}) has an interval but no hr; limits belong to a "
                "hazard ratio, give it as hr"
            )
        if not limits.lower <= self.hr <= limits.upper:
            raise ValueError(
                f"{self.name} ({self.endpoint}) has hr = {self.hr} outside its limits "
                f"{limits.lower} to {limits.upper}; the estimate must lie within, turn all three "
                "to RT versus control"
            )

    def _check_events(self) -> None:
        counts = self.uncertainty
        if isinstance(counts, EventCounts) and (
            counts.rt > self.n_rt or counts.control > self.n_control
        ):
            raise ValueError(
                f"{self.name} ({self.endpoint}) has {counts.rt} and {counts.control} events in "
                f"{self.n_rt} and {self.n_control} patients (RT, control); events must be at most "
                "the patients, correct them"
            )


class Evidence(Frozen):
    """Trials of one file, and how they are to be pooled."""

    name: Text
    """Short name, printed with every result."""
    heterogeneity: Annotated[float, Field(gt=0, le=2)] = 0.5
    """Scale of the half-normal prior of tau, the sd of true log hazard ratios between trials."""
    mean_sd: Spread = 2.0
    """The pooled mean log HR is Normal(0, mean_sd) before any trial."""
    robust_weight: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Weight of the part that makes the predictive prior robust."""
    robust_part: NamedPrior = ScepticalPrior()
    """The part: vague or sceptical."""
    only_discounted: Annotated[tuple[Endpoint, ...], Field(strict=False)] = ()
    """Endpoints whose trials at face value would mislead: no prior of theirs goes undiscounted."""
    trials: Annotated[tuple[Trial, ...], Field(strict=False)] = ()
    """At least one."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not self.trials:
            raise ValueError(
                "trials is empty; a prior from other trials needs at least one, add a [[trials]] "
                "table or run replan add-trial"
            )
        seen: set[tuple[str, str]] = set()
        for trial in self.trials:
            if (trial.name, trial.endpoint) in seen:
                raise ValueError(
                    f"{trial.name} ({trial.endpoint}) stands there twice; each trial counts once "
                    "for an endpoint, remove or rename one"
                )
            seen.add((trial.name, trial.endpoint))
        self._check_discounts()
        return self

    def _check_discounts(self) -> None:
        for trial in self.trials:
            discounted = trial.discount < 1.0 or trial.effect_kept < 1.0
            if trial.endpoint in self.only_discounted and trial.use == "main" and not discounted:
                raise ValueError(
                    f"{trial.name} ({trial.endpoint}) has no discount, but {trial.endpoint} is in "
                    "only_discounted; its trials must have a discount or effect_kept below 1, "
                    "give it one"
                )

    def of(self, endpoint: Endpoint, *, use: Literal["main", "sensitivity"]) -> tuple[Trial, ...]:
        """Trials of one endpoint and use, in the order of the file."""
        return tuple(
            trial for trial in self.trials if trial.endpoint == endpoint and trial.use == use
        )

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Endpoints with trials behind a prior, progression-free survival first."""
        return tuple(name for name in ENDPOINT_LABELS if self.of(name, use="main"))
