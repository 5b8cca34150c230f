"""The patients of one simulated trial, and the data that a look sees of them; times in months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.survival.intervals import ARMS
from simulate.engine.one_trial import follow_replicate

if TYPE_CHECKING:
    from simulate.engine.run import Scenario

EVENT, DROP_OUT, NEVER = "event", "drop-out", "never"


def trial_patients(
    scenario: Scenario, *, seed: int, replicate: int, endpoint: int = 0
) -> pd.DataFrame:
    """Enrol and follow the patients of one replicate, as the engine does.

    Parameters
    ----------
    scenario : Scenario
    seed, replicate : int
    endpoint : int
        Its place among those that the design tests.

    Returns
    -------
    pandas.DataFrame
        A row a patient in the order of enrolment: `patient` (from 0), `arm` (ordered categorical
        control, rt), `stratum` (from 0), `entry` and `end` (calendar months), `follow_up` (months
        from entry to end) and `ended_by` ("event", "drop-out", or "never" with an infinite end).
        Whoever the trial's end cuts off is followed on here.
    """
    work = scenario.work_space()
    both = follow_replicate(scenario, seed=seed, replicate=replicate, work=work)
    followed = both[int(scenario.plan.wanted[endpoint]["row"])]
    ended = np.where(followed.status == 1, EVENT, DROP_OUT)
    return pd.DataFrame(
        {
            "patient": np.arange(followed.entry.size),
            "arm": pd.Categorical(
                np.array(ARMS)[followed.arm], categories=list(ARMS), ordered=True
            ),
            "stratum": followed.stratum.copy(),
            "entry": followed.entry.copy(),
            "end": followed.end.copy(),
            "follow_up": followed.months.copy(),
            "ended_by": np.where(np.isfinite(followed.months), ended, NEVER),
        }
    )


def data_at(patients: pd.DataFrame, month: float) -> pd.DataFrame:
    """Take what a look at a calendar month sees: follow-up beyond it is cut off.

    Parameters
    ----------
    patients : pandas.DataFrame
        From `trial_patients`.
    month : float
        Calendar month of the look.

    Returns
    -------
    pandas.DataFrame
        Patients enrolled by then: `patient`, `time` (months from entry), `event` (bool), `arm`,
        `stratum`, `entry`.
    """
    enrolled = patients[patients["entry"] <= month]
    ended = enrolled["end"] <= month
    return pd.DataFrame(
        {
            "patient": enrolled["patient"],
            "time": enrolled["follow_up"].where(ended, month - enrolled["entry"]),
            "event": ended & (enrolled["ended_by"] == EVENT),
            "arm": enrolled["arm"],
            "stratum": enrolled["stratum"],
            "entry": enrolled["entry"],
        }
    ).reset_index(drop=True)
