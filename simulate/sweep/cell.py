"""One cell of a sweep: a checked design and the truth it is simulated under."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulate.design.trial import TrialDesign
from simulate.truth.kinds import OneTruth


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One point of a sweep.

    Attributes
    ----------
    point : mapping of str to value
        Value, or name of the choice, of every dim of the grid, in its order.
    derived : mapping of str to float
        Values of the derived quantities.
    design : TrialDesign
        With the planning truth alone.
    truth : Truth, IllnessDeathTruth or MarginalsTruth
        The truth in force.
    estimates : bool
        Whether hazard ratios are estimated, too.
    """

    point: Mapping[str, bool | int | float | str]
    derived: Mapping[str, float]
    design: TrialDesign
    truth: OneTruth
    estimates: bool = False
