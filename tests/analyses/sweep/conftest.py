"""Sweeps of fake trials: quick, and their answer is known."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analyses.sweep.aim import Aim
from analyses.sweep.local_pool import LocalPool
from analyses.sweep.pool import Answer
from analyses.sweep.run import run_schedule
from analyses.sweep.schedule import Schedule
from analyses.sweep.store import load_cells, prepare_store
from analyses.sweep.worker import answer
from simulate.sweep.groups import Group

HERE = str(Path(__file__).parent)
QUIET = ["--no-dashboard", "--host", "127.0.0.1"]


class Ran(NamedTuple):
    """A sweep that was run: what its cells came to, and everything it told."""

    results: list[Any]
    failures: list[str]
    told: list[Any]


class InlinePool:
    """Computes requests in this process, at once: starting processes takes most of a short run."""

    task_seconds = 1.0
    workers = 1

    def __init__(self, simulate, **_):
        self.simulate, self.requests = simulate, []

    @property
    def free(self):
        return 1 - len(self.requests)

    def ask(self, request):
        self.requests.append(request)

    def answers(self, timeout):
        request = self.requests.pop()
        results, failure, seconds = answer(self.simulate, request)
        return [Answer(number=request.number, results=results, failure=failure, seconds=seconds)]

    def close(self):
        self.requests.clear()


@pytest.fixture
def quick(tell, monkeypatch):
    """Run commands without worker processes and without drawing."""
    monkeypatch.setattr("analyses.sweep.pictures.draw_sweep_pictures", lambda *_: None)
    monkeypatch.setattr("analyses.sweep.command.LocalPool", InlinePool)
    return tell


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
            pool or LocalPool(fake.simulate, workers=workers, code=fake.code),
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


@pytest.fixture
def cluster(fake, tmp_path):
    """Address of a scheduler, the processes of its two workers, and its own."""
    told = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = _start([*command, "--port", "0", "--scheduler-file", told, *QUIET])
    workers = []
    try:
        address = _address(told)
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
        workers += [_start([*command, "--nthreads", "1", *QUIET]) for _ in range(2)]
        yield address, workers, scheduler
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _start(command):
    return subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _address(path):
    for _ in range(600):
        if path.exists() and (text := path.read_text()).endswith("}"):
            return json.loads(text)["address"]
        time.sleep(0.05)
    raise TimeoutError(f"no scheduler wrote {path}")
