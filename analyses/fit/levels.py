"""Evidence levels side by side, as many as there are: from the printed interval to patient data."""

from pathlib import Path

import pandas as pd

from analyses.fit.run import Adjusted, Fitted
from analyses.reanalyse.evidence import level_zero
from models.estimands.levels import level_row, normal_row
from models.record.record import Record
from models.settings import NormalPrior


def evidence_levels(
    fitted: list[Fitted],
    *,
    adjusted: Adjusted | None,
    record: Record | None,
    endpoint: str,
    summaries: pd.DataFrame | None,
    log_hr: NormalPrior,
) -> pd.DataFrame:
    """Put the hazard ratio of every level in a row.

    Parameters
    ----------
    fitted : list of Fitted
        Levels 2 and 3, as far as there are.
    adjusted : Adjusted or None
    record : Record or None
        For level 0.
    endpoint : str
        "pfs" or "os".
    summaries : pandas.DataFrame or None
        Estimands of level 1, from `read_summaries`.
    log_hr : NormalPrior

    Returns
    -------
    pandas.DataFrame
        `level` and the columns of `level_row`; RT versus control.
    """
    rows = []
    if record is not None:
        printed = record.endpoints[endpoint]
        rows.append(normal_row("level 0, flat prior", level_zero(printed, log_hr=None)))
        rows.append(normal_row("level 0", level_zero(printed, log_hr=log_hr)))
    if summaries is not None:
        rows.append(level_row("level 1", summaries))
    rows += [level_row(one.level, one.table) for one in sorted(fitted, key=lambda one: one.level)]
    if adjusted is not None:
        rows.append(level_row(adjusted.name, adjusted.table))
    return pd.DataFrame(rows)


def read_summaries(folder: Path, *, endpoint: str) -> pd.DataFrame:
    """Read the estimands of level 1 from the results of `replan reanalyse`.

    Raises
    ------
    ValueError
        If the folder has none of this endpoint.
    """
    path = folder / endpoint / "estimands.csv"
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):
        raise ValueError(
            f"{path} cannot be read; --summaries must be a results folder of `replan reanalyse` "
            f"with the endpoint {endpoint}, check the path"
        ) from None
    if not {"hazard_ratio", "log_hr"} <= set(table.get("estimand", [])):
        raise ValueError(
            f"{path} holds no hazard ratio; --summaries must be a results folder of `replan "
            "reanalyse`, check the path"
        )
    return table


def words(levels: pd.DataFrame) -> str:
    """Say what the levels have in common and what the last adds."""
    last = levels.iloc[-1]
    said = (
        f"HR {last['hr_median']:.3f} (95% central {last['hr_lower']:.3f} to "
        f"{last['hr_upper']:.3f}) at {last['level']}"
    )
    others = levels.iloc[:-1]
    if others.empty:
        return f"{said}."
    furthest = (others["log_hr_mean"] - last["log_hr_mean"]).abs().max() / last["log_hr_sd"]
    return (
        f"{said}. The other rows lie within {furthest:.2f} of its standard deviation on the log "
        "scale. All rows but the one with a flat prior share one prior; what differs is how much "
        "of the data they know."
    )
