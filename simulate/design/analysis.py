"""The analysis of an endpoint at each look: tests, their parameters, ties and strata."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulate.design.bayes_rule import BayesRule
from simulate.frozen import Frozen, Months, PositiveMonths

Test = Literal[
    "log_rank",
    "cox_wald",
    "cox_score",
    "bayes",
    "fleming_harrington",
    "modestly_weighted",
    "max_combo",
    "rmst",
    "milestone",
    "milestone_log_log",
    "median",
]
EVERYWHERE: tuple[Test, ...] = ("log_rank", "cox_wald", "cox_score", "bayes")
LATE: tuple[Test, ...] = (
    "fleming_harrington",
    "modestly_weighted",
    "max_combo",
    "rmst",
    "milestone",
    "milestone_log_log",
    "median",
)

Power = Annotated[float, Field(ge=0, le=10)]


class FlemingHarrington(Frozen):
    """Weight S^rho (1 − S)^gamma, S the survival of both arms together just before the event."""

    rho: Power = 0.0
    """Power of S; above 0 looks for early effects."""
    gamma: Power = 1.0
    """Power of 1 − S; above 0 looks for late effects."""


class Analysis(Frozen):
    """How the arms are compared at every look."""

    test: Test = "log_rank"
    """Test that decides."""
    also: Annotated[tuple[Test, ...], Field(strict=False)] = ()
    """Further tests to be computed on the same trials; log-rank, Cox and the Bayesian rule always
    are."""
    ties: Literal["breslow", "efron"] = "efron"
    """How tied event times share the risk set in Cox models."""
    stratified: bool = False
    """Whether the comparison is made within the strata of the design's factors."""
    bayes: BayesRule = BayesRule()
    """The rule of the test "bayes"."""
    fleming_harrington: FlemingHarrington = FlemingHarrington()
    """Weights of the test "fleming_harrington"."""
    modest_until: Months = 6.0
    """Months until which the weight of the test "modestly_weighted" rises (Magirr & Burman)."""
    max_combo: Annotated[tuple[FlemingHarrington, ...], Field(strict=False, max_length=4)] = (
        FlemingHarrington(rho=0.0, gamma=0.0),
        FlemingHarrington(rho=0.0, gamma=1.0),
    )
    """Components of the test "max_combo", whose largest z decides; at most 4."""
    rmst_until: PositiveMonths = 24.0
    """Months to which mean survival is restricted in the test "rmst"."""
    milestone: PositiveMonths = 24.0
    """Month of the tests "milestone" and "milestone_log_log"."""

    @model_validator(mode="after")
    def _tests_are_defined(self) -> Self:
        chosen = (self.test, *self.also)
        repeated = [name for name in self.also if chosen.count(name) > 1]
        if repeated:
            raise ValueError(
                f"also names {repeated[0]!r} beside test or twice; each test is computed once, "
                "drop it"
            )
        if "max_combo" in chosen and not self.max_combo:
            raise ValueError(
                "max_combo has no components; the test takes the largest z of some, give 1 to 4 "
                "such as { rho = 0, gamma = 1 }"
            )
        for name in ("median", "milestone_log_log"):
            if self.stratified and name in chosen:
                raise ValueError(
                    f'test "{name}" with stratified = true; it has no stratified form, set '
                    "stratified to false or drop the test"
                )
        return self

    def late(self) -> tuple[Test, ...]:
        """Return the tests beyond those that are always computed, in a fixed order."""
        return tuple(name for name in LATE if name in (self.test, *self.also))

    def computed(self) -> tuple[Test, ...]:
        """Return all tests that are computed, in a fixed order."""
        return (*EVERYWHERE, *self.late())
