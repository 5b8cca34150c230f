"""The kinds of truth that a design may be simulated under."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from simulate.truth.illness_death import IllnessDeathTruth
from simulate.truth.marginals import MarginalsTruth
from simulate.truth.truth import Truth

OneTruth = Truth | IllnessDeathTruth | MarginalsTruth
Solved = Truth | IllnessDeathTruth


def _kinds_named(given: object) -> object:
    """Name the kind of truths that leave it out: those of one endpoint."""
    if not isinstance(given, list | tuple):
        return given
    default = Truth.model_fields["kind"].default
    return [
        {"kind": default, **truth} if isinstance(truth, dict) and "kind" not in truth else truth
        for truth in given
    ]


Truths = Annotated[
    tuple[Annotated[OneTruth, Field(discriminator="kind")], ...],
    BeforeValidator(_kinds_named),
    Field(strict=False, min_length=1, max_length=100),
]


def solve(truth: OneTruth) -> Solved:
    """Return the truth with known hazards, which those of wanted marginals have been solved for."""
    return truth.solved() if isinstance(truth, MarginalsTruth) else truth
