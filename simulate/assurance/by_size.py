"""Assurance against the number of patients, the same draws and random numbers at each."""

from collections.abc import Sequence
from typing import NamedTuple

from simulate.assurance.assurance import find_assurance
from simulate.assurance.nested import NestedMean
from simulate.assurance.posterior import PosteriorDraws
from simulate.assurance.simulator import Progress
from simulate.design.trial import TrialDesign
from simulate.size.vary import vary


class AssuranceAtSize(NamedTuple):
    """Assurance of a design of another size, with the power at the posterior median beside it.

    Attributes
    ----------
    patients : int
    assurance : NestedMean
    power, power_mcse : float
        At the posterior median.
    """

    patients: int
    assurance: NestedMean
    power: float
    power_mcse: float


def assurance_by_size(
    design: TrialDesign,
    posterior: PosteriorDraws,
    sizes: Sequence[int],
    *,
    target: str = "success",
    draws: int = 2000,
    trials: int = 20_000,
    seed: int,
    truth: str | None = None,
    workers: int = 2,
    progress: Progress = lambda _: None,
) -> list[AssuranceAtSize]:
    """Find assurance for several numbers of patients.

    Parameters
    ----------
    design : TrialDesign
        With a number of patients; the events that its looks wait for grow in proportion to it, its
        rates of recruitment stay.
    posterior : PosteriorDraws
    sizes : sequence of int
        Numbers of patients.
    target, draws, trials, seed, truth, workers, progress
        See `find_assurance`.

    Returns
    -------
    list of AssuranceAtSize
        In the order of `sizes`. Draws and patients are shared, so differences are sharper than the
        errors say.
    """
    sizes_of, found = vary(design, "n"), []
    for size in sizes:
        at = find_assurance(
            sizes_of.at(float(size)),
            posterior,
            target=target,
            draws=draws,
            trials=trials,
            seed=seed,
            truth=truth,
            workers=workers,
            progress=progress,
        )
        mean, median = at.rows[0].assurance, at.fixed[1]
        assert mean is not None
        found.append(AssuranceAtSize(size, mean, median.power, median.mcse))
    return found
