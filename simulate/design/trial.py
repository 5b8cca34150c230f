"""The design of a two-arm survival trial, with the truths under which it is to be simulated."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from simulate.design.analysis import Analysis
from simulate.design.consistency import check_design
from simulate.design.factors import Factor, cell_prevalences, cells
from simulate.design.futility import Futility
from simulate.design.looks import Look, planned_information
from simulate.design.randomisation import Allocation, Randomisation
from simulate.design.recruitment import Recruitment
from simulate.design.spending import NoSpending, Spending
from simulate.frozen import MOST_PATIENTS, Frozen, Name
from simulate.truth.truth import Truth


class TrialDesign(Frozen):
    """What a trial is, checked once: everything that reads it may trust it.

    Times are months, rates per month, hazard ratios RT versus control (below 1 favours RT).
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
    endpoint: Name = "os"
    """Name of the endpoint, printed with every result."""
    looks: Annotated[tuple[Look, ...], Field(strict=False, min_length=1, max_length=20)]
    """Looks at the data in their order; the last is the final analysis."""
    analysis: Analysis = Analysis()
    """How the arms are compared."""
    efficacy: Spending = Field(default=NoSpending(), discriminator="kind")
    """How alpha is spent over the looks."""
    futility: Futility | None = Field(default=None, discriminator="kind")
    """When to stop for futility; never by default."""
    truths: Annotated[tuple[Truth, ...], Field(strict=False, min_length=1, max_length=100)]
    """The planning truth first, then scenarios."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        check_design(self)
        return self

    def information(self) -> tuple[float, ...] | None:
        """Planned share of the final information at each look; None where it is not known."""
        return planned_information(self.looks)

    def strata(self) -> list[dict[str, str]]:
        """Level of each factor in each stratum; the last factor varies fastest."""
        return cells(self.factors)

    def prevalences(self) -> tuple[float, ...]:
        """Share of the patients in each stratum, in the order of `strata`."""
        return cell_prevalences(self.factors)
