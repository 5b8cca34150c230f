"""Sweeps under every fault that can be arranged: the data set must be that of a quiet run.

Run by `make faults`. Processes are killed at random moments, disks are full or read-only, files are
damaged, two sweeps are started on one folder; after each the sweep is started again, and its cells,
table and dataset are compared byte by byte. Full and read-only disks need the right to mount.
Writes what happened to a JSON file; exit code 1 if anything differed.
"""

import argparse
import hashlib
import json
import os
import platform
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from analyses.sweep.store import stored_addresses

STORED = Path("faults.json")
DESIGN = """
name = "two looks"
patients = 300
endpoint = "os"
recruitment = { kind = "poisson", rates = [{ start = 0, per_month = 15 }] }
randomisation = { kind = "blocks", block_sizes = [4] }
looks = [{ events = 100 }, { events = 200 }]
analysis = { test = "log_rank" }
efficacy = { kind = "obrien_fleming" }

[[truths]]
name = "planning"
control = { median = 12 }
effect = { kind = "proportional", hr = 0.7 }
"""
SWEEP = """
name = "faults"
design = "design.toml"
trials = {trials}
seed = 11

[grid]
n = {{ field = "patients", values = [260, 280, 300, 320] }}
hr = {{ field = "truth.effect.hr", values = [0.6, 0.65, 0.7, 0.75, 0.8] }}
rule.choices.log_rank = {{ "analysis.test" = "log_rank" }}
rule.choices.bayes = {{ "analysis.test" = "bayes", "efficacy.kind" = "none" }}
"""
COMPARED = ("sweep.csv", "sweep.nc", "results.json")
SIZES = (60_000, 120_000, 250_000, 450_000)


@dataclass
class Bench:
    """A folder of trials of faults, and what came of them.

    Attributes
    ----------
    folder : Path
    wanted : str
        Hash of what an undisturbed run writes.
    seconds : float
        That it takes.
    rng : random.Random
    events : list of dict
        One a fault.
    part : str
        Kind of faults that is arranged.
    """

    folder: Path
    rng: random.Random
    wanted: str = ""
    seconds: float = 0.0
    events: list[dict[str, object]] = field(default_factory=list)
    part: str = ""

    def command(self, out: Path) -> list[str]:
        """Give the command that runs the sweep into a folder."""
        words = [sys.executable, "-m", "analyses.command_line", "sweep"]
        return [*words, str(self.folder / "sweep.toml"), "--out", str(out), "--workers", "2"]

    def start(self, out: Path, *, largest: int | None = None) -> "subprocess.Popen[str]":
        """Start the sweep in a session of its own; its files may have so many bytes at most."""
        return subprocess.Popen(
            self.command(out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=partial(_as_from_a_terminal, largest),
        )

    def finish(self, out: Path) -> str:
        """Run the sweep to its end; what it said on standard error."""
        process = self.start(out)
        _, said = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"exit code {process.returncode}: {said}")
        return str(said)

    def record(self, fault: str, out: Path, **more: object) -> None:
        """Note a fault after which the sweep has been finished, and compare."""
        same = fingerprint(out) == self.wanted
        self.events.append({"part": self.part, "fault": fault, "identical": same, **more})
        print(f"{len(self.events):>4}  {fault:<34}{'identical' if same else 'DIFFERS'}", flush=True)


def _as_from_a_terminal(largest: int | None) -> None:
    """Let Ctrl-C through, which is shut out of what runs in the background; limit files."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def fingerprint(out: Path) -> str:
    """Hash of all cells and of the results."""
    digest = hashlib.sha256()
    cells = [out / "cells" / f"{address}.cell" for address in stored_addresses(out)]
    for path in (*cells, *(out / name for name in COMPARED)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
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


def killed(bench: Bench, *, kills: int) -> None:
    """Kill the sweep, a worker, or all at once, again and again, until enough have died."""
    done, kinds = 0, Counter[str]()
    while done < kills:
        out = bench.folder / "killed"
        shutil.rmtree(out, ignore_errors=True)
        moments: list[dict[str, object]] = []
        while True:
            finished = _one_life(bench, out, moments, room=kills - done - len(moments))
            if finished:
                break
        done += len(moments)
        kinds.update(str(one["killed"]) for one in moments)
        bench.record("killed", out, kills=moments)
    print(f"      {dict(kinds)}", flush=True)


def _one_life(bench: Bench, out: Path, moments: list[dict[str, object]], *, room: int) -> bool:
    """Run the sweep until it is killed or done; whether it is done."""
    process = bench.start(out)
    began = time.monotonic()
    while room > len([one for one in moments if one["life"] == process.pid]):
        target = bench.rng.choice(["sweep", "worker", "worker", "all"])
        left = max(bench.seconds - (time.monotonic() - began), 0.3)
        if _ended(process, bench.rng.uniform(0.0, left)):
            break
        stored = len(stored_addresses(out))
        if not _kill(process, target, bench.rng):
            continue
        seconds = round(time.monotonic() - began, 2)
        moments.append(
            {"killed": target, "seconds": seconds, "stored": stored, "life": process.pid}
        )
        if target != "worker":
            break
    _, said = process.communicate()
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"exit code {process.returncode}: {said}")
    return process.returncode == 0


def _ended(process: "subprocess.Popen[str]", seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            return True
        time.sleep(0.01)
    return process.poll() is not None


def _kill(process: "subprocess.Popen[str]", target: str, rng: random.Random) -> bool:
    if target == "sweep":
        process.kill()
    elif target == "all":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        workers = workers_of(process)
        if not workers:
            return False
        try:
            os.kill(rng.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            return False
    return True


def interrupted(bench: Bench, *, times: int) -> None:
    """Send Ctrl-C at random moments: exit code 130, and a folder that goes on."""
    for number in range(times):
        out = bench.folder / f"interrupted{number}"
        process = bench.start(out)
        wanted = bench.rng.randrange(1, 36)
        while len(stored_addresses(out)) < wanted and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()
        stored = len(stored_addresses(out))
        told = process.returncode == 130 and "the same command goes on" in said
        bench.finish(out)
        bench.record("interrupted", out, stored=stored, told=told and "Traceback" not in said)


def damaged(bench: Bench) -> None:
    """Damage cell files in several ways: each is noticed, said and computed again."""
    out = bench.folder / "damaged"
    shutil.copytree(bench.folder / "quiet", out)
    ways: dict[str, Callable[[bytes], bytes]] = {
        "a bit flipped": lambda content: _flipped(content, bench.rng),
        "cut short": lambda content: content[: bench.rng.randrange(len(content))],
        "empty": lambda content: b"",
        "longer": lambda content: content + b"more",
        "zeros": lambda content: bytes(len(content)),
    }
    for way, change in ways.items():
        for address in bench.rng.sample(stored_addresses(out), 3):
            path = out / "cells" / f"{address}.cell"
            path.write_bytes(change(path.read_bytes()))
        said = bench.finish(out)
        bench.record(f"damaged: {way}", out, told="3 stored cells are damaged" in said)
    one, other = (out / "cells" / f"{a}.cell" for a in stored_addresses(out)[:2])
    one.write_bytes(other.read_bytes())
    said = bench.finish(out)
    bench.record("damaged: another cell's", out, told="1 stored cells are damaged" in said)


def _flipped(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return (
        content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]
    )


def limited(bench: Bench) -> None:
    """Refuse files above a size, as a quota does: one sentence, and a folder that goes on."""
    for size in (500, 20_000, 60_000):
        out = bench.folder / f"limited{size}"
        process = bench.start(out, largest=size)
        _, said = process.communicate()
        told = _one_sentence(process.returncode, said)
        bench.finish(out)
        bench.record("files limited in size", out, bytes=size, told=told)


def full(bench: Bench) -> None:
    """Fill the disk, at several moments; then give it room."""
    for size in SIZES:
        out = bench.folder / f"full{size}"
        with _Disk(out, size) as disk:
            process = bench.start(out / "sweep")
            _, said = process.communicate()
            stored = len(stored_addresses(out / "sweep"))
            told = _one_sentence(process.returncode, said)
            disk.change("size=64m")
            bench.finish(out / "sweep")
            bench.record("disk full", out / "sweep", bytes=size, stored=stored, told=told)


def read_only(bench: Bench) -> None:
    """Start on a disk that is read-only; then make it writable."""
    out = bench.folder / "read_only"
    with _Disk(out, 64_000_000) as disk:
        disk.change("ro")
        process = bench.start(out / "sweep")
        _, said = process.communicate()
        disk.change("rw")
        bench.finish(out / "sweep")
        told = _one_sentence(process.returncode, said)
        bench.record("folder unwritable", out / "sweep", told=told)


def taken_away(bench: Bench) -> None:
    """Put a file in the place of the cells amid a sweep; then give them back."""
    out = bench.folder / "taken_away"
    process = bench.start(out)
    while not stored_addresses(out) and process.poll() is None:
        time.sleep(0.01)
    cells, away = out / "cells", out / "away"
    cells.rename(away)
    cells.touch()
    _, said = process.communicate()
    cells.unlink()
    away.rename(cells)
    told = _one_sentence(process.returncode, said)
    bench.finish(out)
    bench.record("folder unwritable amid the sweep", out, told=told)


class _Disk:
    """A small disk in memory."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size

    def __enter__(self) -> "_Disk":
        self.folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", str(self.folder)]
        subprocess.run(words, check=True)
        return self

    def change(self, option: str) -> None:
        """Change an option of the disk; a busy one is tried again."""
        words = ["mount", "-o", f"remount,{option}", str(self.folder)]
        for _ in range(200):
            if subprocess.run(words, capture_output=True).returncode == 0:
                return
            time.sleep(0.01)
        raise RuntimeError(f"{self.folder} cannot be made {option}")

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def _one_sentence(code: int, said: str) -> bool:
    """Whether the last line is the error, without a traceback, at exit code 2."""
    lines = said.strip().splitlines()
    return code == 2 and lines[-1].startswith("Error: ") and "Traceback" not in said


def together(bench: Bench, *, times: int) -> None:
    """Start two sweeps on one folder at once: the second is refused."""
    for number in range(times):
        out = bench.folder / f"together{number}"
        both = [bench.start(out), bench.start(out)]
        said = [process.communicate()[1] for process in both]
        codes = sorted(process.returncode for process in both)
        refused = any("is in use by another sweep" in text for text in said)
        bench.record("two on one folder", out, exit_codes=codes, told=refused or codes == [0, 0])


def can_mount(folder: Path) -> bool:
    """Whether this user may mount a disk in memory."""
    try:
        with _Disk(folder / "probe", 65_536):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


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
        bench = Bench(folder=Path(folder), rng=random.Random(seed))
        (bench.folder / "design.toml").write_text(DESIGN, encoding="utf-8")
        (bench.folder / "sweep.toml").write_text(SWEEP.format(trials=trials), encoding="utf-8")
        bench.finish(bench.folder / "warm")
        shutil.rmtree(bench.folder / "warm")
        start = time.monotonic()
        bench.finish(bench.folder / "quiet")
        bench.seconds = time.monotonic() - start
        bench.wanted = fingerprint(bench.folder / "quiet")
        mounted = can_mount(bench.folder)
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
        former = json.loads(asked.out.read_text(encoding="utf-8"))["events"]
        kept = [one for one in former if one["part"] not in chosen]
        result |= judged(kept + result["events"])
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{'passed' if result['passed'] else 'FAILED'}; written to {asked.out}")
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
