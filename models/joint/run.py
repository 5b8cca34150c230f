"""What a joint run holds: draws of parameters and of both endpoints of the patients."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.joint.chains import JointChain
from models.joint.settings import JointSettings
from models.joint.tempering import PARAMETERS
from models.placement import arm_hazards
from models.survival.intervals import interval_of, interval_stops

BURN_IN = 0.15

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class JointDraws:
    """Draws of all runs, burn-in removed.

    Attributes
    ----------
    log_hr, rate, walk_sd : array (chain, draw, transition)
        RT versus control; gamma rate in person-months; sd of the walk's steps.
    hazard : array (chain, draw, transition, arm, interval)
        Per month, on the intervals of `cuts`.
    cuts : array (interval − 1,)
        Cut points of all transitions together, months.
    cut, loss : array (chain, draw)
        Last cut in months, loss per month.
    first, last : array (chain, draw, patient)
        Latent months of progression-free and overall survival; controls first.
    progressed, died : array (chain, draw, patient)
        1 for a progression that was seen, and for a death.
    n_control : int
    """

    log_hr: Floats
    rate: Floats
    walk_sd: Floats
    hazard: Floats
    cuts: Floats
    cut: Floats
    loss: Floats
    first: Floats
    last: Floats
    progressed: NDArray[np.int8]
    died: NDArray[np.int8]
    n_control: int

    def evenly(self, most: int) -> "JointDraws":
        """Keep at most so many evenly spaced draws of each chain."""
        length = self.cut.shape[1]
        size = min(most, length)
        kept = ((np.arange(size) + 0.5) * length / size).astype(np.int64)
        same = ("cuts", "n_control")
        thinned = {
            one.name: getattr(self, one.name)[:, kept]
            for one in fields(self)
            if one.name not in same
        }
        return replace(self, **thinned)

    def by_arm(self, status: NDArray[np.bool_] | NDArray[np.int8]) -> Integers:
        """Count patients by arm, shape (chain, draw, arm)."""
        control = status[..., : self.n_control].sum(-1, dtype=np.int64)
        return np.stack([control, status[..., self.n_control :].sum(-1, dtype=np.int64)], -1)

    def transitions(self) -> Integers:
        """Count transitions, shape (chain, draw, transition, arm)."""
        without = self.died * (1 - self.progressed)
        after = self.died * self.progressed
        return np.stack([self.by_arm(part) for part in (self.progressed, without, after)], axis=-2)

    def events(self) -> Integers:
        """Count events of PFS and OS, shape (chain, draw, endpoint, arm)."""
        pfs = (self.progressed + self.died) > 0
        return np.stack([self.by_arm(pfs), self.by_arm(self.died)], axis=-2)


@dataclass(frozen=True, kw_only=True)
class JointRun:
    """A joint run: its draws, and whether they may be believed.

    Attributes
    ----------
    draws : JointDraws
    quantities : dict of array (chain, draw)
        What the gate judged.
    checks : list of CheckResult
        Gate of every quantity, round trips, and the error of deaths without progression.
    acceptance : array (chain, level, move)
        Share of accepted moves, in the order of `models.joint.tempering.MOVES`.
    exchange : array (chain, level − 1)
        Share of accepted exchanges with the level above.
    trips : array (chain,)
        Round trips of the ladder.
    scans : int
        Scans of each run, burn-in included.
    seconds : float
        Wall time.
    """

    draws: JointDraws
    quantities: dict[str, Floats]
    checks: list[CheckResult]
    acceptance: Floats
    exchange: Floats
    trips: Integers
    scans: int
    seconds: float


def read_draws(runs: list[JointChain], settings: JointSettings) -> JointDraws:
    """Stack the draws of all runs after burn-in."""
    kept = [run.chunks for run in runs]
    parameters, hazards, follow_up, times, statuses = (
        _stack([[chunk[i] for chunk in chunks] for chunks in kept]) for i in range(5)
    )
    log_hr, rate, walk_sd = (parameters[..., i] for i in range(len(PARAMETERS)))
    cuts = common_cuts(settings)
    return JointDraws(
        log_hr=log_hr,
        rate=rate,
        walk_sd=walk_sd,
        hazard=_hazards(log_hr, hazards, cuts, settings),
        cuts=cuts,
        cut=follow_up[..., 0],
        loss=follow_up[..., 1],
        first=times[:, :, 0],
        last=times[:, :, 1],
        progressed=statuses[:, :, 0],
        died=statuses[:, :, 1],
        n_control=int(runs[0].problem["os"]["n_control"][0]),
    )


def common_cuts(settings: JointSettings) -> Floats:
    """Cut points of all transitions together."""
    parts = [prior.cuts for prior in settings.transitions().values()]
    return np.unique(np.concatenate([np.asarray(part, dtype=float) for part in parts]))


def _hazards(log_hr: Floats, baseline: Floats, cuts: Floats, settings: JointSettings) -> Floats:
    """Hazards of both arms on the common intervals."""
    ends = interval_stops(cuts)
    parts = []
    for index, prior in enumerate(settings.transitions().values()):
        last = ends[-2] + 1.0 if len(ends) > 1 else 1.0
        own = interval_of(np.where(np.isinf(ends), last, ends), cuts=prior.cuts)
        parts.append(
            arm_hazards(log_hr[..., index], baseline[..., index, own], placement=settings.placement)
        )
    return np.stack(parts, axis=2)


def _stack(parts: list[list[NDArray[Any]]]) -> NDArray[Any]:
    """Draws of all runs after burn-in, shape (chain, draw, …)."""
    draws = np.stack([np.concatenate(chunks) for chunks in parts])
    return draws[:, int(BURN_IN * draws.shape[1]) :]
