"""Sweeps of fake trials: quick, and their answer is known."""

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analyses.sweep.aim import Aim
from analyses.sweep.local_pool import LocalPool
from analyses.sweep.run import run_schedule
from analyses.sweep.schedule import Schedule
from analyses.sweep.store import load_cells, prepare_store
from simulate.sweep.groups import Group

HERE = str(Path(__file__).parent)


class Ran(NamedTuple):
    """A sweep that was run: what its cells came to, and everything it told."""

    results: list[Any]
    failures: list[str]
    told: list[Any]


@pytest.fixture
def fake(monkeypatch):
    """The module of fake trials, importable by worker processes, too."""
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([HERE, os.environ.get("PYTHONPATH", "")]))
    import fake_work

    return sys.modules[fake_work.__name__]


@pytest.fixture
def sweep(fake, tmp_path):
    """Run cells into a folder: `sweep(cells, trials=..., groups=..., pool=...)`."""

    def run(cells, *, trials=1000, mcse=None, groups=None, pool=None, folder=tmp_path, workers=2):
        addresses = [f"{place:064x}" for place in range(len(cells))]
        prepare_store(folder)
        found = load_cells(folder, addresses).cells
        stored = [
            (fake.FakeResult.from_arrays(found[address].arrays), found[address].aim)
            if address in found
            else (None, 0)
            for address in addresses
        ]
        schedule = Schedule(
            cells,
            groups or [Group(members=(k,), key=str(k), patients=100) for k in range(len(cells))],
            stored,
            aim=Aim(trials=trials, mcse=mcse),
            task_seconds=0.05,
        )
        told = []
        run_schedule(
            schedule,
            pool or LocalPool(fake.simulate, workers=workers),
            folder=folder,
            addresses=addresses,
            progress=told.append,
        )
        return Ran(
            results=[state.result for state in schedule.states],
            failures=[state.failure for state in schedule.states],
            told=told,
        )

    return run
