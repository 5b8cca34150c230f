"""`replan power` of the shipped designs from the shell: with compiled kernels, and without.

Run by `make bench`. Seconds by the clock; medians of several runs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from simulation import show

RUNS = 5
DESIGNS = {
    "OS alone": "analyses/phase3/os_alone.toml",
    "PFS and OS": "analyses/phase3/design.toml",
}


def from_the_shell() -> None:
    """`replan power` of the shipped designs, 10,000 trials under the planning truth and all.

    With compiled modules kept, as an installed program keeps them.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for design, path in DESIGNS.items():
        for name, options in (("planning truth", ["--truth", "planning"]), ("all truths", [])):
            walls = []
            for _ in range(RUNS):
                began = time.perf_counter()
                command = [sys.executable, "-m", "analyses.command_line", "power", path, *options]
                subprocess.run(command, check=True, capture_output=True, env=environment)
                walls.append(time.perf_counter() - began)
            limit = "at most 4 s" if design == "OS alone" else ""
            show(f"replan power, {design}, {name}", f"{statistics.median(walls):.1f} s", limit)


def cold() -> None:
    """The same with kernels compiled for the first time."""
    for design, path in DESIGNS.items():
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            command = [sys.executable, "-m", "analyses.command_line", "power", path]
            environment = {**os.environ, "XDG_CACHE_HOME": folder}
            subprocess.run(command, check=True, capture_output=True, env=environment)
            taken = time.perf_counter() - began
        limit = "at most 40 s" if design == "OS alone" else ""
        show(f"replan power, {design}, kernels compiled first", f"{taken:.1f} s", limit)


def main() -> None:
    """Run both."""
    from_the_shell()
    cold()


if __name__ == "__main__":
    main()
