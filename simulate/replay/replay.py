"""One simulated trial again: its patients, and what each look saw and decided.

Times are months; z above 0 favours RT; hazard ratios are RT versus control, below 1 favours RT.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.interval_estimate import Z_95
from simulate.engine.fields import FIELDS
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Block, simulate_block
from simulate.operating.monitoring import planned_events
from simulate.operating.statistics import TESTS, test_z
from simulate.operating.tally import outcome_names
from simulate.replay.decided import DecidedBlock, decide_block
from simulate.replay.patients import data_at, trial_patients

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth

Floats = NDArray[np.float64]

CONTINUE = "continue"
LARGEST = 2**63


@dataclass(frozen=True, kw_only=True)
class Recruitment:
    """Who was enrolled by the stop.

    Attributes
    ----------
    control, rt : int
        Patients.
    first_month, last_month : float
        Calendar months in which the first and the last of them entered; not a number without any.
    planned : int or None
        Patients the design wants, None where recruitment has a fixed duration.
    """

    control: int
    rt: int
    first_month: float
    last_month: float
    planned: int | None


@dataclass(frozen=True, kw_only=True)
class ReplayedLook:
    """What one look saw and decided.

    Attributes
    ----------
    look : int
        From 1.
    month : float
        Calendar month.
    reached : bool
        Whether its triggers were met; otherwise it is held when nobody is followed any more.
    patients, events_control, events_rt : int
    person_months : float
    log_hr, standard_error : float
        Cox estimate; not a number or infinite where there is none.
    z : float
        Of the test that decides; of the log-rank test under the Bayesian rule.
    probability : float
        Posterior probability that the hazard ratio is below that of the Bayesian rule.
    statistic, upper : float
        What was decided on, z or under the Bayesian rule the probability; success at or above
        `upper`, which is infinite where there is no bound.
    lower : float
        Futility at an interim look when z is below; minus infinity where there is no bound.
    final : bool
        Whether it is the last look at which the endpoint is analysed.
    decision : str
        "continue", "success", "futility" or "failure".
    data : pandas.DataFrame
        See `data_at`.
    """

    look: int
    month: float
    reached: bool
    patients: int
    events_control: int
    events_rt: int
    person_months: float
    log_hr: float
    standard_error: float
    z: float
    probability: float
    statistic: float
    upper: float
    lower: float
    final: bool
    decision: str
    data: pd.DataFrame

    @property
    def hazard_ratio(self) -> tuple[float, float, float]:
        """Cox estimate, RT versus control, with its 95% confidence limits (Wald)."""
        half = Z_95 * self.standard_error
        return (_exp(self.log_hr), _exp(self.log_hr - half), _exp(self.log_hr + half))


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One simulated trial.

    Attributes
    ----------
    design : TrialDesign
    truth : Truth
    seed, replicate : int
    planned_events : array (look,)
        What the bounds were planned for.
    patients : pandas.DataFrame
        All that would have been enrolled had the trial not stopped, see `trial_patients`.
    recruitment : Recruitment
        Up to the stop.
    looks : tuple of ReplayedLook
        Up to the stop.
    """

    design: TrialDesign
    truth: OneTruth
    seed: int
    replicate: int
    planned_events: Floats
    patients: pd.DataFrame
    recruitment: Recruitment
    looks: tuple[ReplayedLook, ...]

    @property
    def outcome(self) -> str:
        """How the trial ended: "success", "futility" or "failure"."""
        return self.looks[-1].decision


def replay(design: TrialDesign, truth: OneTruth, *, seed: int, replicate: int) -> Replay:
    """Simulate one replicate alone and keep everything.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth
        One of the design's, or another whose factors the design has.
    seed, replicate : int
        Those of the simulation, replicates counted from 0; from 0 to 2^63 - 1.

    Returns
    -------
    Replay
        The same numbers, to the bit, as this replicate has among thousands.

    Raises
    ------
    ValueError
        If seed or replicate is out of range, or the design cannot be recruited.
    """
    check_numbers(seed=seed, replicate=replicate)
    scenario = pack_scenario(design, truth)
    block = simulate_block(scenario, seed=seed, first=replicate, trials=1)
    events = planned_events(design, seed=seed)
    patients = trial_patients(scenario, seed=seed, replicate=replicate)
    looks = _looks(design, block, decide_block(design, block, events=events), patients)
    return Replay(
        design=design,
        truth=truth,
        seed=seed,
        replicate=replicate,
        planned_events=events,
        patients=patients,
        recruitment=recruitment_of(design, looks[-1].data),
        looks=looks,
    )


def check_numbers(**numbers: int) -> None:
    """Refuse seeds and replicates that are out of range: one sentence."""
    for name, value in numbers.items():
        if not 0 <= value < LARGEST:
            raise ValueError(f"`{name}` must be from 0 to 2^63 - 1, got {value}; choose another")


def _looks(
    design: TrialDesign, block: Block, decided: DecidedBlock, patients: pd.DataFrame
) -> tuple[ReplayedLook, ...]:
    stop, test = int(decided.stop[0]), TESTS[design.analysis.test]
    outcome = outcome_names()[int(decided.result[0])]
    return tuple(
        replayed_look(
            look,
            block.found[0, look],
            test=test,
            held=Held(
                float(decided.statistic[0, look]),
                float(decided.upper[0, look]),
                float(decided.lower[0, look]),
            ),
            final=look == len(design.looks) - 1,
            decision=outcome if look == stop else CONTINUE,
            patients=patients,
        )
        for look in range(stop + 1)
    )


class Held(NamedTuple):
    """What was decided on at a look: the statistic and the bounds it was held against."""

    statistic: float
    upper: float
    lower: float


def replayed_look(
    look: int,
    found: Floats,
    *,
    test: int,
    held: Held,
    final: bool,
    decision: str,
    patients: pd.DataFrame,
) -> ReplayedLook:
    """Put together what one look saw and decided.

    Parameters
    ----------
    look : int
        From 0.
    found : array (field,)
        See `simulate.engine.fields`.
    test : int
        Which test decides, see `simulate.operating.statistics`.
    held : Held
    final : bool
    decision : str
    patients : pandas.DataFrame
        From `trial_patients`.
    """
    seen = dict(zip(FIELDS, found.tolist(), strict=True))
    return ReplayedLook(
        look=look + 1,
        month=seen["month"],
        reached=seen["reached"] == 1.0,
        patients=int(seen["patients"]),
        events_control=int(seen["events_control"]),
        events_rt=int(seen["events_rt"]),
        person_months=seen["person_months"],
        log_hr=seen["log_hr"],
        standard_error=seen["standard_error"],
        z=float(test_z(found, test)),
        probability=seen["probability"],
        statistic=held.statistic,
        upper=held.upper,
        lower=held.lower + 0.0,
        final=final,
        decision=decision,
        data=data_at(patients, seen["month"]),
    )


def recruitment_of(design: TrialDesign, enrolled: pd.DataFrame) -> Recruitment:
    """Count who was enrolled among the data of the last look."""
    return Recruitment(
        control=int((enrolled["arm"] == "control").sum()),
        rt=int((enrolled["arm"] == "rt").sum()),
        first_month=float(enrolled["entry"].min()),
        last_month=float(enrolled["entry"].max()),
        planned=design.patients,
    )


def _exp(value: float) -> float:
    """Exponential that overflows to infinity."""
    return math.exp(value) if value < 700.0 else (math.nan if math.isnan(value) else math.inf)
