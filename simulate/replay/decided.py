"""What one test decides in a block of simulated trials, with the statistics and bounds it saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.monitor import new_track
from simulate.operating.decide import TESTS, decide
from simulate.operating.monitoring import monitoring_record

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.engine.run import Block

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class DecidedBlock:
    """Decisions trial by trial.

    Attributes
    ----------
    statistic, upper, lower : array (trial, look)
        What was held against the bounds, z or the posterior probability under the Bayesian rule,
        and the bounds, up to the stop; not a number behind it.
    stop : array (trial,)
        Look of the stop, counted from 0.
    result : array (trial,)
        Outcome, an index of `simulate.operating.tally.outcome_names`.
    """

    statistic: Floats
    upper: Floats
    lower: Floats
    stop: Integers
    result: Integers


def decide_block(
    design: TrialDesign, block: Block, *, events: Floats, test: str | None = None
) -> DecidedBlock:
    """Decide every trial of a block, futility obeyed.

    Parameters
    ----------
    design : TrialDesign
    block : Block
        With every test computed, or at least the one that decides.
    events : array (look,)
        Planned events, from `planned_events`.
    test : str, optional
        "log_rank", "cox_wald", "cox_score" or "bayes"; the design's own unless given.
    """
    trials, looks = block.found.shape[:2]
    statistic, upper, lower = np.empty((3, trials, looks))
    stop, result = np.empty((2, trials), np.int64)
    monitor: Any = monitoring_record(design, events)
    track: Any = new_track()
    decide(
        block.found,
        TESTS[design.analysis.test if test is None else test],
        design.analysis.bayes.probability,
        True,
        monitor[0],
        track[0],
        statistic,
        upper,
        lower,
        stop,
        result,
    )
    return DecidedBlock(statistic=statistic, upper=upper, lower=lower, stop=stop, result=result)
