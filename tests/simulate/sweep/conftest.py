"""A small design of one endpoint, and sweeps over it."""

import pytest

from simulate.design import read_design
from simulate.sweep.cells import sweep_cells
from simulate.sweep.sweep import read_sweep

SMALL = {
    "name": "small",
    "patients": 60,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "looks": [{"events": 20}, {"events": 40}],
    "efficacy": {"kind": "obrien_fleming"},
    "futility": {"kind": "hazard_ratio", "hr": [1.0]},
    "truths": [
        {
            "name": "planning",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": 0.5},
        },
        {
            "name": "late",
            "control": {"median": 10.0},
            "effect": {"kind": "delayed", "hr": 0.5, "delay": 3.0},
        },
    ],
}
RULES = {
    "choices": {
        "log-rank": {"analysis.test": "log_rank"},
        "pocock": {"efficacy": {"kind": "pocock"}},
        "bayes": {"analysis.test": "bayes", "efficacy": {"kind": "none"}},
        "cox": {"analysis.test": "cox_wald", "alpha": 0.05},
    }
}


@pytest.fixture(scope="session")
def small():
    """Give the design, with fields replaced."""

    def make(**changes):
        return read_design(SMALL | changes)

    return make


@pytest.fixture(scope="session")
def rules():
    """Four ways to decide the same trials."""
    return RULES


@pytest.fixture(scope="session")
def sweep_of():
    """Read a sweep over a grid."""

    def make(grid, **fields):
        return read_sweep({"design": "small.toml", "grid": grid, **fields})

    return make


@pytest.fixture(scope="session")
def cells_of(small, sweep_of):
    """Make the cells of a grid over the design."""

    def make(grid, *, design=None, **fields):
        return sweep_cells(sweep_of(grid, **fields), design or small())

    return make
