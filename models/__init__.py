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
    from models.plots.audit_overview import plot_audit
    from models.plots.benefit_scatter import plot_benefits
    from models.plots.estimand_forest import plot_estimands
    from models.plots.evidence_levels import plot_levels
    from models.plots.hazard_ratio import plot_hazard_ratio
    from models.plots.kaplan_meier import plot_kaplan_meier
    from models.plots.occupancy_bands import plot_occupancy_bands
    from models.plots.occupancy_quantiles import occupancy_quantiles
    from models.plots.prior_densities import plot_prior_densities
    from models.plots.prior_posteriors import plot_prior_posteriors
    from models.plots.save import save_figure
    from models.plots.sensitivity_forest import plot_sensitivity
    from models.plots.survival_bands import plot_survival_bands
    from models.plots.survival_quantiles import survival_quantiles
    from models.plots.tipping_point import plot_tipping_point
    from models.plots.trial_forest import plot_trial_forest
    from models.priors import NormalMixture, update_mixture
    from models.priors.effective_events import effective_events
    from models.priors.evidence_file import load_evidence
    from models.priors.named import (
        ElicitedPrior,
        EnthusiasticPrior,
        InformativePrior,
        MixturePrior,
        ScepticalPrior,
        VaguePrior,
        read_prior,
    )
    from models.priors.predictive_prior import prior_set
    from models.priors.reweight import reweight
    from models.priors.tipping_point import find_tipping_point
    from models.priors.trial_posterior import learn_from_draws
    from models.reanalysis.of_record import reanalyse
    from models.record import Record, load_record, record_schema
    from models.regression import build_proportional_hazards
    from models.settings import (
        AnalysisSettings,
        GammaBaseline,
        HierarchicalGammaBaseline,
        NormalPrior,
        RandomWalkBaseline,
        load_settings,
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
    "ElicitedPrior",
    "EnthusiasticPrior",
    "GammaBaseline",
    "HierarchicalGammaBaseline",
    "IllnessDeathPriors",
    "InformativePrior",
    "MixturePrior",
    "NormalMixture",
    "NormalPosterior",
    "NormalPrior",
    "PrintedHazardRatio",
    "RandomWalkBaseline",
    "Record",
    "ScepticalPrior",
    "VaguePrior",
    "audit_record",
    "build_proportional_hazards",
    "compute_estimands",
    "cox",
    "draw_illness_death_prior",
    "effective_events",
    "exact_mixture_posterior",
    "exposure_table",
    "find_tipping_point",
    "hazard_ratio",
    "illness_death_estimands",
    "kaplan_meier",
    "learn_from_draws",
    "load_evidence",
    "load_record",
    "load_settings",
    "log_rank",
    "median_time",
    "normal_likelihood",
    "occupancy_quantiles",
    "plot_audit",
    "plot_benefits",
    "plot_estimands",
    "plot_hazard_ratio",
    "plot_kaplan_meier",
    "plot_levels",
    "plot_occupancy_bands",
    "plot_prior_densities",
    "plot_prior_posteriors",
    "plot_sensitivity",
    "plot_survival_bands",
    "plot_tipping_point",
    "plot_trial_forest",
    "prior_set",
    "read_patients",
    "read_prior",
    "reanalyse",
    "record_schema",
    "reweight",
    "save_figure",
    "summarise",
    "summarise_illness_death",
    "survival_at",
    "survival_quantiles",
    "update_mixture",
]

_HOMES = {
    "AnalysisSettings": "models.settings",
    "AuditReport": "models.audit",
    "ElicitedPrior": "models.priors.named",
    "EnthusiasticPrior": "models.priors.named",
    "GammaBaseline": "models.settings",
    "HierarchicalGammaBaseline": "models.settings",
    "IllnessDeathPriors": "models.illness_death.priors",
    "InformativePrior": "models.priors.named",
    "MixturePrior": "models.priors.named",
    "NormalMixture": "models.priors",
    "NormalPosterior": "models.normal_posterior",
    "NormalPrior": "models.settings",
    "PrintedHazardRatio": "models.normal_posterior",
    "RandomWalkBaseline": "models.settings",
    "Record": "models.record",
    "ScepticalPrior": "models.priors.named",
    "VaguePrior": "models.priors.named",
    "audit_record": "models.audit",
    "build_proportional_hazards": "models.regression",
    "compute_estimands": "models.estimands",
    "cox": "models.survival",
    "draw_illness_death_prior": "models.illness_death.prior_draws",
    "effective_events": "models.priors.effective_events",
    "exact_mixture_posterior": "models.exact_posterior",
    "exposure_table": "models.survival",
    "find_tipping_point": "models.priors.tipping_point",
    "hazard_ratio": "models.survival",
    "illness_death_estimands": "models.illness_death.estimands",
    "kaplan_meier": "models.survival",
    "learn_from_draws": "models.priors.trial_posterior",
    "load_evidence": "models.priors.evidence_file",
    "load_record": "models.record",
    "load_settings": "models.settings",
    "log_rank": "models.survival",
    "median_time": "models.survival",
    "normal_likelihood": "models.normal_posterior",
    "occupancy_quantiles": "models.plots.occupancy_quantiles",
    "plot_audit": "models.plots.audit_overview",
    "plot_benefits": "models.plots.benefit_scatter",
    "plot_estimands": "models.plots.estimand_forest",
    "plot_hazard_ratio": "models.plots.hazard_ratio",
    "plot_kaplan_meier": "models.plots.kaplan_meier",
    "plot_levels": "models.plots.evidence_levels",
    "plot_occupancy_bands": "models.plots.occupancy_bands",
    "plot_prior_densities": "models.plots.prior_densities",
    "plot_prior_posteriors": "models.plots.prior_posteriors",
    "plot_sensitivity": "models.plots.sensitivity_forest",
    "plot_survival_bands": "models.plots.survival_bands",
    "plot_tipping_point": "models.plots.tipping_point",
    "plot_trial_forest": "models.plots.trial_forest",
    "prior_set": "models.priors.predictive_prior",
    "read_patients": "models.patients",
    "read_prior": "models.priors.named",
    "reanalyse": "models.reanalysis.of_record",
    "record_schema": "models.record",
    "reweight": "models.priors.reweight",
    "save_figure": "models.plots.save",
    "summarise": "models.estimands",
    "summarise_illness_death": "models.illness_death.table",
    "survival_at": "models.survival",
    "survival_quantiles": "models.plots.survival_quantiles",
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
