"""Estimates of simulated trials at the look where each stops. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulate.engine.fields import LOG_HR
from simulate.operating.tally import outcome_names

if TYPE_CHECKING:
    from simulate.engine.run import Block
    from simulate.replay.decided import DecidedBlock

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class StoppedEstimates:
    """Cox estimates at the stop.

    Attributes
    ----------
    log_hr : array (trial,)
        Log hazard ratio, RT versus control; infinite or not a number where there is no estimate.
    stop : array of int (trial,)
        Look of the stop, counted from 0.
    outcome : array of str (trial,)
        "success", "futility" or "failure".
    """

    log_hr: Floats
    stop: NDArray[np.int64]
    outcome: NDArray[np.str_]


def stopped_estimates(block: Block, decided: DecidedBlock) -> StoppedEstimates:
    """Take the Cox estimates of a block of trials at their stops.

    Parameters
    ----------
    block : Block
        From a scenario with every test computed.
    decided : DecidedBlock
        From `decide_block`.
    """
    rows = np.arange(len(decided.stop))
    return StoppedEstimates(
        log_hr=block.found[rows, decided.stop, LOG_HR],
        stop=decided.stop,
        outcome=np.array(outcome_names())[decided.result],
    )
