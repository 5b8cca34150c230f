"""A small design that the tests of this folder simulate."""

import pytest

from simulate.design import read_design

DESIGN = {
    "name": "small",
    "patients": 120,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "looks": [{"events": 40}, {"events": 80}],
    "efficacy": {"kind": "obrien_fleming"},
    "futility": {"kind": "hazard_ratio", "hr": [1.0]},
    "truths": [
        {
            "name": "planning",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": 0.6},
        }
    ],
}


@pytest.fixture
def small():
    """Give the design, with fields replaced."""

    def make(**changes):
        return read_design(DESIGN | changes)

    return make
