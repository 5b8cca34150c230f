"""Drawing trials from the prior until one publishes what can be re-analysed."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.printed import draw_trials, printed_figures
from models.record.record import Record
from models.settings import AnalysisSettings
from simulate.phase2.prior import draw_truths
from simulate.phase2.publication import Kind, PublishingRules, publish
from simulate.phase2.selection import PRINTED_AS_ZERO, reason_to_discard

MOST_DRAWS = 100_000


@dataclass(frozen=True, kw_only=True)
class PublishedTrial:
    """A simulated trial with its truth and its publication.

    Attributes
    ----------
    record : Record
        What is printed.
    log_hr : float
        RT versus control.
    hazard : array (arm, interval)
        Per month, control first.
    time : array (patient,)
        Recorded months; patients of the control arm first.
    event : array (patient,)
    events : (int, int)
        Events of control and RT.
    discarded : dict of str to int
        Trials drawn before this one, by the reason they were discarded for.
    """

    record: Record
    log_hr: float
    hazard: NDArray[np.float64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    events: tuple[int, int]
    discarded: dict[str, int]


def draw_published_trial(
    settings: AnalysisSettings, *, kind: Kind, rules: PublishingRules, rng: np.random.Generator
) -> PublishedTrial:
    """Draw trials from the prior, discard by printed figures, keep the first that is left.

    Parameters
    ----------
    settings : AnalysisSettings
        Prior and follow-up.
    kind : {"os", "pfs"}
    rules : PublishingRules
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        If no trial is left of very many.
    """
    discarded: Counter[str] = Counter()
    grid = settings.days_per_month if settings.times == "days" else 0.0
    for _ in range(MOST_DRAWS):
        truths = draw_truths(settings, trials=1, rng=rng)
        trials = draw_trials(
            truths.hazard,
            cuts=settings.cuts,
            sizes=rules.sizes,
            follow_up=truths.follow_up,
            grid=grid,
            rng=rng,
        )
        if _median_on_day_zero(trials.time[0], trials.event[0], n_control=rules.sizes[0]):
            discarded[PRINTED_AS_ZERO] += 1
            continue
        drawn = printed_figures(trials.time, trials.event, n_control=rules.sizes[0])
        figures = {name: float(values[0]) for name, values in drawn.items()}
        reason = reason_to_discard(figures, kind=kind, rules=rules, settings=settings)
        if reason is None:
            return PublishedTrial(
                record=publish(figures, kind=kind, rules=rules),
                log_hr=float(truths.log_hr[0]),
                hazard=truths.hazard[0],
                time=trials.time[0],
                event=trials.event[0],
                events=(int(figures["events_control"]), int(figures["events_rt"])),
                discarded=dict(discarded),
            )
        discarded[reason] += 1
    raise ValueError(
        f"none of {MOST_DRAWS} trials drawn from the prior publishes what the rules {rules} ask "
        "for; lower `events_at_least` or raise `highest_limit`"
    )


def _median_on_day_zero(
    time: NDArray[np.float64], event: NDArray[np.bool_], *, n_control: int
) -> bool:
    """Whether half of an arm is recorded with an event at 0 months, so medians are 0."""
    at_once = event & (time == 0.0)
    control, rt = at_once[:n_control], at_once[n_control:]
    return bool(2 * control.sum() >= control.size or 2 * rt.sum() >= rt.size)
