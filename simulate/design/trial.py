"""The design of a two-arm survival trial, with the truths under which it is to be simulated."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from simulate.design.analysis import Analysis
from simulate.design.consistency import check_design
from simulate.design.endpoint import Endpoint
from simulate.design.factors import Factor, cell_prevalences, cells
from simulate.design.futility import Futility
from simulate.design.harm import HarmRule
from simulate.design.looks import Look, planned_information
from simulate.design.multiplicity import Multiplicity
from simulate.design.randomisation import Allocation, Randomisation
from simulate.design.recruitment import Recruitment
from simulate.design.spending import NoSpending, Spending
from simulate.frozen import MOST_PATIENTS, Frozen, Months, Name
from simulate.truth.kinds import Truths
from simulate.truth.scans import Scans


class TrialDesign(Frozen):
    """What a trial is, checked once: everything that reads it may trust it.

    Times are months, rates per month, hazard ratios RT versus control (below 1 favours RT).
    A trial of one endpoint says in `analysis`, `efficacy` and `futility` how it is tested; a trial
    of several has `endpoints` and `multiplicity` instead.
    """

    name: Name
    """Name of the design, printed with every result."""
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.025
    """One-sided type I error."""
    allocation: Allocation = Allocation()
    """Ratio of patients between the arms."""
    patients: Annotated[int, Field(ge=2, le=MOST_PATIENTS)] | None = None
    """Patients to be enrolled; left out where the recruitment has a fixed duration."""
    recruitment: Recruitment
    """How patients are recruited."""
    randomisation: Randomisation
    """How patients are allocated."""
    factors: Annotated[tuple[Factor, ...], Field(strict=False)] = ()
    """Stratification factors; the strata are all combinations of their levels."""
    scans: Scans | None = None
    """When progression is looked for; seen at once unless given."""
    data_cut_delay: Months = 0.0
    """Months from the trigger of a look to its data cut; what happens in between counts."""
    endpoint: Name = "os"
    """Name of the endpoint where there is only one; "pfs" or "os" picks it from patients who
    progress and die."""
    endpoints: Annotated[tuple[Endpoint, ...], Field(strict=False, max_length=2)] = ()
    """Endpoints that share alpha; the order is that of the tables."""
    multiplicity: Multiplicity | None = Field(default=None, discriminator="kind")
    """How several endpoints share alpha."""
    success: Name = "all"
    """What several endpoints must show for the trial to succeed: "all" of them, "any" one, or one
    of them by name."""
    stop_at_success: bool = False
    """Whether the trial stops as soon as it succeeds, with endpoints still to be tested."""
    harm: HarmRule | None = None
    """Harm for survival, watched at every look; with a rule of its own if it names a
    probability."""
    looks: Annotated[tuple[Look, ...], Field(strict=False, min_length=1, max_length=20)]
    """Looks at the data in their order; the last is the final analysis."""
    analysis: Analysis = Analysis()
    """How the arms are compared."""
    efficacy: Spending = Field(default=NoSpending(), discriminator="kind")
    """How alpha is spent over the looks."""
    futility: Futility | None = Field(default=None, discriminator="kind")
    """When to stop for futility; never by default."""
    truths: Truths
    """The planning truth first, then scenarios."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        check_design(self)
        return self

    def tested(self) -> tuple[Endpoint, ...]:
        """Return the endpoints that the trial tests, one or several."""
        if self.endpoints:
            return self.endpoints
        return (
            Endpoint.model_construct(
                name=self.endpoint,
                analysis=self.analysis,
                efficacy=self.efficacy,
                futility=self.futility,
            ),
        )

    def looks_at(self, endpoint: str) -> tuple[int, ...]:
        """Return the looks, counted from 0, at which an endpoint is analysed."""
        return tuple(
            place
            for place, look in enumerate(self.looks)
            if look.analyse is None or endpoint in look.analyse
        )

    def seen_by(self, endpoint: str) -> Self:
        """Return the trial as one endpoint has it: its analysis, and its looks alone.

        A look that waits for events of another endpoint keeps its other triggers only, so when the
        looks take place is the whole design's to say.
        """
        if not self.endpoints:
            return self
        plan = next(one for one in self.endpoints if one.name == endpoint)
        looks = [self.looks[place] for place in self.looks_at(endpoint)]
        return self.model_copy(
            update={
                "endpoint": endpoint,
                "endpoints": (),
                "multiplicity": None,
                "analysis": plan.analysis,
                "efficacy": plan.efficacy,
                "futility": plan.futility,
                "looks": tuple(
                    look if look.endpoint == endpoint else look.model_copy(update={"events": None})
                    for look in looks
                ),
            }
        )

    def information(self) -> tuple[float, ...] | None:
        """Planned share of the final information at each look; None where it is not known."""
        return planned_information(self.looks)

    def strata(self) -> list[dict[str, str]]:
        """Level of each factor in each stratum; the last factor varies fastest."""
        return cells(self.factors)

    def prevalences(self) -> tuple[float, ...]:
        """Share of the patients in each stratum, in the order of `strata`."""
        return cell_prevalences(self.factors)
