"""Data sets as the simulator's kernels keep them, to ask its tests about real data."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from simulate.effect.known_curves import KnownCurves, fill_known_curves, new_known_curves
from simulate.engine.followed import (
    Followed,
    Leaving,
    Ordered,
    Seen,
    make_label,
    room_for,
    see,
)
from simulate.engine.risk_table import (
    RiskTable,
    empty_risk_table,
    fill_risk_table,
    fill_stratified_risk_table,
)


class Rows(NamedTuple):
    """A risk table, the number of its filled rows, and how far the arms' curves are known."""

    table: RiskTable
    filled: int
    known: KnownCurves


def rows_of(data: pd.DataFrame, *, stratified: bool = False) -> Rows:
    """Make the risk table that a look after the last patient's end sees.

    Parameters
    ----------
    data : pandas.DataFrame
        `time`, `event`, `arm` (0 control, 1 RT) and, if stratified, `stratum` from 0.
    stratified : bool
    """
    stratum = data["stratum"].to_numpy() if stratified else np.zeros(len(data), np.int64)
    strata = int(stratum.max()) + 1 if stratified else 1
    seen = _seen(data, stratum)
    table, known = empty_risk_table(seen.done + seen.going), new_known_curves(strata)
    fill_known_curves(seen, known)
    if not stratified:
        return Rows(table, fill_risk_table(seen, table), known)
    at_risk, open_row = np.empty((strata, 2), np.int64), np.empty(strata, np.int64)
    return Rows(table, fill_stratified_risk_table(seen, at_risk, open_row, table), known)


def _seen(data: pd.DataFrame, stratum: np.ndarray) -> Seen:
    months = data["time"].to_numpy(float)
    arm, status = (data[name].to_numpy().astype(np.int64) for name in ("arm", "event"))
    patients = months.size
    labels = [make_label(*map(int, row)) for row in zip(arm, stratum, status, strict=True)]
    label, order = np.array(labels, np.int64), np.lexsort((1 - status, months))
    leaving = Leaving(np.append(months[order], np.inf), np.append(label[order], 0))
    followed = Followed(
        entry=np.zeros(patients),
        end=months,
        arm=arm,
        stratum=stratum.astype(np.int64),
        status=status,
        label=label,
        months=months,
        ordered=Ordered(leaving, end=months[order], until=np.inf),
    )
    at = float(months.max()) + 1.0
    return see(followed, patients, at, room_for(patients), room_for(patients))
