"""How often trials of several endpoints reject one without effect. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulate.operating.characteristics import share_error
from simulate.plots.wording import ENDPOINT_NAMES

if TYPE_CHECKING:
    from simulate.operating.several import SimulatedTrials

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class FalseWins:
    """Family-wise error by configuration.

    Attributes
    ----------
    names : tuple of str
        Truths in which some endpoint is without effect.
    null : tuple of tuple of str
        These endpoints.
    errors, mcse : array (configuration,)
        Share of trials that reject any of them, and its Monte Carlo standard error.
    """

    names: tuple[str, ...]
    null: tuple[tuple[str, ...], ...]
    errors: Floats
    mcse: Floats


def false_wins(simulated: Sequence[SimulatedTrials]) -> FalseWins:
    """Take the family-wise errors of simulations; truths without null endpoints are left out.

    Parameters
    ----------
    simulated : sequence of SimulatedTrials
        Of the same design.
    """
    chosen = [one for one in simulated if any(one.null)]
    wins = np.array([one.trial.false_win for one in chosen], np.int64)
    trials = np.array([one.trial.trials for one in chosen], np.int64)
    return FalseWins(
        names=tuple(one.truth.name for one in chosen),
        null=tuple(
            tuple(
                ENDPOINT_NAMES[name]
                for name, without in zip(one.endpoints, one.null, strict=True)
                if without
            )
            for one in chosen
        ),
        errors=wins / trials,
        mcse=share_error(wins, trials),
    )
