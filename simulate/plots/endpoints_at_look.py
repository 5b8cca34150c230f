"""Both endpoints of one simulated trial as a look sees them. Nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.interval_estimate import Z_95
from simulate.engine.fields import LOG_HR, MONTH, STANDARD_ERROR
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.replay.patients import data_at, trial_patients

if TYPE_CHECKING:
    import pandas as pd

    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth


@dataclass(frozen=True, kw_only=True)
class EndpointAtLook:
    """One endpoint at one look.

    Attributes
    ----------
    name : str
        "pfs" or "os".
    month : float
        Calendar month of the look.
    data : pandas.DataFrame
        See `data_at`.
    log_hr, standard_error : float
        Cox estimate, RT versus control; not a number or infinite where there is none.
    """

    name: str
    month: float
    data: pd.DataFrame
    log_hr: float
    standard_error: float

    @property
    def hazard_ratio(self) -> tuple[float, float, float]:
        """Cox estimate with its 95% confidence limits (Wald); not a number where there is none."""
        if not (math.isfinite(self.log_hr) and self.standard_error < math.inf):
            return math.nan, math.nan, math.nan
        half = Z_95 * self.standard_error
        return math.exp(self.log_hr), math.exp(self.log_hr - half), math.exp(self.log_hr + half)


def endpoints_at_look(
    design: TrialDesign, truth: OneTruth, *, seed: int, replicate: int, look: int
) -> tuple[EndpointAtLook, ...]:
    """Simulate one replicate and take what a look sees of each endpoint.

    Parameters
    ----------
    design : TrialDesign
    truth : IllnessDeathTruth, MarginalsTruth or Truth
    seed, replicate : int
        Those of the simulation, replicates counted from 0.
    look : int
        From 1.

    Returns
    -------
    tuple of EndpointAtLook
        One for each endpoint that the design tests, whether or not it is tested at this look.

    Raises
    ------
    ValueError
        If the design has no such look.

    Examples
    --------
    >>> from simulate import endpoints_at_look, load_design
    >>> design = load_design("analyses/phase3/design.toml")
    >>> found = endpoints_at_look(design, design.truths[0], seed=1, replicate=0, look=1)
    >>> [one.name for one in found]
    ['pfs', 'os']
    """
    if not 1 <= look <= len(design.looks):
        raise ValueError(f"`look` must be from 1 to {len(design.looks)}, got {look}")
    scenario = pack_scenario(design, truth)
    found = simulate_block(scenario, seed=seed, first=replicate, trials=1).endpoints[0, :, look - 1]
    return tuple(
        EndpointAtLook(
            name=endpoint.name,
            month=float(row[MONTH]),
            data=data_at(
                trial_patients(scenario, seed=seed, replicate=replicate, endpoint=place),
                float(row[MONTH]),
            ),
            log_hr=float(row[LOG_HR]),
            standard_error=float(row[STANDARD_ERROR]),
        )
        for place, (endpoint, row) in enumerate(zip(design.tested(), found, strict=True))
    )
