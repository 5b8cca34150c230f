"""Log evidence of patients under each model of an effect, proportional hazards among them.

Only differences between models mean anything: the ends of follow-up are left out of all.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.settings import AnalysisSettings
from models.survival.exposure import tabulate
from models.time_varying.collapse import collapse, demand_gamma, separate_log_evidence
from models.time_varying.effect_nodes import effect_nodes, proportional_nodes
from models.time_varying.priors import PROPORTIONAL, EffectModel, SeparateArms

Array = NDArray[np.float64]

SETS_AT_ONCE = 200
WINDOW = 24.0


def log_evidence(
    time: ArrayLike,
    event: ArrayLike,
    *,
    n_control: int,
    model: EffectModel | None,
    settings: AnalysisSettings,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Array:
    """Log evidence of many sets of patients under one model.

    Parameters
    ----------
    time : array_like, shape (..., patient)
        Latent months, patients of the control arm first.
    event : array_like, shape (..., patient)
        Whether the event was seen.
    n_control : int
    model : EffectModel or None
        None is proportional hazards.
    settings : AnalysisSettings
        Cut points and prior of the baseline, placement, prior of the log hazard ratio.
    threads : int
        Sets are shared out among these; the answer does not depend on it.
    progress : callable, optional
        Called with (sets done, sets in all), some hundreds at a time.

    Returns
    -------
    numpy.ndarray, shape (...)

    Raises
    ------
    ValueError
        If the baseline has no closed form.
    """
    demand_gamma(settings.baseline)
    months, seen = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    patients = months.shape[-1]
    flat, status = months.reshape(-1, patients), seen.reshape(-1, patients)
    parts = [slice(i, i + SETS_AT_ONCE) for i in range(0, len(flat), SETS_AT_ONCE)]

    def of(part: slice) -> Array:
        return _log_evidence(flat[part], status[part], n_control, model, settings)

    pool, found = ThreadPoolExecutor(threads), []
    try:
        for part, values in zip(parts, pool.map(of, parts), strict=True):
            found.append(values)
            if progress is not None:
                progress(min(part.stop, len(flat)), len(flat))
    finally:
        # On Ctrl-C nobody waits for parts that have not begun.
        pool.shutdown(wait=True, cancel_futures=True)
    return np.concatenate(found).reshape(months.shape[:-1])


def name_of(model: EffectModel | None) -> str:
    """Kind of a model; none is proportional hazards."""
    return PROPORTIONAL if model is None else model.kind


def _log_evidence(
    time: Array,
    event: NDArray[np.bool_],
    n_control: int,
    model: EffectModel | None,
    settings: AnalysisSettings,
) -> Array:
    arm = (np.arange(time.shape[1]) >= n_control).astype(int)
    if isinstance(model, SeparateArms):
        table = tabulate(time, event, arm, cuts=settings.cuts)
        return separate_log_evidence(table.events, table.exposure, baseline=settings.baseline)
    if model is None:
        nodes = proportional_nodes(settings.cuts, log_hr=settings.log_hr)
    else:
        nodes = effect_nodes(model, cuts=settings.cuts, log_hr=settings.log_hr)
    table = tabulate(time, event, arm, cuts=nodes.cuts)
    return collapse(
        table.events,
        table.exposure,
        nodes=nodes,
        baseline=settings.baseline,
        placement=settings.placement,
        window=WINDOW,
    ).log_evidence
