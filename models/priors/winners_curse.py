"""By how much a trial that reached significance overstates its effect, on average.

A trial is noticed, and followed by a phase III, because its estimate is large. Given what is
believed of true effects, the mean of estimates that reach significance exceeds the mean of their
true effects; both have closed forms. Log hazard ratios are RT versus control, below 0 favours RT.
"""

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import NamedTuple

from models.interval_estimate import Z_95
from models.priors.normal_mixture import NormalMixture
from models.priors.trial_posterior import PosteriorSummary

STANDARD = NormalDist()


class Exaggeration(NamedTuple):
    """What trials of one size show if they favour RT significantly.

    Attributes
    ----------
    probability : float
        Probability of a significant result in favour of RT.
    shown, true : float
        Mean estimate and mean true log hazard ratio of trials that have one.
    """

    probability: float
    shown: float
    true: float

    @property
    def factor(self) -> float:
        """Mean estimate over mean true effect; infinite where the latter is not below 0."""
        return self.shown / self.true if self.true < 0.0 else math.inf


def exaggeration(believed: NormalMixture, *, error: float, z: float = Z_95) -> Exaggeration:
    """Compute mean estimate and mean truth of trials significant in favour of RT.

    Parameters
    ----------
    believed : NormalMixture
        Distribution of true log hazard ratios.
    error : float
        Standard error of the trial's estimate.
    z : float
        Critical value: significant where the estimate is below -z times its error.
    """
    bound = -z * error
    probability = shown = true = 0.0
    for weight, mean, sd in zip(believed.weights, believed.means, believed.sds, strict=True):
        spread = math.hypot(sd, error)
        scaled = (bound - mean) / spread
        inside, edge = STANDARD.cdf(scaled), STANDARD.pdf(scaled)
        probability += weight * inside
        shown += weight * (mean * inside - spread * edge)
        true += weight * (mean * inside - sd**2 / spread * edge)
    return Exaggeration(probability, shown / probability, true / probability)


def winners_curse_sentence(
    raw: PosteriorSummary,
    others: Mapping[str, PosteriorSummary],
    *,
    factors: Mapping[str, Exaggeration],
) -> str:
    """Put posteriors under several priors side by side in words.

    Parameters
    ----------
    raw : PosteriorSummary
        Under a vague prior: the estimate taken at its word.
    others : mapping of str to PosteriorSummary
        Under the discounted, sceptical, … prior, by the name that goes before "prior".
    factors : mapping of str to Exaggeration
        By the name of who believes it, such as "the sceptic".
    """
    parts = [
        f"{summary.median:.2f} under the {name} prior"
        f" ({summary.mean_log_hr / raw.mean_log_hr:.0%} of its log)"
        for name, summary in others.items()
        if summary.trusted
    ]
    beliefs = [
        f"{found.factor:.1f} if effects are as {who} believes" for who, found in factors.items()
    ]
    return (
        f"Taken at its word the trial has HR {raw.median:.2f}; it becomes {_listed(parts)}. "
        "Trials are followed up because they look good: among trials of this size that reach "
        "p < 0.05 in favour of RT, the mean log HR shown exceeds the true one by a factor of "
        f"{_listed(beliefs)}. Plan the next trial with the latter figures, not the first."
    )


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
