"""Data sets as the simulator's kernels keep them, to ask its tests about real data."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from simulate.effect.known_curves import KnownCurves, fill_known_curves, new_known_curves
from simulate.engine.followed import Followed, make_label
from simulate.engine.risk_table import (
    RiskTable,
    empty_risk_table,
    fill_risk_table,
    fill_stratified_risk_table,
    new_apart,
)
from simulate.engine.see import Seen, new_sight, see


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
    table, known = empty_risk_table(seen.size), new_known_curves(strata)
    fill_known_curves(seen, known)
    if not stratified:
        return Rows(table, fill_risk_table(seen, table), known)
    apart = new_apart(seen.size, strata=strata)
    return Rows(table, fill_stratified_risk_table(seen, apart, table), known)


def _seen(data: pd.DataFrame, stratum: np.ndarray) -> Seen:
    months = data["time"].to_numpy(float)
    arm, status = (data[name].to_numpy().astype(np.int64) for name in ("arm", "event"))
    patients = months.size
    labels = [make_label(*map(int, row)) for row in zip(arm, stratum, status, strict=True)]
    followed = Followed(
        entry=np.zeros(patients),
        end=months,
        arm=arm,
        stratum=stratum.astype(np.int64),
        status=status,
        label=np.array(labels, np.int64),
        months=months,
    )
    at, scale = float(months.max()) + 1.0, float(np.median(months))
    sight = new_sight(patients, strata=int(stratum.max()) + 1)
    return see(followed, patients, at, scale, sight)
