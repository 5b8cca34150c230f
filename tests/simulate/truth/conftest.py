"""The default design with other truths."""

import tomllib
from pathlib import Path

import pytest

from simulate.design import read_design

ROOT = Path(__file__).parents[3]
DEFAULT = ROOT / "analyses" / "phase3" / "os_alone.toml"


@pytest.fixture(scope="session")
def default_content():
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def default_design_with(default_content):
    def build(truth, **fields):
        return read_design(default_content | {"truths": [truth]} | fields)

    return build
