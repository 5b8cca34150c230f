"""Whether both arms have events, without which the priors alone speak."""

import pandas as pd

from models.check_result import CheckResult

ARMS = {"control": "control", "rt": "RT"}


def events_check(patients: pd.DataFrame) -> CheckResult:
    """Judge whether data say something about the hazard of each arm.

    Parameters
    ----------
    patients : pandas.DataFrame
        From `read_patients`: columns `arm` and `event`; with `imputation` the set with the fewest
        events of an arm counts.

    Returns
    -------
    CheckResult
        Passed when each arm has an event. `values` holds the events of each arm.
    """
    several = "imputation" in patients.columns
    sets = [group for _, group in patients.groupby("imputation")] if several else [patients]
    events = {
        arm: min(int(one.loc[one["arm"] == arm, "event"].sum()) for one in sets) for arm in ARMS
    }
    counts = " and ".join(f"{events[arm]} in {name}" for arm, name in ARMS.items())
    without = [name for arm, name in ARMS.items() if events[arm] == 0]
    meaning = (
        f"; without events in {' and '.join(without)} the priors alone tell of the hazard there, "
        "and so of the hazard ratio"
        if without
        else ""
    )
    return CheckResult(
        name="events in both arms",
        passed=not without,
        values={f"events_{arm}": float(count) for arm, count in events.items()},
        text=f"events: {counts}{meaning}",
    )
