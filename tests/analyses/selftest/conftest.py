"""The module that breaks functions."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def broken():
    spec = importlib.util.spec_from_file_location(
        "selftest_distort", Path(__file__).with_name("distort.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.broken
