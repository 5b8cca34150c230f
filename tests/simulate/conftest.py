"""The plain-numpy trial that the engine's tests compare with."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference():
    """The module `reference_trial` that stands beside this file."""
    path = Path(__file__).with_name("reference_trial.py")
    spec = importlib.util.spec_from_file_location("reference_trial", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference_trial"] = module
    spec.loader.exec_module(module)
    return module
