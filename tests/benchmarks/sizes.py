"""Trials that a search for a size takes, against bisection at full precision from [n/2, 2n].

Run by `make bench`. Bisection takes as many steps as halve that range to ±1%, each with the trials
that the final precision takes at the known answer: p (1 - p) (1.96 / (0.01 dp/dlog n))^2, the slope
being that of the fitted curve. Fresh trials that confirm the answer are counted for neither.
"""

import math
import statistics
import time

import numpy as np

from simulate.design import read_design
from simulate.design.load import load_design
from simulate.size.forms import first_guess, sizes_by_closed_forms
from simulate.size.search import Found, Search
from simulate.size.trials import Trials
from simulate.size.vary import vary

SEEDS = 10
PRECISION = 0.01
STEPS = math.ceil(math.log2((2 - 0.5) / (2 * PRECISION)))
LOSS = {"per_12_months": 0.05}


def one_look(hr: float, *, test: str = "log_rank", effect: dict | None = None):
    """300 patients and 210 events, one look."""
    return read_design(
        {
            "name": f"one look, HR {hr}",
            "patients": 300,
            "recruitment": {"kind": "poisson", "rates": [{"start": 0.0, "per_month": 15.0}]},
            "randomisation": {"kind": "blocks", "block_sizes": [2]},
            "looks": [{"events": 210}],
            "analysis": {"test": test},
            "truths": [
                {
                    "name": "planning",
                    "control": {"median": 12.0},
                    "effect": effect or {"kind": "proportional", "hr": hr},
                    "drop_out": {"control": LOSS, "rt": LOSS},
                }
            ],
        }
    )


def searched(design, *, target: str, power: float, seed: int) -> Found:
    """One search as `replan size` makes it."""
    varied, truth = vary(design, "n"), design.truths[0]
    forms = sizes_by_closed_forms(varied, truth, power=power, seed=seed)
    trials = Trials(varied, truth, target=target, seed=seed, workers=1)
    search = Search(variation=varied, simulate=trials, power=power, precision=PRECISION, seed=seed)
    return search.find(first_guess(forms, target, planned=varied.planned))


def bisection_trials(found: Found, power: float) -> float:
    """Trials of bisection at full precision for the same answer."""
    size = found.estimate.size
    low, high = found.estimate.curve.power(np.array([size / 1.02, size * 1.02]))[0]
    slope = (high - low) / (2 * math.log(1.02))
    return STEPS * power * (1 - power) * (1.96 / (PRECISION * slope)) ** 2


def show(name: str, design, *, target: str, power: float, limit: float, seeds: int) -> None:
    """Print mean and range of the share of bisection's trials over seeds."""
    began = time.process_time()
    runs = [searched(design, target=target, power=power, seed=seed) for seed in range(seeds)]
    seconds = (time.process_time() - began) / seeds
    shares = [run.trials / bisection_trials(run, power) for run in runs]
    mean = statistics.mean(run.trials for run in runs)
    halves = [(run.estimate.upper - run.estimate.lower) / 2 / run.estimate.size for run in runs]
    fitted = sum(run.modelled for run in runs)
    print(
        f"{name:<44}{mean:>8,.0f} trials {100 * statistics.mean(shares):>6.1f}% of bisection "
        f"({100 * min(shares):.1f} to {100 * max(shares):.1f}), at most {100 * limit:.0f}%; "
        f"±{100 * max(halves):.2f}%, statistic in {fitted} of {seeds}, {seconds:.1f} s",
        flush=True,
    )


def main() -> None:
    """Run all searches."""
    late = {"kind": "delayed", "hr": 0.55, "delay": 3.0}
    one, both = (load_design(f"analyses/phase3/{name}.toml") for name in ("os_alone", "design"))
    modelled = {
        "log-rank, HR 0.6": one_look(0.6),
        "Bayesian rule, HR 0.6": one_look(0.6, test="bayes"),
        "log-rank, three months' delay": one_look(0.55, effect=late),
    }
    for name, design in modelled.items():
        show(name, design, target="success", power=0.9, limit=0.1, seeds=SEEDS)
    show("OS alone, three looks, futility", one, target="success", power=0.9, limit=0.25, seeds=4)
    show("PFS and OS, PFS", both, target="pfs", power=0.9, limit=0.25, seeds=3)
    show("PFS and OS, both", both, target="both", power=0.8, limit=0.25, seeds=3)


if __name__ == "__main__":
    main()
