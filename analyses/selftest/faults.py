"""Sweeps under every fault that can be arranged: the data set must be that of a quiet run.

Run by `make faults`. Processes are killed at random moments, disks are full or read-only, files are
damaged, two sweeps are started on one folder; after each the sweep is started again, and its cells,
table and dataset are compared byte by byte. Full and read-only disks need the right to mount.
Writes what happened to a JSON file; exit code 1 if anything differed.
"""

import argparse
import json
import platform
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyses.selftest.fault_bench import DESIGN, SWEEP, Bench, fingerprint
from analyses.selftest.fault_files import can_mount, damaged, full, limited, read_only, taken_away
from analyses.selftest.fault_kills import interrupted, killed, together

STORED = Path("faults.json")
DISKS = {"full", "read_only"}


def arrange(
    *, kills: int = 60, trials: int = 8000, seed: int = 2025, only: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Arrange faults, and compare what is left after each with a quiet run.

    Parameters
    ----------
    kills : int
    trials : int
        Of each cell: how long a sweep is there to be killed.
    seed : int
    only : tuple of str
        Parts, in place of all.

    Returns
    -------
    dict
        Settings, events, and `passed`.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = _quiet_bench(Path(folder), trials=trials, seed=seed)
        mounted = (not only or not DISKS.isdisjoint(only)) and can_mount(bench.folder)
        parts = _parts(bench, kills=kills, mounted=mounted)
        for name in only or parts:
            bench.part = name
            parts[name]()
    return {
        "settings": {"kills": kills, "trials": trials, "seed": seed,
                     "cells": 40, "workers": 2, "mounted": mounted},
        "python": platform.python_version(),
        "seconds_undisturbed": round(bench.seconds, 1),
        "seconds": round(time.monotonic() - began),
        **judged(bench.events),
    }  # fmt: skip


def _quiet_bench(folder: Path, *, trials: int, seed: int) -> Bench:
    """Run the sweep twice undisturbed: to compile its kernels, then to compare with."""
    bench = Bench(folder=folder, rng=random.Random(seed))
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    (folder / "sweep.toml").write_text(SWEEP.format(trials=trials), encoding="utf-8")
    bench.finish(folder / "warm")
    shutil.rmtree(folder / "warm")
    start = time.monotonic()
    bench.finish(folder / "quiet")
    bench.seconds = time.monotonic() - start
    bench.wanted = fingerprint(folder / "quiet")
    return bench


def _parts(bench: Bench, *, kills: int, mounted: bool) -> dict[str, Callable[[], None]]:
    parts: dict[str, Callable[[], None]] = {
        "killed": lambda: killed(bench, kills=kills),
        "interrupted": lambda: interrupted(bench, times=4),
        "damaged": lambda: damaged(bench),
        "limited": lambda: limited(bench),
        "taken_away": lambda: taken_away(bench),
        "together": lambda: together(bench, times=3),
    }
    if mounted:
        parts |= {"full": lambda: full(bench), "read_only": lambda: read_only(bench)}
    return parts


def judged(events: list[dict[str, object]]) -> dict[str, Any]:
    """Count kills, and name the faults after which something differed or was not told."""
    differing = [event["fault"] for event in events if not event["identical"]]
    untold = [event["fault"] for event in events if not event.get("told", True)]
    return {
        "kills": dict(Counter(str(kill["killed"]) for kill in _kills(events))),
        "differing": differing,
        "untold": untold,
        "passed": not differing and not untold,
        "events": events,
    }


def _kills(events: list[dict[str, object]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for event in events:
        found += event.get("kills", [])  # type: ignore[arg-type]
    return found


def _kept(path: Path, *, besides: tuple[str, ...]) -> list[dict[str, object]]:
    """Give the stored events of the parts that are not run again."""
    former = json.loads(path.read_text(encoding="utf-8"))["events"]
    return [one for one in former if one["part"] not in besides]


def main() -> int:
    """Arrange all faults, compare, store what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--trials", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--out", type=Path, default=STORED)
    parser.add_argument("--only", help="parts, with commas; the stored events of others are kept")
    asked = parser.parse_args()
    chosen = tuple(asked.only.split(",")) if asked.only else ()
    result = arrange(kills=asked.kills, trials=asked.trials, seed=asked.seed, only=chosen)
    if chosen:
        result |= judged(_kept(asked.out, besides=chosen) + result["events"])
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{'passed' if result['passed'] else 'FAILED'}; written to {asked.out}")
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
