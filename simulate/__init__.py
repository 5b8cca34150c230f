"""What a trial is and how it behaves.

The names in `__all__` are the public interface: typed, each function with an example that runs. A
name is imported when it is first used, so that `import simulate` is quick. All else may change.

Times are months, rates per month; hazard ratios are RT versus control, below 1 favours RT.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulate.assurance.closed_form import normal_assurance
    from simulate.assurance.of_design import assurance_over_posterior
    from simulate.assurance.posterior import PosteriorDraws
    from simulate.assurance.read import read_posterior
    from simulate.closed_forms.events import freedman_events, schoenfeld_events, schoenfeld_power
    from simulate.closed_forms.expected_events import expected_events, time_of_events
    from simulate.closed_forms.lachin_foulkes import lachin_foulkes_patients
    from simulate.design import TrialDesign, design_schema, design_text, load_design, read_design
    from simulate.operating.monitoring import planned_boundaries, planned_events
    from simulate.operating.of_design import operating_characteristics
    from simulate.operating.outcomes import simulate_outcomes
    from simulate.size.of_design import size_for_power
    from simulate.sweep.dataset import sweep_table
    from simulate.sweep.in_memory import simulate_sweep
    from simulate.sweep.sweep import load_sweep, read_sweep
    from simulate.truth.estimands import truth_estimands
    from simulate.truth.no_effect import no_effect

__all__ = [
    "PosteriorDraws",
    "TrialDesign",
    "assurance_over_posterior",
    "design_schema",
    "design_text",
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
    "read_design",
    "read_posterior",
    "read_sweep",
    "schoenfeld_events",
    "schoenfeld_power",
    "simulate_outcomes",
    "simulate_sweep",
    "size_for_power",
    "sweep_table",
    "time_of_events",
    "truth_estimands",
]

_HOMES = {
    "PosteriorDraws": "simulate.assurance.posterior",
    "TrialDesign": "simulate.design",
    "assurance_over_posterior": "simulate.assurance.of_design",
    "design_schema": "simulate.design",
    "design_text": "simulate.design",
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
    "read_design": "simulate.design",
    "read_posterior": "simulate.assurance.read",
    "read_sweep": "simulate.sweep.sweep",
    "schoenfeld_events": "simulate.closed_forms.events",
    "schoenfeld_power": "simulate.closed_forms.events",
    "simulate_outcomes": "simulate.operating.outcomes",
    "simulate_sweep": "simulate.sweep.in_memory",
    "size_for_power": "simulate.size.of_design",
    "sweep_table": "simulate.sweep.dataset",
    "time_of_events": "simulate.closed_forms.expected_events",
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
