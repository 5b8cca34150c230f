"""How patients are recruited: arrivals, rates, sites that open, ramp-up."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from simulate.frozen import LONGEST, Frozen, Months, PositiveMonths

MostPerMonth = Annotated[float, Field(ge=0, le=100_000)]


class Rate(Frozen):
    """Recruitment rate from a time on."""

    start: Months
    """Months since recruitment opened."""
    per_month: MostPerMonth
    """Patients per month until the next rate's start."""


class Sites(Frozen):
    """Sites that open one by one, evenly over a period, and then recruit at one rate each."""

    number: Annotated[PositiveInt, Field(le=10_000)]
    """Number of sites."""
    opening_months: Months
    """Months from the first site's opening to the last one's; 0 when all open together."""
    per_site_month: Annotated[float, Field(gt=0, le=1000)]
    """Patients per open site and month."""


class Recruitment(Frozen):
    """Recruitment of the whole trial; calendar time 0 is when it opens."""

    kind: Literal["even", "uniform", "poisson"] = "poisson"
    """Arrivals evenly spaced, independently uniform, or a Poisson process (at these rates)."""
    rates: Annotated[tuple[Rate, ...], Field(strict=False)] = ()
    """Rates for the whole trial; give either these or `sites`."""
    sites: Sites | None = None
    """Sites that open one by one; give either these or `rates`."""
    ramp_up: PositiveMonths | None = None
    """Months over which the rate rises linearly from 0 to the first of `rates`."""
    duration: PositiveMonths | None = None
    """Months of recruitment, where the design fixes this instead of the number of patients."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _check_source(self)
        if self.rates:
            _check_rates(self.rates)
        if self.ramp_up is not None:
            _check_ramp_up(self, self.ramp_up)
        if self.expected(LONGEST if self.duration is None else self.duration) <= 0:
            raise ValueError(
                "recruitment never brings a patient; a trial needs patients, raise the rates or "
                "the duration"
            )
        return self

    def expected(self, until: float) -> float:
        """Patients expected to be enrolled by a calendar time in months."""
        if self.sites is not None:
            return _from_sites(self.sites, until)
        total = sum(
            rate.per_month * max(0.0, min(until, stop) - rate.start)
            for rate, stop in zip(self.rates, self._stops(), strict=True)
        )
        ramp = self.ramp_up or 0.0
        risen = min(until, ramp)
        missed = self.rates[0].per_month * (risen - risen**2 / (2 * ramp)) if ramp else 0.0
        return total - missed

    def _stops(self) -> list[float]:
        return [*(rate.start for rate in self.rates[1:]), float("inf")]


def _from_sites(sites: Sites, until: float) -> float:
    step = sites.opening_months / max(sites.number - 1, 1)
    open_months = (max(0.0, until - step * site) for site in range(sites.number))
    return sites.per_site_month * sum(open_months)


def _check_source(recruitment: Recruitment) -> None:
    if bool(recruitment.rates) == (recruitment.sites is not None):
        given = "both rates and sites are" if recruitment.rates else "neither rates nor sites is"
        raise ValueError(f"{given} given; give exactly one of rates and sites")


def _check_rates(rates: tuple[Rate, ...]) -> None:
    if rates[0].start != 0:
        raise ValueError(
            f"rates begin at {rates[0].start:g} months; the first rate must start at 0, set its "
            "start to 0 (per_month = 0 for a pause)"
        )
    if any(later.start <= earlier.start for earlier, later in pairwise(rates)):
        raise ValueError(
            f"rates start at {[rate.start for rate in rates]}; starts must increase strictly, "
            "sort them and drop repeats"
        )


def _check_ramp_up(recruitment: Recruitment, ramp_up: float) -> None:
    if recruitment.sites is not None:
        raise ValueError(
            f"ramp_up is {ramp_up:g} beside sites; sites that open one by one are the ramp-up, "
            "drop ramp_up"
        )
    if len(recruitment.rates) > 1 and ramp_up > recruitment.rates[1].start:
        raise ValueError(
            f"ramp_up is {ramp_up:g} and the second rate starts at {recruitment.rates[1].start:g}; "
            "the ramp-up leads to the first rate and must end before the second, shorten it"
        )
