"""Pseudo-patient sets of both endpoints, and proof that they print the published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.joint.run import JointDraws
from models.joint.settings import JointSettings
from models.printed.draw import record_times
from models.printed.figures import printed_figures
from models.printed.reproduction import record_windows, reproduction_check, reproduction_table
from models.record.base import ARMS
from models.record.record import Record

if TYPE_CHECKING:
    import pandas as pd


def pseudo_patients(
    draws: JointDraws, settings: JointSettings, *, sets: int | None = None
) -> pd.DataFrame:
    """Tabulate evenly spaced posterior draws of the patients.

    Parameters
    ----------
    draws : JointDraws
    settings : JointSettings
    sets : int, optional
        As many as the settings say by default.

    Returns
    -------
    pandas.DataFrame
        `imputation`, `patient` (controls first), `arm`; `pfs_time`, `pfs_event`, `os_time`,
        `os_event`: recorded months and whether the event was seen; `progressed`: whether the PFS
        event is a progression, at `pfs_time`; `chain` and `draw` of the posterior draw.
    """
    import pandas as pd

    count = sets or settings.sets
    chain, draw = pick_sets(*draws.cut.shape, sets=count)
    grid = settings.days_per_month if settings.times == "days" else 0.0
    progressed = draws.progressed[chain, draw].astype(bool)
    died = draws.died[chain, draw].astype(bool)
    patients = progressed.shape[1]
    arm = np.where(np.arange(patients) < draws.n_control, ARMS[0], ARMS[1])
    return pd.DataFrame(
        {
            "imputation": np.repeat(np.arange(count), patients),
            "patient": np.tile(np.arange(patients), count),
            "arm": pd.Categorical(np.tile(arm, count), categories=list(ARMS), ordered=True),
            "pfs_time": record_times(draws.first[chain, draw], grid=grid).reshape(-1),
            "pfs_event": (progressed | died).reshape(-1),
            "os_time": record_times(draws.last[chain, draw], grid=grid).reshape(-1),
            "os_event": died.reshape(-1),
            "progressed": progressed.reshape(-1),
            "chain": np.repeat(chain, patients),
            "draw": np.repeat(draw, patients),
        }
    )


def pick_sets(chains: int, draws: int, *, sets: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose evenly spaced draws, as many from each chain as can be: chain and draw of each set."""
    chain = np.arange(sets) % chains
    turns = -(-sets // chains)
    draw = ((np.arange(sets) // chains + 0.5) * draws / turns).astype(np.int64)
    return chain, draw


def joint_reproduction(
    patients: pd.DataFrame, record: Record, settings: JointSettings
) -> tuple[pd.DataFrame, CheckResult]:
    """Analyse every set afresh and hold it against everything printed of both endpoints.

    Parameters
    ----------
    patients : pandas.DataFrame
        As `pseudo_patients` makes it.
    record : Record
    settings : JointSettings

    Returns
    -------
    pandas.DataFrame
        As `reproduction_table`, with a column `endpoint`; "both" for the order of PFS and OS and
        for the documented progressions.
    CheckResult
        Gate: every set reproduces every figure.
    """
    import pandas as pd

    n_control = int((patients["arm"] == ARMS[0]).sum() / patients["imputation"].nunique())
    tables = []
    for endpoint in ("pfs", "os"):
        time, event = (_by_set(patients, f"{endpoint}_{name}") for name in ("time", "event"))
        figures = printed_figures(time, event.astype(bool), n_control=n_control)
        table = reproduction_table(figures, record_windows(record, endpoint))
        tables.append(table.assign(endpoint=endpoint))
    tables.append(_joint_rows(patients, record, settings, n_control).assign(endpoint="both"))
    table = pd.concat(tables, ignore_index=True)
    return table, reproduction_check(table)


def _by_set(patients: pd.DataFrame, column: str) -> NDArray[np.float64]:
    sets = patients["imputation"].nunique()
    return patients[column].to_numpy(dtype=float).reshape(sets, -1)


def _joint_rows(
    patients: pd.DataFrame, record: Record, settings: JointSettings, n_control: int
) -> pd.DataFrame:
    """Rows for what one endpoint alone cannot show."""
    import pandas as pd

    first, last = _by_set(patients, "pfs_time"), _by_set(patients, "os_time")
    progressed = _by_set(patients, "progressed")
    values: dict[str, tuple[NDArray[np.float64], tuple[float, float]]] = {
        "pfs_after_os": ((first > last).sum(axis=1, dtype=float), (0.0, 0.5))
    }
    impossible = (_by_set(patients, "pfs_event") != 1) & (
        (progressed == 1) | (_by_set(patients, "os_event") == 1)
    )
    values["events_not_counted"] = (impossible.sum(axis=1, dtype=float), (0.0, 0.5))
    parts = {"control": progressed[:, :n_control], "rt": progressed[:, n_control:]}
    for arm, part in parts.items():
        known = record.endpoints["pfs"].events[arm]
        exact = settings.documented_progressions == "exact"
        if known is not None and known.at_least is not None and exact:
            window = (known.at_least - 0.5, known.at_least + 0.5)
            values[f"progressions_{arm}"] = (part.sum(axis=1), window)
    rows = [
        {
            "figure": name,
            "unit": "patients",
            "window_low": low,
            "window_high": high,
            "lowest": float(counts.min()),
            "highest": float(counts.max()),
            "reproduced": int(((counts >= low) & (counts < high)).sum()),
            "sets": len(counts),
        }
        for name, (counts, (low, high)) in values.items()
    ]
    return pd.DataFrame(rows)
