"""What a trial is and how it behaves.

The names in `__all__` are the public interface: typed, each function with an example that runs. A
name is imported when it is first used, so that `import simulate` is quick. All else may change.

Times are months, rates per month; hazard ratios are RT versus control, below 1 favours RT.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulate.assurance.closed_form import normal_assurance
    from simulate.assurance.of_design import assurance_over_posterior, assurance_over_sizes
    from simulate.assurance.posterior import PosteriorDraws
    from simulate.assurance.read import posterior_of, read_posterior
    from simulate.closed_forms.events import freedman_events, schoenfeld_events, schoenfeld_power
    from simulate.closed_forms.expected_events import expected_events, time_of_events
    from simulate.closed_forms.lachin_foulkes import lachin_foulkes_patients
    from simulate.design import TrialDesign, design_schema, design_text, load_design, read_design
    from simulate.design.replace import replaced
    from simulate.operating.monitoring import planned_boundaries, planned_events
    from simulate.operating.of_design import operating_characteristics
    from simulate.operating.outcomes import simulate_outcomes
    from simulate.plots.alpha_flow import plot_alpha_flow
    from simulate.plots.assurance_by_size import plot_assurance_by_size
    from simulate.plots.both_endpoints import plot_both_endpoints
    from simulate.plots.boundaries import plot_boundaries
    from simulate.plots.calendar import plot_calendar
    from simulate.plots.course import trial_course
    from simulate.plots.endpoints_at_look import endpoints_at_look
    from simulate.plots.family_wise_error import plot_family_wise_error
    from simulate.plots.forecast import plot_forecast
    from simulate.plots.kaplan_meier import plot_trial
    from simulate.plots.occupancy import plot_occupancy
    from simulate.plots.power import plot_power
    from simulate.plots.power_by_test import plot_power_by_test
    from simulate.plots.power_curves import plot_power_curves
    from simulate.plots.power_distribution import plot_power_distribution
    from simulate.plots.power_map import plot_power_map
    from simulate.plots.smallest_size import plot_smallest_sizes, smallest_sizes
    from simulate.plots.states import state_shares
    from simulate.plots.stopping import plot_stopping
    from simulate.plots.threshold import plot_threshold
    from simulate.plots.timeline import plot_timeline
    from simulate.plots.tornado import Swing, plot_tornado
    from simulate.replay.of_design import replay_trial
    from simulate.size.of_design import size_for_power
    from simulate.sweep.dataset import sweep_table
    from simulate.sweep.in_memory import simulate_sweep
    from simulate.sweep.sweep import load_sweep, read_sweep
    from simulate.threshold.of_design import calibrate_threshold
    from simulate.truth.estimands import truth_estimands
    from simulate.truth.no_effect import no_effect

__all__ = [
    "PosteriorDraws",
    "Swing",
    "TrialDesign",
    "assurance_over_posterior",
    "assurance_over_sizes",
    "calibrate_threshold",
    "design_schema",
    "design_text",
    "endpoints_at_look",
    "expected_events",
    "freedman_events",
    "lachin_foulkes_patients",
    "load_design",
    "load_sweep",
    "no_effect",
    "normal_assurance",
    "operating_characteristics",
    "planned_boundaries",
    "planned_events",
    "plot_alpha_flow",
    "plot_assurance_by_size",
    "plot_both_endpoints",
    "plot_boundaries",
    "plot_calendar",
    "plot_family_wise_error",
    "plot_forecast",
    "plot_occupancy",
    "plot_power",
    "plot_power_by_test",
    "plot_power_curves",
    "plot_power_distribution",
    "plot_power_map",
    "plot_smallest_sizes",
    "plot_stopping",
    "plot_threshold",
    "plot_timeline",
    "plot_tornado",
    "plot_trial",
    "posterior_of",
    "read_design",
    "read_posterior",
    "read_sweep",
    "replaced",
    "replay_trial",
    "schoenfeld_events",
    "schoenfeld_power",
    "simulate_outcomes",
    "simulate_sweep",
    "size_for_power",
    "smallest_sizes",
    "state_shares",
    "sweep_table",
    "time_of_events",
    "trial_course",
    "truth_estimands",
]

_HOMES = {
    "PosteriorDraws": "simulate.assurance.posterior",
    "Swing": "simulate.plots.tornado",
    "TrialDesign": "simulate.design",
    "assurance_over_posterior": "simulate.assurance.of_design",
    "assurance_over_sizes": "simulate.assurance.of_design",
    "calibrate_threshold": "simulate.threshold.of_design",
    "design_schema": "simulate.design",
    "design_text": "simulate.design",
    "endpoints_at_look": "simulate.plots.endpoints_at_look",
    "expected_events": "simulate.closed_forms.expected_events",
    "freedman_events": "simulate.closed_forms.events",
    "lachin_foulkes_patients": "simulate.closed_forms.lachin_foulkes",
    "load_design": "simulate.design",
    "load_sweep": "simulate.sweep.sweep",
    "no_effect": "simulate.truth.no_effect",
    "normal_assurance": "simulate.assurance.closed_form",
    "operating_characteristics": "simulate.operating.of_design",
    "planned_boundaries": "simulate.operating.monitoring",
    "planned_events": "simulate.operating.monitoring",
    "plot_alpha_flow": "simulate.plots.alpha_flow",
    "plot_assurance_by_size": "simulate.plots.assurance_by_size",
    "plot_both_endpoints": "simulate.plots.both_endpoints",
    "plot_boundaries": "simulate.plots.boundaries",
    "plot_calendar": "simulate.plots.calendar",
    "plot_family_wise_error": "simulate.plots.family_wise_error",
    "plot_forecast": "simulate.plots.forecast",
    "plot_occupancy": "simulate.plots.occupancy",
    "plot_power": "simulate.plots.power",
    "plot_power_by_test": "simulate.plots.power_by_test",
    "plot_power_curves": "simulate.plots.power_curves",
    "plot_power_distribution": "simulate.plots.power_distribution",
    "plot_power_map": "simulate.plots.power_map",
    "plot_smallest_sizes": "simulate.plots.smallest_size",
    "plot_stopping": "simulate.plots.stopping",
    "plot_threshold": "simulate.plots.threshold",
    "plot_timeline": "simulate.plots.timeline",
    "plot_tornado": "simulate.plots.tornado",
    "plot_trial": "simulate.plots.kaplan_meier",
    "posterior_of": "simulate.assurance.read",
    "read_design": "simulate.design",
    "read_posterior": "simulate.assurance.read",
    "read_sweep": "simulate.sweep.sweep",
    "replaced": "simulate.design.replace",
    "replay_trial": "simulate.replay.of_design",
    "schoenfeld_events": "simulate.closed_forms.events",
    "schoenfeld_power": "simulate.closed_forms.events",
    "simulate_outcomes": "simulate.operating.outcomes",
    "simulate_sweep": "simulate.sweep.in_memory",
    "size_for_power": "simulate.size.of_design",
    "smallest_sizes": "simulate.plots.smallest_size",
    "state_shares": "simulate.plots.states",
    "sweep_table": "simulate.sweep.dataset",
    "time_of_events": "simulate.closed_forms.expected_events",
    "trial_course": "simulate.plots.course",
    "truth_estimands": "simulate.truth.estimands",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Tell editors the public names before they are imported."""
    return sorted({*globals(), *__all__})
