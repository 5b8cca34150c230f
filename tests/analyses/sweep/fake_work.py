"""Trials of cells that cost nothing but time: what runs a sweep is tested with these."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class FakeCell:
    """A cell whose trials are sums of hashes; it may raise, kill its worker, or take time."""

    name: str
    raises: bool = False
    kills: int = 0
    marks: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class FakeResult:
    """Sum of a hash over trials: says which trials it is of."""

    trials: int
    total: int

    def __add__(self, other):
        return FakeResult(self.trials + other.trials, (self.total + other.total) % 2**63)

    def success_error(self):
        return 0.5 / self.trials**0.5

    def to_arrays(self):
        return {"trials": np.array(self.trials), "total": np.array([self.total])}

    @classmethod
    def from_arrays(cls, arrays):
        return cls(int(arrays["trials"]), int(arrays["total"][0]))


def expected(name, trials, first=0):
    """What a cell's trials must come to."""
    numbers = np.arange(first, first + trials, dtype=np.uint64) + np.uint64(7919 * len(name))
    mixed = (numbers * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)
    return FakeResult(trials, int(mixed.sum(dtype=object) % 2**63))


def simulate(cells, *, first, trials):
    """Stand in for `simulate_group`."""
    for cell in cells:
        if cell.raises:
            raise ValueError(f"{cell.name} cannot be recruited")
        if cell.kills:
            _die(cell)
        time.sleep(cell.seconds * trials / 1000)
    return [expected(cell.name, trials, first) for cell in cells]


def code():
    """Stand in for the version of the code."""
    return "one"


def _die(cell):
    """Kill this process, so many times in all."""
    marks = Path(cell.marks)
    for number in range(cell.kills):
        try:
            (marks / f"{cell.name}-{number}").touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)
