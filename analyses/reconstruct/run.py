"""Reconstructing a trial from its curves: read, draw the sets, hold them against everything."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from models.check_result import CheckResult, all_passed
from models.curves.curve import ReadingError
from models.curves.ensemble import Ensemble, reconstruct
from models.curves.fit_quality import fit_checks, fit_table
from models.curves.guyot import ArmPatients, guyot
from models.curves.printed import PrintedFigures, printed_of
from models.curves.read import PublishedCurves, read_curves
from models.record.record import Record
from models.survival.cox import CoxFit, cox
from models.survival.intervals import ARMS


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be reconstructed, and how.

    Attributes
    ----------
    curves, at_risk : Path
        CSV files of the points and of the numbers at risk.
    record : Record or None
        Whose printed figures of `endpoint` the sets must give.
    endpoint : str
        "pfs" or "os".
    events : dict of str to int
        Known events by arm, beside those of the record.
    sets, seed : int
    survival_error : float
        Largest reading error of a probability.
    time_error : float or None
        Largest reading error of a time in months; a pixel of 500 where none is given.
    """

    curves: Path
    at_risk: Path
    record: Record | None
    endpoint: str
    events: dict[str, int]
    sets: int
    seed: int
    survival_error: float = ReadingError.survival
    time_error: float | None = None


@dataclass(frozen=True, kw_only=True)
class Reconstruction:
    """Sets of patients, how well they fit, and Guyot's one answer beside them.

    Attributes
    ----------
    task : Task
    published : PublishedCurves
    printed : PrintedFigures
    ensemble : Ensemble
    patients, table : pandas.DataFrame
        The sets, and the fit of each.
    checks : list of CheckResult
    guyot : pandas.DataFrame
        Patients of the one answer: `patient`, `time`, `event`, `arm`.
    guyot_fit : CoxFit
    """

    task: Task
    published: PublishedCurves
    printed: PrintedFigures
    ensemble: Ensemble
    patients: pd.DataFrame
    table: pd.DataFrame
    checks: list[CheckResult]
    guyot: pd.DataFrame
    guyot_fit: CoxFit

    @property
    def label(self) -> str:
        """Name of the endpoint in words."""
        record, endpoint = self.task.record, self.task.endpoint
        named = record.endpoints[endpoint].label if record is not None else ""
        return named or {"pfs": "Progression-free survival", "os": "Overall survival"}[endpoint]

    @property
    def checks_hold(self) -> bool:
        """Whether no check failed."""
        return all_passed(self.checks)


def run_reconstruction(task: Task) -> Reconstruction:
    """Read the curves, draw sets of patients behind them, and judge the fit.

    Raises
    ------
    ValueError
        If a file is unusable, figures contradict each other, or no patients fit a curve.
    """
    published, printed = read_task(task)
    ensemble = reconstruct(
        published.curves,
        error=published.error,
        printed=printed,
        sets=task.sets,
        rng=np.random.default_rng(task.seed),
    )
    table = fit_table(ensemble, published.curves, error=published.error)
    one = {
        arm: guyot(curve, error=published.error, events=_exact_events(printed, arm))
        for arm, curve in published.curves.items()
    }
    answer = _one_answer(one)
    return Reconstruction(
        task=task,
        published=published,
        printed=printed,
        ensemble=ensemble,
        patients=ensemble.patients(),
        table=table,
        checks=fit_checks(
            table, ensemble, printed=printed, error=published.error, wanted=task.sets
        ),
        guyot=answer,
        guyot_fit=cox(answer["time"], answer["event"], answer["arm"].cat.codes),
    )


def read_task(task: Task) -> tuple[PublishedCurves, PrintedFigures]:
    """Read the curves, and what is printed of them.

    Raises
    ------
    ValueError
        If a file is unusable, or figures contradict each other.
    """
    published = read_curves(
        task.curves,
        task.at_risk,
        survival_error=task.survival_error,
        time_error=task.time_error,
    )
    return published, _printed(task, published)


def _printed(task: Task, published: PublishedCurves) -> PrintedFigures:
    printed = PrintedFigures()
    if task.record is not None:
        printed = printed_of(task.record, task.endpoint, curves=published.curves)
    known = {arm: (count, count) for arm, count in task.events.items()}
    for arm, count in task.events.items():
        if not 0 <= count <= published.curves[arm].patients:
            raise ValueError(
                f"arm {arm!r} is given {count} events; they must be from 0 to its "
                f"{published.curves[arm].patients} patients, correct the number"
            )
    return replace(printed, events=printed.events | known)


def _exact_events(printed: PrintedFigures, arm: str) -> int | None:
    low, high = printed.events.get(arm, (0, 1))
    return low if low == high else None


def _one_answer(one: dict[str, ArmPatients]) -> pd.DataFrame:
    frame = pd.concat(
        [
            pd.DataFrame({"time": one[arm].time, "event": one[arm].event, "arm": arm})
            for arm in ARMS
        ],
        ignore_index=True,
    )
    frame["arm"] = pd.Categorical(frame["arm"], categories=list(ARMS), ordered=True)
    return frame.rename_axis("patient").reset_index()
