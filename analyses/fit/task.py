"""What is to be fitted, read and refused before anything heavy is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.patients.covariates import encode_covariates
from models.patients.read import read_patients

if TYPE_CHECKING:
    import pandas as pd

    from models.record.record import Record
    from models.settings import AnalysisSettings


@dataclass(frozen=True, kw_only=True)
class FitTask:
    """What is to be fitted.

    Attributes
    ----------
    patients : Path
        Patient data, or reconstructed sets.
    curve_sets : Path or None
        Reconstructed sets to stand beside patient data.
    record : Record or None
        For level 0.
    summaries : Path or None
        Results folder of `replan reanalyse`, for level 1.
    endpoint : str
        "pfs" or "os".
    effects, strata : tuple of str
        Covariates of either kind.
    arm_names : mapping of str to str
        How the file calls the arms.
    settings : AnalysisSettings or None
        Defaults, with cut points by events, where none are given.
    seed, cores : int
    """

    patients: Path
    curve_sets: Path | None
    record: Record | None
    summaries: Path | None
    endpoint: str
    effects: tuple[str, ...]
    strata: tuple[str, ...]
    arm_names: Mapping[str, str]
    settings: AnalysisSettings | None
    seed: int
    cores: int


def read_frames(task: FitTask) -> list[pd.DataFrame]:
    """Read patients first, then the reconstructed sets that stand beside them.

    Raises
    ------
    ValueError
        If a file is unusable or they do not go together: one sentence.
    """
    covariates = (*task.effects, *task.strata)
    first = read_patients(
        task.patients, endpoint=task.endpoint, arm_names=task.arm_names, covariates=covariates
    )
    if "imputation" in first.columns and (covariates or task.curve_sets is not None):
        raise ValueError(
            f"{task.patients} holds sets of reconstructed patients; covariates and --curve-sets "
            "need patient data, leave them out or give another file"
        )
    if covariates:
        encode_covariates(first, effects=task.effects, strata=task.strata)
    if task.curve_sets is None:
        return [first]
    second = read_patients(task.curve_sets)
    if "imputation" not in second.columns:
        raise ValueError(
            f"{task.curve_sets} lacks the column 'imputation'; --curve-sets must be the "
            "reconstructed_patients.parquet of `replan reconstruct`, check the path"
        )
    return [first, second]
