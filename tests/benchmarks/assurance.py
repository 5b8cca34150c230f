"""What assurance costs: many draws of a posterior against one truth, with as many trials.

Run by `make bench`. Times are seconds of processor time of one core; medians of interleaved pairs.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from models.priors.normal_mixture import NormalMixture
from simulate.assurance.assurance import find_assurance
from simulate.assurance.effect import draw_effects
from simulate.assurance.posterior import PosteriorDraws, spread_order
from simulate.assurance.question import ask
from simulate.assurance.simulator import DrawSimulator
from simulate.assurance.split import COST_OF_A_DRAW
from simulate.design.load import load_design
from simulate.design.trial import TrialDesign
from simulate.operating.outcomes import simulate_outcomes

DRAWS, TRIALS, PAIRS = 2000, 10_000, 7
CUTS = np.array([3.0, 6.0, 9.0, 12.0, 18.0])


def posterior(kind: str) -> PosteriorDraws:
    """20,000 draws of six intervals."""
    rng = np.random.default_rng(1)
    several = kind == "illness_death"
    level = np.array([0.066, 0.004, 0.28]) if several else np.array([0.05])
    log_hr = rng.normal(-0.4, 0.3, (20_000, level.size, 1))
    control = level[:, np.newaxis] * np.exp(rng.normal(0, 0.15, (20_000, level.size, 6)))
    return PosteriorDraws(
        kind="illness_death" if several else "proportional",
        endpoints=("pfs", "os") if several else ("os",),
        cuts=CUTS,
        hazard=np.stack([control, control * np.exp(log_hr)], axis=2),
        prior=None if several else NormalMixture.normal(0.0, 1.0),
    )


def seconds(what: Callable[[], object]) -> float:
    """Processor time of a call."""
    began = time.process_time()
    what()
    return time.process_time() - began


def medians(*calls: Callable[[], object]) -> list[float]:
    """Median seconds of each call, called in turn."""
    for call in calls:
        call()
    rounds = [[seconds(call) for call in calls] for _ in range(PAIRS)]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def measure(name: str, design: TrialDesign, drawn: PosteriorDraws) -> None:
    """Print the costs of one design."""
    question = ask(design, drawn, target="success")
    simulator = DrawSimulator(design, drawn, question, truth=None, seed=1, workers=1)
    order = spread_order(drawn.size)

    def draws(count: int, trials: int) -> object:
        draw_effects(drawn, drawn.take(order[:count]))
        return simulator.of_draws(order[:count], trials=trials)

    fixed, trials, whole, few, many = medians(
        lambda: simulate_outcomes(design, design.truths[0], seed=1, trials=TRIALS),
        lambda: draws(DRAWS, TRIALS // DRAWS),
        lambda: find_assurance(design, drawn, draws=DRAWS, trials=TRIALS, seed=1, workers=1),
        lambda: draws(TRIALS // 10, 10),
        lambda: draws(TRIALS // 2, 2),
    )
    one = fixed / TRIALS
    print(f"{name}: one truth, {TRIALS:,} trials: {fixed:.2f} s ({1e6 * one:.0f} µs a trial)")
    print(f"  {DRAWS:,} draws × {TRIALS // DRAWS}: {trials:.2f} s, {trials / fixed:.2f} times")
    print(
        "  with pilot, power at mean and median, and weights: "
        f"{whole:.2f} s, {whole / fixed:.2f} times (at most 2 wanted)"
    )
    extra = TRIALS // 2 - TRIALS // 10
    print(
        f"  another draw costs {(many - few) / extra / one:.2f} trials "
        f"({COST_OF_A_DRAW[drawn.kind]} in use)"
    )


def main() -> None:
    """Measure both default designs."""
    alone = load_design("analyses/phase3/os_alone.toml")
    both = load_design("analyses/phase3/design.toml")
    measure("OS alone", alone, posterior("proportional"))
    measure("PFS and OS", both, posterior("illness_death"))


if __name__ == "__main__":
    main()
