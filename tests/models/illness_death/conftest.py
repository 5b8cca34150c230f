"""Hazards to compute with, and patients drawn from them by the simulator's kernels."""

import importlib.util
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "simulate" / "illness_death" / "conftest.py"


@pytest.fixture(scope="session")
def simulated():
    """The module that builds and draws for the tests of the simulator."""
    spec = importlib.util.spec_from_file_location("simulated_illness_death", BESIDE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def packed_of(simulated):
    return simulated.build


@pytest.fixture(scope="session")
def drawn(simulated):
    return simulated.draw


@pytest.fixture(scope="session")
def made_up():
    """Function that makes up a posterior."""
    path = Path(__file__).with_name("posteriors.py")
    spec = importlib.util.spec_from_file_location("illness_death_posteriors", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made_up
