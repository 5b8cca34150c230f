"""What is asked of a design, and whether a posterior can answer it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulate.assurance.posterior import PosteriorDraws
from simulate.design.trial import TrialDesign
from simulate.truth.kinds import OneTruth

Floats = NDArray[np.float64]

NAMES = {"pfs": "PFS", "os": "OS"}


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which trials count as successful, and whose hazard ratio is meant by their effect.

    Parameters
    ----------
    target : str
        "success", "any", "all", "both" or an endpoint, as for `Outcomes.of`.
    endpoints : tuple of str
        Endpoints whose effects are meant.
    joined : {"one", "all", "any"}
        Which of their hazard ratios is that of the question: the only one, the largest ("all" must
        be won) or the smallest ("any" will do).
    """

    target: str
    endpoints: tuple[str, ...]
    joined: Literal["one", "all", "any"]

    def log_hr(self, log_hr: Floats, *, known: tuple[str, ...]) -> Floats:
        """Log hazard ratio of the question by draw.

        Parameters
        ----------
        log_hr : array (draw, endpoint)
        known : tuple of str
            Names of the endpoints in `log_hr`.
        """
        places = [known.index(name) for name in self.endpoints]
        chosen = log_hr[:, places]
        return np.asarray(chosen.min(axis=1) if self.joined == "any" else chosen.max(axis=1))

    def words(self) -> str:
        """Say whose hazard ratio is meant."""
        names = " and ".join(NAMES[name] for name in self.endpoints)
        which = {"one": "", "all": "the larger of the hazard ratios of ", "any": "the smaller of "
                 "the hazard ratios of "}[self.joined]  # fmt: skip
        return f"{which}{names}" if which else f"the hazard ratio of {names}"

    def label(self) -> str:
        """Name the true hazard ratio that is meant, as an axis has it."""
        names = " and ".join(NAMES[name] for name in self.endpoints)
        if self.joined == "one":
            return f"True hazard ratio of {names}"
        which = "Larger" if self.joined == "all" else "Smaller"
        return f"{which} of the true hazard ratios of {names}"


def ask(design: TrialDesign, posterior: PosteriorDraws, *, target: str) -> Question:
    """Put a question to a design.

    Parameters
    ----------
    design : TrialDesign
    posterior : PosteriorDraws
    target : str
        "success" (the design's own rule), "any", "all", "both", or an endpoint by name.

    Raises
    ------
    ValueError
        If the design has no such target, or the posterior is not of what the design tests: one
        sentence.
    """
    _check_posterior(design, posterior)
    tested = tuple(str(one.name) for one in design.tested())
    known = ("success", "any", "both", *tested)
    if target not in (*known, "all"):
        raise ValueError(
            f"--for is {target!r} but the design tests {' and '.join(tested)}; it must be one of "
            f"{', '.join(known)}"
        )
    if len(tested) == 1:
        return Question(target=target, endpoints=tested, joined="one")
    wanted = design.success if target == "success" else target
    if wanted in tested:
        return Question(target=target, endpoints=(wanted,), joined="one")
    return Question(target=target, endpoints=tested, joined="any" if wanted == "any" else "all")


def _check_posterior(design: TrialDesign, posterior: PosteriorDraws) -> None:
    tested = [str(one.name) for one in design.tested()]
    if len(tested) > 1 and posterior.kind != "illness_death":
        raise ValueError(
            f"the design tests {' and '.join(tested)} of the same patients and the posterior is of "
            f"{posterior.endpoints[0]} alone; separate fits say nothing of how the two hang "
            "together, give a joint (illness-death) posterior or a design of one endpoint"
        )
    missing = [name for name in tested if name not in posterior.endpoints]
    if missing:
        raise ValueError(
            f"the design tests {missing[0]} and the posterior is of "
            f"{' and '.join(posterior.endpoints)}; give the posterior of the design's endpoint"
        )


def planning_truth(design: TrialDesign, name: str | None) -> OneTruth:
    """Find the truth that drop-out and factors are taken from: the first, or one by name."""
    known = {truth.name: truth for truth in design.truths}
    if name is None:
        return design.truths[0]
    if name not in known:
        raise ValueError(
            f"--truth is {name!r} but the design has {', '.join(known)}; name one of these"
        )
    return known[name]
