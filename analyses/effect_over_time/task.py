"""What is asked of every model of the effect, and of which endpoint's patients."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.printed import record_windows
from models.record.record import Record
from models.settings import AnalysisSettings
from models.time_varying.priors import TimeVaryingSettings


@dataclass(frozen=True, kw_only=True)
class EffectTask:
    """What is asked of every model.

    Attributes
    ----------
    settings : AnalysisSettings
        Of the analysis under proportional hazards.
    plan : TimeVaryingSettings
        Models, sets of patients, draws.
    seed : int
        The same seed gives the same results on one machine, for any number of cores.
    cores : int
    """

    settings: AnalysisSettings
    plan: TimeVaryingSettings
    seed: int
    cores: int


@dataclass(frozen=True, kw_only=True)
class PrintedEndpoint:
    """What a record prints of one endpoint, as far as models are held against it.

    Attributes
    ----------
    name, label : str
        "pfs" or "os", and its name in words.
    problem : numpy.ndarray of PROBLEM, shape (1,)
        What patients are sampled from.
    windows : dict of str to (float, float)
        Rounding windows of the printed figures.
    """

    name: str
    label: str
    problem: NDArray[np.void]
    windows: dict[str, tuple[float, float]]

    @property
    def sizes(self) -> tuple[int, int]:
        """Patients of control and RT."""
        control, both = int(self.problem["n_control"][0]), int(self.problem["n"][0])
        return control, both - control

    @property
    def accrual(self) -> float:
        """Months over which patients entered."""
        return float(self.problem["accrual"][0])


def printed_endpoint(record: Record, name: str, problem: NDArray[np.void]) -> PrintedEndpoint:
    """Gather what a record prints of an endpoint.

    Parameters
    ----------
    record : Record
    name : str
        "pfs" or "os".
    problem : numpy.ndarray of PROBLEM, shape (1,)
        From `assemble_problem`.
    """
    return PrintedEndpoint(
        name=name,
        label=record.endpoints[name].label or name.upper(),
        problem=problem,
        windows=record_windows(record, name),
    )
