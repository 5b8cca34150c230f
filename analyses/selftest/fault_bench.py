"""A bench on which a sweep is run under faults and compared with an undisturbed one."""

import hashlib
import random
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from analyses.sweep.store import stored_addresses

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
Sweep = subprocess.Popen[str]
COMPARED = ("sweep.csv", "sweep.nc", "results.json")


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

    def start(self, out: Path, *, largest: int | None = None) -> Sweep:
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

    def wait_for_cells(self, out: Path, process: Sweep, *, wanted: int) -> None:
        """Wait until a running sweep has stored so many cells, or has ended."""
        while len(stored_addresses(out)) < wanted and process.poll() is None:
            time.sleep(0.01)

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


def one_sentence(code: int, said: str) -> bool:
    """Whether the last line is the error, without a traceback, at exit code 2."""
    lines = said.strip().splitlines()
    return code == 2 and lines[-1].startswith("Error: ") and "Traceback" not in said
