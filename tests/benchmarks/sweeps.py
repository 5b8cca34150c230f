"""Sweeps: a thousand scenarios, two workers against one, storing, taking up again, and scaling.

Run by `make bench`; with --short a thousandth of the trials. Times are seconds of the clock unless
said, on a machine that does nothing else. The scaling to many workers is simulated: the scheduler
that ships runs in real time, its workers are imagined, and a virtual clock holds both together.
"""

import argparse
import heapq
import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from functools import partial
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import numpy as np

from analyses.sweep.aim import Aim
from analyses.sweep.local_pool import LocalPool
from analyses.sweep.pool import Answer, Request
from analyses.sweep.prepare import groups_of, prepare_sweep
from analyses.sweep.run import run_schedule
from analyses.sweep.schedule import Schedule
from analyses.sweep.store import prepare_store
from simulate.sweep.code_version import code_version
from simulate.sweep.groups import Group
from simulate.sweep.simulate import simulate_group
from simulate.sweep.sweep import load_sweep

DESIGN = """
name = "speed"
patients = 400
endpoint = "os"
recruitment = { kind = "even", rates = [{ start = 0, per_month = 17 }] }
randomisation = { kind = "blocks", block_sizes = [4] }
looks = [{ events = 125 }, { events = 250 }]
analysis = { test = "log_rank" }
efficacy = { kind = "obrien_fleming" }

[[truths]]
name = "planning"
control = { median = 10.93 }
effect = { kind = "proportional", hr = 0.7 }
drop_out = { control = { per_12_months = 0.05 }, rt = { per_12_months = 0.05 } }
"""
SWEEP = """
name = "a thousand scenarios"
design = "design.toml"
trials = TRIALS
seed = 5

[grid]
n = { start = 200, stop = 600, count = COUNT }
hr = { field = "truth.effect.hr", start = 0.55, stop = 0.93, count = 20 }
rule.choices.log_rank = { "analysis.test" = "log_rank" }
rule.choices.bayes = { "analysis.test" = "bayes", "efficacy.kind" = "none" }

[derived]
patients = { field = "patients", value = "round(n)" }
rate = { field = "recruitment.rates.1.per_month", value = "n / 24" }
first = { field = "looks.1.events", value = "round(0.3125 * n)" }
last = { field = "looks.2.events", value = "round(0.625 * n)" }
"""
CELLS = 1000


def show(name: str, value: str, limit: str = "") -> None:
    """Print one figure against its limit."""
    print(f"{name:<62}{value:>16}   {limit}", flush=True)


def written(folder: Path, *, trials: int, count: int = 25) -> Path:
    """Write the design and the sweep of `count` x 40 cells."""
    text = SWEEP.replace("TRIALS", str(trials)).replace("COUNT", str(count))
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    (folder / "sweep.toml").write_text(text, encoding="utf-8")
    return folder / "sweep.toml"


class Watched:
    """A command with the resident memory of it and its children, shared pages counted once."""

    def __init__(self, *words: object) -> None:
        command = [sys.executable, "-m", "analyses.command_line", *map(str, words)]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.peak = 0
        watcher = threading.Thread(target=self._watch, args=(process,))
        watcher.start()
        _, said = process.communicate()
        watcher.join()
        self.seconds = time.perf_counter() - began
        if process.returncode != 0:
            raise RuntimeError(said.decode())

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        while process.poll() is None:
            self.peak = max(self.peak, sum(map(_megabytes, _family(process.pid))))
            time.sleep(0.25)


def _family(leader: int) -> list[int]:
    found = [leader]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == leader:
            found.append(int(path.parent.name))
    return found


def _megabytes(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return sum(map(int, sizes)) // 1024


def a_thousand_scenarios(folder: Path, *, trials: int) -> None:
    """Run them with two workers; then take the finished sweep up again."""
    file = written(folder, trials=trials)
    out = folder / "thousand"
    ran = Watched("sweep", file, "--out", out)
    spent = json.loads((out / "run_log.json").read_text())
    computing, storing = spent["spent"]["computing"], spent["spent"]["storing"]
    show(f"{CELLS} scenarios x {trials:,} trials, two workers", f"{ran.seconds:.0f} s",
         "at most 360 s for 10,000 trials")  # fmt: skip
    show("    of these, writing tables and pictures", f"{spent['seconds_writing']:.1f} s")
    show("    resident memory of all processes", f"{ran.peak} MB", "at most 1,000 MB")
    show("    a trial of a cell on one core", f"{1e6 * computing / (CELLS * trials):.1f} us")
    show("    storing over computing", f"{100 * storing / computing:.2f}%", "at most 5%")
    again = [Watched("sweep", file, "--out", out).seconds for _ in range(3)]
    show("taking up the finished sweep", f"{min(again):.2f} s", "at most 3 s")


def two_workers(folder: Path, *, trials: int) -> None:
    """Run the same cells with one worker and with two, from the first request on."""
    prepared = _prepared(written(folder, trials=trials, count=3))
    seconds = {}
    for workers in (1, 2, 1, 2):
        pool = LocalPool(_simulate(prepared), workers=workers, code=code_version)
        time.sleep(8.0)
        out = folder / f"workers{workers}{len(seconds)}"
        prepare_store(out)
        began = time.perf_counter()
        run_schedule(_schedule(prepared, pool), pool, folder=out, addresses=prepared.addresses)
        taken = time.perf_counter() - began
        seconds[workers] = min(taken, seconds.get(workers, np.inf))
    show("two workers over one", f"{seconds[1] / seconds[2]:.2f}", "at least 1.8")


def overheads(folder: Path) -> dict[str, float]:
    """Measure what a cell and a request cost beside its trials."""
    file = written(folder, trials=1000)
    began = time.process_time()
    prepared = _prepared(file)
    cells = (time.process_time() - began) / CELLS
    began = time.process_time()
    groups = groups_of(prepared.cells, range(CELLS))
    grouping = (time.process_time() - began) / CELLS
    show("checking and addressing a cell", f"{1e3 * cells:.2f} ms")
    show("packing and grouping a cell", f"{1e3 * grouping:.2f} ms")
    some = [prepared.cells[member] for member in groups[len(groups) // 2].members]
    simulate_group(some, seed=5, trials=1000)
    timed = {trials: _least(lambda t=trials: simulate_group(some, seed=5, trials=t))
             for trials in (1000, 21_000)}  # fmt: skip
    trial = (timed[21_000] - timed[1000]) / 20_000
    show("a trial of 400 patients, both rules", f"{1e6 * trial:.1f} us")
    show("    that is, trials per core-second", f"{1 / trial:,.0f}")
    show("setting a request up on a worker", f"{1e3 * max(timed[1000] - 1000 * trial, 0):.2f} ms")
    return {"trial": trial, "set_up": max(timed[1000] - 1000 * trial, 0.0)}


def scaling(folder: Path, *, measured: dict[str, float], trials: int) -> None:
    """Run the scheduler with imagined workers that take as long as was measured."""
    prepared = _prepared(written(folder, trials=1000))
    chosen = list(range(1, CELLS, 2))
    template = simulate_group([prepared.cells[1]], seed=5, trials=1000)[0]
    for task_seconds, name in ((1.0, "processes"), (4.0, "Dask")):
        for workers in (1, 16, 256):
            out = folder / f"scaling{name}{workers}"
            prepare_store(out)
            pool = ImaginedPool(template, workers=workers, task_seconds=task_seconds, **measured)
            schedule = Schedule(
                prepared.cells,
                [Group(members=(place,), key=str(place), patients=400) for place in chosen],
                [(None, 0)] * CELLS,
                aim=Aim(trials=trials),
                task_seconds=task_seconds,
            )
            run_schedule(schedule, pool, folder=out, addresses=prepared.addresses)
            busy = pool.busy / (workers * pool.clock)
            show(f"{len(chosen) * trials:.0e} trials, {workers} workers ({name}, simulated)",
                 f"{pool.clock / 60:.1f} min", f"workers busy {100 * busy:.1f}%, "
                 f"scheduler {100 * pool.asking / pool.clock:.1f}%, "
                 f"{1e3 * pool.asking / pool.asked:.2f} ms a request")  # fmt: skip


class ImaginedPool:
    """Workers that are not there: answers come when they would, by a virtual clock.

    The clock takes in the processor time that the scheduler really spends between calls, the time
    that simulating the trials would take, and a twentieth more or less of it at random.
    """

    def __init__(
        self, template: object, *, workers: int, task_seconds: float, trial: float, set_up: float
    ) -> None:
        self.packed = ForkingPickler.dumps([template])
        self.workers, self.task_seconds = workers, task_seconds
        self.trial, self.set_up = trial, set_up
        self.clock = self.busy = self.asking = 0.0
        self.asked = 0
        self.rng = np.random.default_rng(1)
        self.idle = [0.0] * workers
        self.coming: list[tuple[float, int, float, tuple[int, int]]] = []
        self.last = time.process_time()

    @property
    def free(self) -> int:
        """Requests that can be taken now."""
        return self.workers - len(self.coming)

    def ask(self, request: Request) -> None:
        """Start a request on the worker that has been idle longest."""
        self._pass()
        ForkingPickler.dumps(request)
        self.asked += 1
        seconds = (self.set_up + self.trial * request.trials) * self.rng.uniform(0.95, 1.05)
        began = max(heapq.heappop(self.idle), self.clock)
        self.busy += seconds
        span = (request.first, request.first + request.trials)
        heapq.heappush(self.coming, (began + seconds, request.number, seconds, span))

    def answers(self, timeout: float) -> list[Answer]:
        """Let time pass until the next answer comes, and take all that have come."""
        self._pass()
        self.clock = max(self.clock, min(self.coming[0][0], self.clock + timeout))
        found = []
        while self.coming and self.coming[0][0] <= self.clock:
            ended, number, seconds, span = heapq.heappop(self.coming)
            heapq.heappush(self.idle, ended)
            results = [replace(one, spans=(span,)) for one in ForkingPickler.loads(self.packed)]
            found.append(Answer(number=number, results=results, seconds=seconds))
        return found

    def close(self) -> None:
        """Nothing is to be ended."""

    def _pass(self) -> None:
        now = time.process_time()
        self.clock += now - self.last
        self.asking += now - self.last
        self.last = now


def through_dask(folder: Path) -> None:
    """Measure how many requests without work a Dask scheduler hands on a second."""
    try:
        from distributed import LocalCluster
    except ImportError:
        return
    from analyses.sweep.dask_pool import DaskPool

    silent = {"dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, **silent) as cluster:
        pool = DaskPool(nothing, address=cluster.scheduler_address, code=code_version)
        asked = answered = 0
        began = time.perf_counter()
        while answered < 1000:
            while asked < 1000 and pool.free > 0:
                pool.ask(Request(number=asked, cells=(), first=0, trials=0))
                asked += 1
            answered += len(pool.answers(1.0))
        taken = time.perf_counter() - began
        pool.close()
    show("a request through a Dask scheduler, two workers", f"{taken:.2f} ms")


def nothing(cells: object, *, first: int, trials: int) -> list[object]:
    """Stand in for simulating."""
    return []


def _prepared(file: Path):
    return prepare_sweep(load_sweep(file), file=file)


def _simulate(prepared):
    return partial(simulate_group, seed=prepared.sweep.seed)


def _schedule(prepared, pool) -> Schedule:
    cells = prepared.cells
    return Schedule(
        cells,
        groups_of(cells, range(len(cells))),
        [(None, 0)] * len(cells),
        aim=prepared.aim,
        task_seconds=pool.task_seconds,
    )


def _least(work, *, times: int = 5) -> float:
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="few trials")
    short = parser.parse_known_args()[0].short
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = overheads(folder)
        a_thousand_scenarios(folder, trials=1000 if short else 10_000)
        two_workers(folder, trials=1000 if short else 20_000)
        through_dask(folder)
        scaling(folder, measured=measured, trials=20_000 if short else 2_000_000)


if __name__ == "__main__":
    main()
