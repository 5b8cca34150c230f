"""What a calibration runs: the analysis, the publishing rules, and how long each trial is sampled.

References
----------
Talts, Betancourt, Simpson, Vehtari & Gelman 2018, arXiv 1804.06788 (ranks of prior draws).
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from models.reconstruction.assemble import accrual_months, latest_cut_months
from models.record.record import Record
from models.settings import AnalysisSettings, FreeFollowUp
from simulate.phase2 import Kind, PublishingRules

RANKED = ("log HR", "events control", "events RT", "S(12) control", "S(12) RT")
SHOWN = ("S(24) control", "S(24) RT", "RMST(24) control", "RMST(24) RT")


@dataclass(frozen=True, kw_only=True)
class CalibrationPlan:
    """Everything the ranks of a trial depend on, besides its kind and number.

    Parameters
    ----------
    settings : AnalysisSettings
        Prior, follow-up, and the sampler's ladder and moves as shipped.
    rules : PublishingRules
        Constants fixed beforehand.
    seed : int
        Not negative.
    draws : int
        Posterior draws among which a truth is ranked, 0 to `draws`.
    chains : int
        Independent runs for each trial.
    chunk, thin : int
        Scans between looks at the effective sizes, and between recorded draws.
    chunks : int
        A trial is extended until every ranked quantity has `ess_wanted` or this many chunks are
        done; with less than `ess_needed` then, it counts as a failure.
    ess_wanted, ess_needed : float
        Bulk effective sample sizes.
    """

    settings: AnalysisSettings
    rules: PublishingRules = field(default_factory=PublishingRules)
    seed: int = 1
    draws: int = 99
    chains: int = 2
    chunk: int = 4_000
    thin: int = 4
    chunks: int = 40
    ess_wanted: float = 150.0
    ess_needed: float = 100.0

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"`seed` is {self.seed}; it must not be negative, use 1")
        for name in ("draws", "chains", "chunk", "thin", "chunks"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` is {getattr(self, name)}; it must be at least 1")


def plan_calibration(record: Record, settings: AnalysisSettings, *, seed: int) -> CalibrationPlan:
    """Take arm sizes, and accrual and latest cut of a free follow-up, from a published record.

    Raises
    ------
    ValueError
        If the record lacks the accrual months that a free follow-up needs.
    """
    model = settings.follow_up
    if isinstance(model, FreeFollowUp):
        days = settings.days_per_month
        accrual = model.accrual or accrual_months(record, days_per_month=days)
        latest = model.latest or latest_cut_months(record, days_per_month=days)
        known = model.model_copy(update={"accrual": accrual, "latest": latest})
        settings = settings.model_copy(update={"follow_up": known})
    sizes = (record.arms["control"].n, record.arms["rt"].n)
    shares = PublishingRules()
    bounds = tuple(
        round(bound * size / former)
        for bound, size, former in zip(shares.events_at_least, sizes, shares.sizes, strict=True)
    )
    rules = PublishingRules(sizes=sizes, events_at_least=(bounds[0], bounds[1]))
    return CalibrationPlan(settings=settings, rules=rules, seed=seed)


def trial_numbers(*, trials: int, kinds: tuple[Kind, ...]) -> list[tuple[Kind, int]]:
    """Share trials out over the kinds, alternating.

    Returns
    -------
    list of (kind, int)
        Kind and number of each trial.
    """
    return [(kinds[i % len(kinds)], i // len(kinds)) for i in range(trials)]


def describe(plan: CalibrationPlan) -> dict[str, Any]:
    """Describe the plan for a file, without what it does not use."""
    settings = plan.settings.model_dump(mode="json", exclude={"fit": True})
    settings["sampler"] = {name: settings["sampler"][name] for name in ("levels", "moves")}
    numbers = {name: value for name, value in vars(plan).items() if isinstance(value, int | float)}
    described = {**numbers, "rules": asdict(plan.rules), "settings": settings}
    return dict(json.loads(json.dumps(described)))


def fingerprint(plan: CalibrationPlan, *, code: str) -> str:
    """Hash of the plan and of the code that carries it out (16 hex digits)."""
    content = json.dumps([describe(plan), code], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
