"""Every check of the self-test, in the order in which they run."""

from importlib import import_module

from analyses.selftest.check import Check

MODULES = (
    "survival",
    "published",
    "posterior",
    "priors",
    "curves",
    "illness_death",
    "joint",
    "boundaries",
    "multiplicity",
    "closed_forms",
    "random_numbers",
    "enrolment",
    "engine_tests",
    "max_combo",
    "simulation",
    "assurance",
    "expressions",
    "sweeps",
    "bayesian_fit",
    "long_runs",
)


def checks(*, full: bool = False) -> tuple[Check, ...]:
    """Give all checks.

    Parameters
    ----------
    full : bool
        With the long ones.
    """
    found = []
    for name in MODULES:
        module = import_module(f"analyses.selftest.checks.{name}")
        found += [check for check in module.CHECKS if full or not check.full]
    return tuple(found)
