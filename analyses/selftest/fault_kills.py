"""Faults of processes: a sweep is killed, interrupted, or started twice on one folder."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from analyses.selftest.fault_bench import Bench, Sweep
from analyses.sweep.store import stored_addresses

TARGETS = ("sweep", "worker", "worker", "all")


class Kill(NamedTuple):
    """One kill: of what, how many seconds after the start, with how many cells stored."""

    killed: str
    seconds: float
    stored: int
    life: int


def killed(bench: Bench, *, kills: int) -> None:
    """Kill the sweep, a worker, or all at once, again and again, until enough have died."""
    done, kinds = 0, Counter[str]()
    while done < kills:
        out = bench.folder / "killed"
        shutil.rmtree(out, ignore_errors=True)
        moments = _one_sweep(bench, out, room=kills - done)
        done += len(moments)
        kinds.update(one.killed for one in moments)
        bench.record("killed", out, kills=[one._asdict() for one in moments])
    print(f"      {dict(kinds)}", flush=True)


def _one_sweep(bench: Bench, out: Path, *, room: int) -> list[Kill]:
    """Start a sweep again and again until it is done; at most so many kills."""
    moments: list[Kill] = []
    while True:
        process, began = bench.start(out), time.monotonic()
        moments += _kills_of_one_life(bench, process, out, room=room - len(moments))
        _, said = process.communicate()
        if process.returncode == 0:
            if not moments:
                # The machine has become faster: later kills would come after the end.
                bench.seconds = min(bench.seconds, time.monotonic() - began)
            return moments
        if process.returncode != -signal.SIGKILL:
            raise RuntimeError(f"exit code {process.returncode}: {said}")


def _kills_of_one_life(bench: Bench, process: Sweep, out: Path, *, room: int) -> list[Kill]:
    """Kill at random moments of what an undisturbed run takes, until the sweep has ended."""
    moments: list[Kill] = []
    began = time.monotonic()
    while len(moments) < room and (not moments or moments[-1].killed == "worker"):
        target = bench.rng.choice(TARGETS)
        left = max(bench.seconds - (time.monotonic() - began), 0.3)
        if _ended(process, bench.rng.uniform(0.0, left)):
            break
        stored = len(stored_addresses(out))
        if _kill(process, target, bench.rng):
            seconds = round(time.monotonic() - began, 2)
            moments.append(Kill(target, seconds, stored, process.pid))
    return moments


def _ended(process: Sweep, seconds: float) -> bool:
    """Wait for so long at most; whether the process has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.01)
    return process.poll() is not None


def _kill(process: Sweep, target: str, rng: random.Random) -> bool:
    """Kill a target; whether it was there."""
    if target == "sweep":
        process.kill()
    elif target == "all":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        return _kill_one(workers_of(process), rng)
    return True


def _kill_one(workers: list[int], rng: random.Random) -> bool:
    try:
        os.kill(rng.choice(workers), signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        return False
    return True


def workers_of(process: Sweep) -> list[int]:
    """Process numbers of the workers of a running sweep."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == process.pid:
            found.append(int(path.parent.name))
    return found


def interrupted(bench: Bench, *, times: int) -> None:
    """Send Ctrl-C at random moments: exit code 130, and a folder that goes on."""
    for number in range(times):
        out = bench.folder / f"interrupted{number}"
        process = bench.start(out)
        bench.wait_for_cells(out, process, wanted=bench.rng.randrange(1, 36))
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()
        stored = len(stored_addresses(out))
        told = process.returncode == 130 and "the same command goes on" in said
        bench.finish(out)
        bench.record("interrupted", out, stored=stored, told=told and "Traceback" not in said)


def together(bench: Bench, *, times: int) -> None:
    """Start two sweeps on one folder at once: the second is refused."""
    for number in range(times):
        out = bench.folder / f"together{number}"
        both = [bench.start(out), bench.start(out)]
        said = [process.communicate()[1] for process in both]
        codes = sorted(process.returncode for process in both)
        refused = any("is in use by another sweep" in text for text in said)
        bench.record("two on one folder", out, exit_codes=codes, told=refused or codes == [0, 0])
