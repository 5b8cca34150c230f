"""Whole-process times of the re-analysis, cold and warm, and what the time is spent on.

Run by `make bench`. Cold means empty caches of numba and PyTensor; set-up is not counted. Times
are wall seconds of one process each (the shortest commands: median of 5).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

RECORD = "analyses/sohaib2025/published.toml"


def command(*arguments: str) -> list[str]:
    """Give the command line of this interpreter's `replan`."""
    return [sys.executable, "-m", "analyses.command_line", *arguments]


def seconds(arguments: list[str], **environment: str) -> float:
    """Run a command to its end and return its wall time."""
    began = time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - began


def report(name: str, value: float, limit: float) -> None:
    """Print one figure against its limit."""
    print(f"{name:<44}{value:>8.1f} s   limit {limit:g} s", flush=True)


def short_commands() -> None:
    """Time what must answer at once."""
    for name, arguments in (("replan --help", ["--help"]), ("replan audit", ["audit", RECORD])):
        times = [seconds(command(*arguments)) for _ in range(5)]
        report(name + " (median of 5)", statistics.median(times), 1.0)


def split(out: Path) -> None:
    """Print stages and effective sample sizes of a finished run."""
    log = json.loads((out / "run_log.json").read_text())
    for stage, spent in log["seconds"].items():
        print(f"    {stage:<40}{spent:>8.1f} s")
    for endpoint in ("pfs", "os"):
        checks = pd.DataFrame(
            json.loads((out / "results.json").read_text())["endpoints"][endpoint]["gates"]
        )
        sizes = [values["ess_bulk"] for values in checks["values"] if values.get("ess_bulk")]
        least = min(sizes)
        rate = least / log["seconds"]["patients"]
        print(f"    {endpoint}: smallest bulk ESS {least:.0f}, {rate:.1f} per second of sampling")


def main() -> None:
    """Run all benchmarks."""
    short_commands()
    with tempfile.TemporaryDirectory() as folder:
        cold = {
            "NUMBA_CACHE_DIR": f"{folder}/numba",
            "PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor",
        }
        out = Path(folder) / "results"
        whole = command("reanalyse", RECORD, "--out", str(out))
        report("reanalyse, cold caches", seconds(whole, **cold), 300.0)
        split(out)
        report("reanalyse, warm caches", seconds(whole), 180.0)
        split(out)
        report("reanalyse --quick", seconds([*whole, "--quick"]), 45.0)
        split(out)
        if "--sensitivity" in sys.argv:
            report("reanalyse --sensitivity", seconds([*whole, "--sensitivity"]), 180.0 + 900.0)


if __name__ == "__main__":
    main()
