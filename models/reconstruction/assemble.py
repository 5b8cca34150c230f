"""From a published record and the settings of an analysis to the sampler's problem."""

import math
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.placement import POSITIONS
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    GAMMA,
    HIERARCHICAL_GAMMA,
    LONGEST,
    MIDDLE,
    PATIENTS,
    PROBLEM,
    RANDOM_WALK,
    ROLE_NAMES,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
)
from models.record.base import ARMS
from models.record.endpoint import Endpoint
from models.record.figure import Figure
from models.record.record import Record
from models.settings import (
    AnalysisSettings,
    FixedFollowUp,
    GammaBaseline,
    HierarchicalGammaBaseline,
)

Z_95 = 1.959964
WORKING_SHAPE = 0.5
WORKING_RATE = 1.0


def assemble_problem(record: Record, endpoint: str, settings: AnalysisSettings) -> NDArray[np.void]:
    """Pack what is printed about one endpoint, and the model, for the sampler.

    Parameters
    ----------
    record : Record
        The published record.
    endpoint : str
        "pfs" or "os".
    settings : AnalysisSettings
        Intervals, priors, follow-up.

    Returns
    -------
    array of PROBLEM, shape (1,)

    Raises
    ------
    ValueError
        If the record lacks what the settings need, or a printed time cannot be a whole day.
    """
    printed = _endpoint(record, endpoint)
    problems = np.zeros(1, PROBLEM)
    try:
        _pack(problems[0], record, endpoint, printed, settings)
    except ValueError as error:
        raise ValueError(f"endpoints.{endpoint}: {error}") from None
    return problems


def _pack(
    problem: np.void,
    record: Record,
    endpoint: str,
    printed: Endpoint,
    settings: AnalysisSettings,
) -> None:
    _pack_size(problem, record)
    _pack_times(problem, settings)
    _pack_medians(problem, printed, settings)
    if endpoint == "os" and record.follow_up.of == "observed OS times":
        _pack_follow_up_figures(problem, record, settings)
    _pack_cap(problem, record, settings)
    _pack_hazard_ratio(problem, printed)
    _pack_events(problem, printed)
    _pack_priors(problem, settings)
    _pack_follow_up_model(problem, record, settings)
    _refuse_too_few(problem)


def accrual_months(record: Record, *, days_per_month: float) -> float | None:
    """Width of the accrual window, middle of the first month to middle of the last.

    Returns
    -------
    float or None
        In printed months; None when the record has no accrual months.
    """
    first, last = record.accrual.first_month, record.accrual.last_month
    if first is None or last is None:
        return None
    return (_middle(last) - _middle(first)).days / days_per_month


def longest_follow_up(record: Record) -> float | None:
    """Longest printed follow-up in months, None where none is printed."""
    return None if record.follow_up.maximum is None else record.follow_up.maximum.value


def latest_cut_months(record: Record, *, days_per_month: float) -> float | None:
    """Longest follow-up possible when the manuscript was received, in printed months."""
    first, received = record.accrual.first_month, record.received
    if first is None or received is None:
        return None
    return (received - _middle(first)).days / days_per_month


def _middle(month: str) -> date:
    return date.fromisoformat(f"{month}-15")


def _endpoint(record: Record, endpoint: str) -> Endpoint:
    if endpoint not in record.endpoints:
        raise ValueError(
            f"the record has no endpoint `{endpoint}`; it has {', '.join(record.endpoints)}, "
            "choose one of these"
        )
    return record.endpoints[endpoint]


def _pack_size(problem: np.void, record: Record) -> None:
    control, rt = record.arms["control"].n, record.arms["rt"].n
    if control + rt > PATIENTS:
        raise ValueError(
            f"the arms have {control} and {rt} patients; the sampler takes at most {PATIENTS} "
            "together: use a normal approximation (level 0) for so large a trial"
        )
    problem["n_control"], problem["n"] = control, control + rt


def _pack_times(problem: np.void, settings: AnalysisSettings) -> None:
    problem["intervals"] = len(settings.cuts) + 1
    problem["cuts"][: len(settings.cuts)] = settings.cuts
    problem["grid"] = settings.days_per_month if settings.times == "days" else 0.0


def _ends(figure: Figure) -> tuple[float, float]:
    window = figure.window
    low = 0.0 if window.low is None else float(window.low)
    return low, math.inf if window.high is None else float(window.high)


def _time_window(figure: Figure, settings: AnalysisSettings, *, name: str) -> tuple[float, float]:
    """Latent times whose recorded time rounds to what is printed."""
    low, high = _ends(figure)
    if settings.times == "continuous":
        return low, high
    per_month = settings.days_per_month
    first, last = math.ceil(low * per_month - 1e-9), math.ceil(high * per_month - 1e-9) - 1
    if first > last:
        raise ValueError(
            f"the {name} {figure.text} is no whole number of days over {per_month:g}; with "
            'times = "days" every printed time must be one, set times = "continuous" or '
            "correct days_per_month in the settings (`replan new settings` writes them)"
        )
    return (first - 0.5) / per_month, (last + 0.5) / per_month


def _pack_medians(problem: np.void, printed: Endpoint, settings: AnalysisSettings) -> None:
    for arm, role in (("control", CONTROL_MEDIAN), ("rt", RT_MEDIAN)):
        figure = printed.median[arm]
        if figure is not None:
            problem["used"][role] = 1
            problem["windows"][role] = _time_window(figure, settings, name=ROLE_NAMES[role])


def _pack_follow_up_figures(problem: np.void, record: Record, settings: AnalysisSettings) -> None:
    known = record.follow_up
    for role, figure in ((SHORTEST, known.minimum), (LONGEST, known.maximum)):
        if figure is not None:
            problem["used"][role] = 1
            problem["windows"][role] = _time_window(figure, settings, name=ROLE_NAMES[role])
    if known.median is None:
        return
    problem["used"][MIDDLE] = 1
    if problem["n"] % 2:
        problem["windows"][MIDDLE] = _time_window(known.median, settings, name=ROLE_NAMES[MIDDLE])
    else:
        problem["used"][UPPER_MIDDLE] = 1
        for role in (MIDDLE, UPPER_MIDDLE):
            problem["windows"][role] = _ends(known.median)


def _pack_cap(problem: np.void, record: Record, settings: AnalysisSettings) -> None:
    longest = record.follow_up.maximum
    problem["cap"] = np.inf
    if longest is not None and record.follow_up.of != "reverse Kaplan-Meier":
        problem["cap"] = _time_window(longest, settings, name=ROLE_NAMES[LONGEST])[1]


def _pack_hazard_ratio(problem: np.void, printed: Endpoint) -> None:
    if not math.isclose(printed.ci_level, 0.95):
        raise ValueError(
            f"the confidence level is {printed.ci_level}; the sampler takes 95% limits, "
            "convert or leave the endpoint out"
        )
    problem["z"] = Z_95
    windows = [_ends(figure) for figure in (printed.hazard_ratio, printed.lower, printed.upper)]
    if printed.direction == "rt_vs_control":
        estimate, lower, upper = ((1.0 / high, 1.0 / max(low, 1e-12)) for low, high in windows)
        windows = [estimate, upper, lower]
    for name, window in zip(("hr", "lower", "upper"), windows, strict=True):
        problem[name] = window


def _pack_events(problem: np.void, printed: Endpoint) -> None:
    sizes = (problem["n_control"], problem["n"] - problem["n_control"])
    for arm, (name, size) in enumerate(zip(ARMS, sizes, strict=True)):
        known = printed.events[name]
        problem["events_low"][arm], problem["events_high"][arm] = 0, size
        if known is not None and known.exactly is not None:
            problem["events_low"][arm] = problem["events_high"][arm] = known.exactly
        elif known is not None and known.at_least is not None:
            problem["events_low"][arm] = known.at_least


def _pack_priors(problem: np.void, settings: AnalysisSettings) -> None:
    baseline = settings.baseline
    problem["symmetric"] = -POSITIONS[settings.placement][0]
    problem["log_hr_mean"], problem["log_hr_sd"] = settings.log_hr.mean, settings.log_hr.sd
    if isinstance(baseline, GammaBaseline):
        problem["baseline"] = GAMMA
        problem["shape"], problem["rate"] = baseline.shape, baseline.rate
    elif isinstance(baseline, HierarchicalGammaBaseline):
        problem["baseline"] = HIERARCHICAL_GAMMA
        problem["shape"] = baseline.shape
        problem["rate"] = baseline.rate_shape / baseline.rate_rate
        problem["rate_shape"], problem["rate_rate"] = baseline.rate_shape, baseline.rate_rate
    else:
        problem["baseline"] = RANDOM_WALK
        problem["shape"], problem["rate"] = WORKING_SHAPE, WORKING_RATE
        problem["walk_mean"], problem["walk_sd"] = baseline.log_mean, baseline.log_sd
        problem["walk_step"] = baseline.step


def _pack_follow_up_model(problem: np.void, record: Record, settings: AnalysisSettings) -> None:
    model = settings.follow_up
    if isinstance(model, FixedFollowUp):
        problem["accrual"] = model.latest - model.earliest
        problem["cut_low"] = problem["cut_high"] = model.latest
        problem["loss"] = model.loss
        problem["windows"][:, 1] = np.minimum(problem["windows"][:, 1], model.latest)
        _refuse_beyond_follow_up(problem, model.latest)
        return
    days = settings.days_per_month
    accrual = model.accrual or accrual_months(record, days_per_month=days)
    latest = model.latest or latest_cut_months(record, days_per_month=days)
    if accrual is None:
        raise ValueError(
            "the record has no accrual months; a free follow-up needs the width of the accrual "
            "window, add `accrual` to the record or `follow_up.accrual` to the settings"
        )
    longest = problem["cap"] if np.isfinite(problem["cap"]) else accrual
    if latest is None:
        latest = longest + 12.0
    if latest <= longest:
        raise ValueError(
            f"the latest possible data cut is {latest:.2f} months after the first patient but the "
            f"longest follow-up {longest:.2f}; the cut must come later, check the accrual months, "
            "the date received and the longest follow-up"
        )
    problem["free_follow_up"] = 1
    problem["accrual"] = accrual
    problem["cut_low"], problem["cut_high"] = longest, latest
    problem["loss"] = model.loss_mean


def _refuse_too_few(problem: np.void) -> None:
    """Refuse a trial whose printed times outnumber its patients: the search gives each its own."""
    times, patients = int(problem["used"].sum()), int(problem["n"])
    if times > patients:
        raise ValueError(
            f"the record prints {times} times of patients (medians, follow-up) but has only "
            f"{patients} patients; every such time must be that of a patient of its own, correct "
            "the arms' n or leave figures out"
        )


def _refuse_beyond_follow_up(problem: np.void, latest: float) -> None:
    for role, name in enumerate(ROLE_NAMES):
        low, high = problem["windows"][role]
        if problem["used"][role] and low >= high:
            raise ValueError(
                f"the {name} is {low:.3f} months or later but follow-up ends at {latest:g}; no "
                "printed time may lie beyond it, raise `follow_up.latest` in the settings"
            )
