"""What a survival curve is and how to learn it.

The names in `__all__` are the public interface: typed, each function with an example that runs. A
name is imported when it is first used, so that `import models` is quick. All else may change.

Times are months, hazards per month; hazard ratios are RT versus control, below 1 favours RT.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.audit import AuditReport, audit_record
    from models.estimands import compute_estimands, summarise
    from models.exact_posterior import exact_mixture_posterior
    from models.illness_death.estimands import illness_death_estimands
    from models.illness_death.prior_draws import draw_illness_death_prior
    from models.illness_death.priors import IllnessDeathPriors
    from models.illness_death.table import summarise_illness_death
    from models.normal_posterior import NormalPosterior, PrintedHazardRatio, normal_likelihood
    from models.patients import read_patients
    from models.priors import NormalMixture, reweight, update_mixture
    from models.priors.effective_events import effective_events
    from models.priors.evidence_file import load_evidence
    from models.priors.predictive_prior import prior_set
    from models.record import Record, load_record, record_schema
    from models.regression import build_proportional_hazards
    from models.settings import (
        AnalysisSettings,
        GammaBaseline,
        HierarchicalGammaBaseline,
        NormalPrior,
        RandomWalkBaseline,
    )
    from models.survival import (
        cox,
        exposure_table,
        hazard_ratio,
        kaplan_meier,
        log_rank,
        median_time,
        survival_at,
    )

__all__ = [
    "AnalysisSettings",
    "AuditReport",
    "GammaBaseline",
    "HierarchicalGammaBaseline",
    "IllnessDeathPriors",
    "NormalMixture",
    "NormalPosterior",
    "NormalPrior",
    "PrintedHazardRatio",
    "RandomWalkBaseline",
    "Record",
    "audit_record",
    "build_proportional_hazards",
    "compute_estimands",
    "cox",
    "draw_illness_death_prior",
    "effective_events",
    "exact_mixture_posterior",
    "exposure_table",
    "hazard_ratio",
    "illness_death_estimands",
    "kaplan_meier",
    "load_evidence",
    "load_record",
    "log_rank",
    "median_time",
    "normal_likelihood",
    "prior_set",
    "read_patients",
    "record_schema",
    "reweight",
    "summarise",
    "summarise_illness_death",
    "survival_at",
    "update_mixture",
]

_HOMES = {
    "AnalysisSettings": "models.settings",
    "AuditReport": "models.audit",
    "GammaBaseline": "models.settings",
    "HierarchicalGammaBaseline": "models.settings",
    "IllnessDeathPriors": "models.illness_death.priors",
    "NormalMixture": "models.priors",
    "NormalPosterior": "models.normal_posterior",
    "NormalPrior": "models.settings",
    "PrintedHazardRatio": "models.normal_posterior",
    "RandomWalkBaseline": "models.settings",
    "Record": "models.record",
    "audit_record": "models.audit",
    "build_proportional_hazards": "models.regression",
    "compute_estimands": "models.estimands",
    "cox": "models.survival",
    "draw_illness_death_prior": "models.illness_death.prior_draws",
    "effective_events": "models.priors.effective_events",
    "exact_mixture_posterior": "models.exact_posterior",
    "exposure_table": "models.survival",
    "hazard_ratio": "models.survival",
    "illness_death_estimands": "models.illness_death.estimands",
    "kaplan_meier": "models.survival",
    "load_evidence": "models.priors.evidence_file",
    "load_record": "models.record",
    "log_rank": "models.survival",
    "median_time": "models.survival",
    "normal_likelihood": "models.normal_posterior",
    "prior_set": "models.priors.predictive_prior",
    "read_patients": "models.patients",
    "record_schema": "models.record",
    "reweight": "models.priors",
    "summarise": "models.estimands",
    "summarise_illness_death": "models.illness_death.table",
    "survival_at": "models.survival",
    "update_mixture": "models.priors",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Tell editors the public names before they are imported."""
    return sorted({*globals(), *__all__})
