"""The simulation engine against its own random numbers, and its size.

Run by `make bench`. Times are seconds of processor time of one core unless said; medians of
interleaved pairs.
"""

import math
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from simulate.design import read_design
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Scenario, simulate_block, simulate_blocks
from simulate.random_numbers import ARM, DROP_OUT, EVENT, fill_exponential, trial_key, uniform

TRIALS = 20_000
PAIRS = 5
UNIFORM = {"kind": "even", "rates": [{"start": 0.0, "per_month": 400 / 24}]}
BLOCKS = {"kind": "blocks", "block_sizes": [4]}
LOSS = {"per_12_months": 0.05}


def workload(events: list[int], *, patients: int = 400, test: str = "log_rank") -> Scenario:
    """W1 (one look at the 250th event) and W2 (three looks), and variations."""
    looks = [{"events": math.ceil(count * patients / 400)} for count in events]
    design = read_design(
        {
            "name": "workload",
            "patients": patients,
            "recruitment": {
                "kind": "even",
                "rates": [{"start": 0.0, "per_month": patients / 24}],
            },
            "randomisation": BLOCKS,
            "looks": looks,
            "efficacy": {
                "kind": "none" if test == "bayes" or len(looks) == 1 else "obrien_fleming"
            },
            "analysis": {"test": test},
            "truths": [
                {
                    "name": "planning",
                    "control": {"median": 10.93},
                    "effect": {"kind": "proportional", "hr": 0.7},
                    "drop_out": {"control": LOSS, "rt": LOSS},
                }
            ],
        }
    )
    return pack_scenario(design, design.truths[0], every_test=False)


def core_seconds(scenario: Scenario, *, seed: int, trials: int = TRIALS) -> float:
    """Processor time of simulating a block."""
    began = time.process_time()
    simulate_block(scenario, seed=seed, first=0, trials=trials)
    return time.process_time() - began


@njit(nogil=True)
def draw(trials, patients, bits, values):
    """Draw the random numbers of trials, and nothing else."""
    for trial in range(trials):
        key = trial_key(np.uint64(1), np.uint64(trial))
        fill_exponential(key, EVENT, patients, bits, values)
        fill_exponential(key, DROP_OUT, patients, bits, values)
        for patient in range(patients):
            values[patient] = uniform(key, patient, ARM)


def random_number_seconds() -> float:
    """Processor time of the random numbers of W1: arm, event and drop-out of each patient."""
    bits, values = np.empty(400, np.uint64), np.empty(400)
    draw(1, 400, bits, values)
    began = time.process_time()
    draw(TRIALS, 400, bits, values)
    return time.process_time() - began


def show(name: str, value: str, limit: str) -> None:
    """Print one figure against its limit."""
    print(f"{name:<58}{value:>18}   {limit}", flush=True)


def per_trial(seconds: float) -> str:
    """Microseconds a trial."""
    return f"{1e6 * seconds / TRIALS:.1f} us"


def against_itself() -> None:
    """Random numbers alone, the Bayesian rule, growth with n."""
    plain, bayes = workload([250]), workload([250], test="bayes")
    core_seconds(bayes, seed=0, trials=10)
    rows = [
        (random_number_seconds(), core_seconds(plain, seed=i), core_seconds(bayes, seed=i))
        for i in range(PAIRS)
    ]
    numbers, one, exact = (statistics.median(column) for column in zip(*rows, strict=True))
    show("random numbers of W1 alone", per_trial(numbers), "")
    show("W1 over its random numbers", f"{one / numbers:.1f}", "at most 3")
    show("exact Bayesian rule adds to W1", f"{100 * (exact / one - 1):.0f}%", "at most 30%")
    base = None
    for patients in (100, 1_000, 10_000):
        scenario = workload([250], patients=patients)
        trials = 2_000_000 // patients
        core_seconds(scenario, seed=0, trials=2)
        taken = min(core_seconds(scenario, seed=i, trials=trials) for i in range(3)) / trials
        unit = taken / (patients * math.log(patients))
        base = base or unit
        show(f"n = {patients:,}: us a trial", f"{1e6 * taken:.1f}", "")
        show("    over n log n, to that of n = 100", f"{unit / base:.2f}", "at most 1")


@njit(nogil=True)
def spin(count):
    """Work that needs a core and nothing else."""
    total = 0.0
    for i in range(count):
        total += math.sqrt(i)
    return total


def two_at_once() -> None:
    """Two workers against one, and two copies of pure work against one."""
    scenario = workload([250])
    spin(10)
    gains = []
    for _ in range(PAIRS):
        walls = []
        for workers in (1, 2):
            began = time.perf_counter()
            for _block in simulate_blocks(scenario, seed=1, trials=4 * TRIALS, workers=workers):
                pass
            walls.append(time.perf_counter() - began)
        control = []
        for copies in (1, 2):
            with ThreadPoolExecutor(2) as pool:
                began = time.perf_counter()
                list(pool.map(spin, [300_000_000] * copies))
                control.append(time.perf_counter() - began)
        gains.append((walls[0] / walls[1], 2 * control[0] / control[1]))
    ours = statistics.median(gain for gain, _ in gains)
    pure = statistics.median(gain for _, gain in gains)
    show(f"two workers over one (pure work: {pure:.2f})", f"{ours:.2f}", "at least 1.8")


def memory() -> None:
    """Peak memory of a million trials, in a process of its own."""
    code = (
        "import resource, sys; sys.path.insert(0, 'tests/benchmarks'); from simulation import *\n"
        "for block in simulate_blocks(workload([250]), seed=1, trials=1_000_000): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    unit = 1024 if sys.platform != "darwin" else 1024**2
    show("peak memory of a million trials", f"{int(done.stdout) / unit:.0f} MB", "below 500 MB")


def late_tests() -> None:
    """W3: tests for late effects on every trial, against W1."""
    combinations = {
        "log-rank, FH(0,1), MaxCombo of 2": [(0, 0), (0, 1)],
        "log-rank, FH(0,1), MaxCombo of 4": [(0, 0), (0, 1), (1, 0), (1, 1)],
    }
    plain = workload([250])
    for name, powers in combinations.items():
        late = late_workload(powers)
        core_seconds(late, seed=0, trials=10)
        ratios = [core_seconds(late, seed=i) / core_seconds(plain, seed=i) for i in range(PAIRS)]
        limit = "at most 4" if len(powers) == 2 else ""
        show(f"W3: {name}, over W1", f"{statistics.median(ratios):.1f}", limit)


def late_workload(powers: list[tuple[int, int]]) -> Scenario:
    """An effect delayed by three months, with log-rank, FH(0,1) and MaxCombo and nothing else."""
    design = read_design(
        {
            "name": "late",
            "patients": 400,
            "recruitment": UNIFORM,
            "randomisation": BLOCKS,
            "looks": [{"events": 250}],
            "analysis": {
                "also": ["fleming_harrington", "max_combo"],
                "max_combo": [{"rho": float(rho), "gamma": float(gamma)} for rho, gamma in powers],
            },
            "truths": [
                {
                    "name": "late",
                    "control": {"median": 10.93},
                    "effect": {"kind": "delayed", "hr": 0.6, "delay": 3.0},
                    "drop_out": {"control": LOSS, "rt": LOSS},
                }
            ],
        }
    )
    return only_scores(pack_scenario(design, design.truths[0]))


def only_scores(scenario: Scenario) -> Scenario:
    """Leave out Cox fit, Bayesian rule and person-months."""
    for field in ("cox", "bayes", "person_months"):
        scenario.plan.wanted[field] = 0
    return scenario


def two_endpoints() -> None:
    """Illness-death trials with scans, PFS and OS log-rank at two looks each, against W1."""
    design = read_design(
        {
            "name": "two endpoints",
            "patients": 400,
            "recruitment": UNIFORM,
            "randomisation": BLOCKS,
            "scans": {"schedule": [{"start": 0.0, "every": 2.0}], "window": 0.25},
            "endpoints": [
                {"name": name, "efficacy": {"kind": "obrien_fleming"}} for name in ("pfs", "os")
            ],
            "multiplicity": {"kind": "hierarchical", "order": ["pfs", "os"]},
            "looks": [{"endpoint": "pfs", "events": 180}, {"endpoint": "os", "events": 250}],
            "truths": [
                {
                    "kind": "marginals",
                    "name": "planning",
                    "control": {"pfs_median": 10.93, "os_median": 13.73},
                    "rt": {"pfs_hr": 0.7, "os_hr": 0.7},
                    "deaths_without_progression": 0.05,
                    "drop_out": {"control": LOSS, "rt": LOSS},
                }
            ],
        }
    )
    both = pack_scenario(design, design.truths[0], every_test=False)
    plain = workload([250])
    core_seconds(both, seed=0, trials=10)
    ratios = [core_seconds(both, seed=i) / core_seconds(plain, seed=i) for i in range(PAIRS)]
    show("PFS and OS at two looks each, scans, over W1", f"{statistics.median(ratios):.1f}",
         "at most 5")  # fmt: skip


def main() -> None:
    """Run all benchmarks."""
    against_itself()
    late_tests()
    two_endpoints()
    two_at_once()
    memory()


if __name__ == "__main__":
    main()
