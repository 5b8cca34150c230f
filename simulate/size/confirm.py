"""Power at the answer by replicates that the search has not seen, and what such a trial is like."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.operating.outcomes import Outcomes

SHARES = (10.0, 50.0, 90.0)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Mean over trials at their stop, with its Monte Carlo error, and quantiles at 10, 50, 90%."""

    mean: float
    mcse: float
    quantiles: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What fresh replicates say of the answer.

    Attributes
    ----------
    first, trials : int
        Number of the first replicate, and how many.
    power, mcse : float
        Of the target.
    months, patients : Spread
        At the stop.
    events : dict of str to Spread
        At the stop, by endpoint.
    stops : tuple of float
        Share of the trials that stop at each look.
    """

    first: int
    trials: int
    power: float
    mcse: float
    months: Spread
    patients: Spread
    events: dict[str, Spread]
    stops: tuple[float, ...]


def confirm(outcomes: Outcomes, target: str, *, looks: int) -> Confirmed:
    """Sum up the outcomes of fresh replicates.

    Parameters
    ----------
    outcomes : Outcomes
    target : str
        See `Outcomes.of`.
    looks : int
        Looks of the design.
    """
    won = outcomes.of(target)
    power, trials = float(won.mean()), len(won)
    stops = np.bincount(outcomes.stop, minlength=looks) / trials
    return Confirmed(
        first=outcomes.first,
        trials=trials,
        power=power,
        mcse=math.sqrt(max(power * (1 - power), 1 / trials) / trials),
        months=_spread(outcomes.months),
        patients=_spread(outcomes.patients),
        events={
            name: _spread(outcomes.events[:, place])
            for place, name in enumerate(outcomes.endpoints)
        },
        stops=tuple(stops.tolist()),
    )


def _spread(values: NDArray[np.float64]) -> Spread:
    low, middle, high = np.percentile(values, SHARES)
    return Spread(
        mean=float(values.mean()),
        mcse=float(values.std() / math.sqrt(values.size)),
        quantiles=(float(low), float(middle), float(high)),
    )
