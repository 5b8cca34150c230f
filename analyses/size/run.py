"""Finding a size: closed forms, search, fresh replicates at the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd

from analyses.outputs.progress import Progress
from simulate.design.trial import TrialDesign
from simulate.size.answer import answer_size, vary_under
from simulate.size.confirm import Confirmed
from simulate.size.forms import FormSizes, events_at
from simulate.size.sample import Batch
from simulate.size.search import Found
from simulate.size.trials import Trials
from simulate.size.vary import Variation, vary
from simulate.truth.kinds import OneTruth

CURVE_POINTS = 61
BAND = (2.5, 97.5)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked.

    Attributes
    ----------
    power : float
    target : str
        "success", "any", "both" or an endpoint.
    way : str
        What is varied, see `vary`.
    truth : str or None
        By name; the first if None.
    precision : float
        Half the width of the interval over the answer.
    trials : int
        Fresh replicates at the answer.
    """

    power: float
    target: str = "success"
    way: str = "n"
    truth: str | None = None
    precision: float = 0.01
    trials: int = 10_000


@dataclass(frozen=True, kw_only=True)
class SizeRun:
    """All results of a search.

    Attributes
    ----------
    question : Question
    asked : TrialDesign
        As it was read.
    variation : Variation
        Of it, with the truths that matter alone.
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    seed : int
    found : Found
    answer : float
        The size to plan with: rounded up.
    design : TrialDesign
        Of this size.
    events : dict of str to tuple of float
        Planned at each look of each endpoint.
    confirmed : Confirmed
    forms : dict of str to FormSizes
        By endpoint.
    seconds : float
    """

    question: Question
    asked: TrialDesign
    variation: Variation
    truth: OneTruth
    seed: int
    found: Found
    answer: float
    design: TrialDesign
    events: dict[str, tuple[float, ...]]
    confirmed: Confirmed
    forms: dict[str, FormSizes]
    seconds: float

    def points(self) -> pd.DataFrame:
        """Sizes that were simulated: share of wins, and its Monte Carlo standard error."""
        return points_table(self.found.batches)

    def curve(self) -> pd.DataFrame:
        """Fitted power with its 95% band over the sizes that it is fitted to."""
        sizes = np.linspace(*self.found.estimate.known, CURVE_POINTS)
        power = self.found.estimate.curve.power(sizes)
        lower, upper = np.percentile(power[1:], BAND, axis=0)
        return pd.DataFrame({"size": sizes, "power": power[0], "lower": lower, "upper": upper})


def find_size(
    design: TrialDesign,
    question: Question,
    *,
    seed: int,
    workers: int,
    progress: Callable[[Progress], None] = lambda _: None,
) -> SizeRun:
    """Find the size that has a power.

    Parameters
    ----------
    design : TrialDesign
    question : Question
    seed, workers : int
    progress : callable

    Returns
    -------
    SizeRun

    Raises
    ------
    ValueError
        If the question makes no sense for the design, or the power is not reached: one sentence.
    """
    began = perf_counter()
    check_power(question.power, design)
    truth = choose_truth(design, question.truth)
    variation = vary_under(design, truth, question.way)
    trials = Trials(variation, truth, target=question.target, seed=seed, workers=workers)
    answer = answer_size(
        trials,
        power=question.power,
        precision=question.precision,
        confirming=question.trials,
        progress=lambda stage, done, note: progress(Progress(stage=stage, done=done, note=note)),
    )
    sized = vary(design, question.way).at(answer.size)
    return SizeRun(
        question=question,
        asked=design,
        variation=variation,
        truth=truth,
        seed=seed,
        found=answer.found,
        answer=answer.size,
        design=sized,
        events=events_at(sized, seed=seed),
        confirmed=answer.confirmed,
        forms=answer.forms,
        seconds=perf_counter() - began,
    )


def check_power(power: float, design: TrialDesign) -> None:
    """Refuse a power that no trial needs to be sized for: one sentence."""
    if not design.alpha < power < 1:
        raise ValueError(
            f"--power is {power:g}; it must be above the design's alpha of {design.alpha:g} and "
            "below 1, such as 0.9"
        )


def choose_truth(design: TrialDesign, name: str | None) -> OneTruth:
    """Give the truth of a name, or the first: one sentence where there is none."""
    known = {truth.name: truth for truth in design.truths}
    if name is not None and name not in known:
        raise ValueError(
            f"--truth is {name!r} but the design has {', '.join(known)}; name one of these"
        )
    return known[name] if name is not None else design.truths[0]


def points_table(batches: list[Batch]) -> pd.DataFrame:
    """Sum up batches by size: trials, share of wins and its Monte Carlo standard error."""
    rows = [
        (size, int(batch.sums.trials[0, place]), int(batch.sums.won[0, place]))
        for batch in batches
        for place, size in enumerate(batch.sizes)
    ]
    table = pd.DataFrame(rows, columns=["size", "trials", "wins"])
    table = table.groupby("size", as_index=False).sum()
    share = table["wins"] / table["trials"]
    return table.assign(power=share, mcse=np.sqrt(share * (1 - share) / table["trials"]))
