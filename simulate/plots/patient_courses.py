"""What happens to each patient of one simulated trial: progression, death, drop-out.

Months are calendar months since recruitment opened. Nothing is drawn here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.survival.intervals import ARMS
from simulate.engine.one_trial import follow_replicate

if TYPE_CHECKING:
    from simulate.engine.run import Scenario


def patient_courses(scenario: Scenario, *, seed: int, replicate: int) -> pd.DataFrame:
    """Enrol and follow the patients of one replicate, as the engine does.

    Parameters
    ----------
    scenario : Scenario
        Under a truth of patients who progress and die.
    seed, replicate : int

    Returns
    -------
    pandas.DataFrame
        A row a patient in the order of enrolment: `patient` (from 0), `arm` (ordered categorical
        control, rt), `entry`, `progression` (as scans show it), `death` and `drop_out`; infinite
        where it does not happen or is not observed because the patient has dropped out or died.

    Raises
    ------
    ValueError
        If patients of this truth do not progress.
    """
    work = scenario.work_space()
    if scenario.plan.progressing is None:
        raise ValueError(
            "`scenario` has patients with one endpoint; pack it with a truth of kind "
            '"illness_death" or "marginals"'
        )
    followed, _ = follow_replicate(scenario, seed=seed, replicate=replicate, work=work)
    entry, courses, count = followed.entry, work.courses, followed.entry.size
    seen, death, lost = (part[:count] for part in (courses.seen, courses.death, courses.drop_out))
    return pd.DataFrame(
        {
            "patient": np.arange(count),
            "arm": pd.Categorical(
                np.array(ARMS)[followed.arm], categories=list(ARMS), ordered=True
            ),
            "entry": entry.copy(),
            "progression": entry + np.where(seen < np.minimum(lost, death), seen, np.inf),
            "death": entry + np.where(death < lost, death, np.inf),
            "drop_out": entry + np.where(lost <= death, lost, np.inf),
        }
    )
