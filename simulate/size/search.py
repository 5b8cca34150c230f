"""The search for a size: a pilot about the closed form, then new replicates about the answer.

The pilot simulates the same replicates at three sizes, whose smaller trials are the beginnings of
the larger ones where arrivals allow it: their difference shows the slope from few trials. The
trials after it take replicates of their own at two sizes about the answer, since more of the same
patients would say the same twice.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from models.interval_estimate import Z_95
from simulate.size.line import Floats
from simulate.size.sample import Batch, Points, Seen, collect, gather
from simulate.size.statistic import StatisticCurve, fit_statistic, looks_normal
from simulate.size.vary import Variation
from simulate.size.wins import WinsCurve, fit_wins

type Curve = WinsCurve | StatisticCurve

PILOT = 300
SPREAD = 1.25
NEAR = 1.1
WINDOW = 1.36
JUMP = 4.0
MOST_PILOTS = 12
MORE = 16.0
LAST = 0.35
SPARE = 1.01
FEWEST = 400
SURE, MOST_TRIALS = 20_000, 1_000_000
FLAT = 2.0
STRIKES = 2
TAILS = (2.5, 97.5)


class Estimate(NamedTuple):
    """Where the fitted curve has the wanted power.

    Attributes
    ----------
    size, lower, upper : float
        Not rounded, and the 95% interval from the Monte Carlo error.
    curve : WinsCurve or StatisticCurve
        Fitted to the sizes near the answer.
    known : tuple of float
        Smallest and largest of these.
    """

    size: float
    lower: float
    upper: float
    curve: Curve
    known: tuple[float, float]

    @property
    def between(self) -> bool:
        """Whether the answer lies between sizes that were simulated."""
        return self.known[0] <= self.size <= self.known[1]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The size that has the wanted power.

    Attributes
    ----------
    estimate : Estimate
    batches : list of Batch
        All that was simulated.
    """

    estimate: Estimate
    batches: list[Batch]

    @property
    def modelled(self) -> bool:
        """Whether the power curve is that of the statistic, else of the wins."""
        return isinstance(self.estimate.curve, StatisticCurve)

    @property
    def trials(self) -> int:
        """Trials simulated at all sizes together."""
        return sum(len(batch.sizes) * batch.trials for batch in self.batches)

    @property
    def replicates(self) -> int:
        """Replicates used; the first number that is still free."""
        return max(batch.first + batch.trials for batch in self.batches)


@dataclass(kw_only=True)
class Search:
    """A search under way; `find` carries it out.

    Parameters
    ----------
    variation : Variation
    simulate : callable
        Of size, first replicate and their number.
    power : float
        Wanted.
    precision : float
        Half the width of the 95% interval, as a share of the answer. Of patients and events half a
        one is precise enough.
    seed : int
    modelled : bool
        Whether the statistic may be modelled, where it is known and looks normal.
    progress : callable
        Told the share that is done, and a note.
    """

    variation: Variation
    simulate: Callable[[float, int, int], Seen]
    power: float
    precision: float
    seed: int
    modelled: bool = True
    progress: Callable[[float, str], None] = lambda _share, _note: None
    batches: list[Batch] = field(default_factory=list)
    free: int = PILOT

    def find(self, start: float) -> Found:
        """Search from a first guess.

        Raises
        ------
        ValueError
            If the power is not reached, or any trial has more, or the answer stays vague: one
            sentence.
        """
        near = self._look_about(self.variation.snapped(start))
        while True:
            estimate = self.estimate(near)
            found = Found(estimate=estimate, batches=self.batches)
            share = self._share_done(estimate)
            self.progress(min(share, 1.0), f"{found.trials:,} trials")
            if share >= 1.0 and estimate.between:
                return found
            self._check_vague(found, share)
            near = self._within_reach(estimate)
            trials = self._missing(share) if estimate.between else 2 * PILOT
            self._go_on(near, trials=trials)

    def estimate(self, near: float) -> Estimate:
        """Fit the curve to what was simulated near a size, and find where it has the power."""
        points = collect(self.batches, between=(near / WINDOW, near * WINDOW))
        curve: Curve = fit_wins(points)
        if self.modelled and points.sums.first.size:
            modelled = fit_statistic(points)
            middle = np.array([near])
            if looks_normal(modelled, curve.power(middle)[:, 0], near):
                curve = modelled
        sizes = curve.size(self.power)
        lower, upper = _interval(sizes, curve.slope)
        known = float(points.sizes[0]), float(points.sizes[-1])
        return Estimate(float(sizes[0]), lower, upper, curve, known)

    def _look_about(self, centre: float) -> float:
        """Simulate pilots until the answer lies among their sizes; return about where."""
        strikes, before = 0, None
        ends = (self.variation.lowest, self.variation.highest)
        least, most = (self.variation.effective(size) for size in ends)
        for _ in range(MOST_PILOTS):
            pilot = self._pilot(centre)
            smallest, largest = pilot.sizes[0], pilot.sizes[-1]
            size = float(fit_wins(pilot).size(self.power)[0])
            if smallest / NEAR <= size <= largest * NEAR:
                return size
            if size < smallest and smallest <= least:
                raise self._always_reached(pilot)
            if size > largest:
                strikes = strikes + 1 if before is not None and not _rises(before, pilot) else 0
                if strikes == STRIKES or largest >= most:
                    raise self._never_reached(before or pilot, pilot)
                before = pilot
            wanted = min(max(size, centre / JUMP), centre * JUMP)
            centre = self.variation.snapped(wanted)
        return centre

    def _pilot(self, centre: float) -> Points:
        """Simulate the first replicates at three sizes, where this has not been done."""
        around = sorted({self.variation.snapped(centre * f) for f in (1 / SPREAD, 1.0, SPREAD)})
        done = {size for batch in self.batches for size in batch.sizes}
        missing = [size for size in around if size not in done]
        if missing:
            self._batch(*missing, first=0, trials=PILOT)
        ends = [self.variation.effective(size) for size in (around[0], around[-1])]
        return collect(self.batches, between=(ends[0], ends[1]))

    def _go_on(self, near: float, *, trials: int) -> None:
        """Simulate new replicates at two sizes about the answer, half of them at each."""
        each = math.ceil(trials / 2)
        for size in (near / SPREAD, near * SPREAD):
            self._batch(self.variation.snapped(size), first=self.free, trials=each)
            self.free += each

    def _share_done(self, estimate: Estimate) -> float:
        """Share of the wanted information on the answer that there is."""
        half = (estimate.upper - estimate.lower) / 2
        wanted = max(self.precision * estimate.size, 0.5 if self.variation.whole else 0.0)
        return (wanted / half) ** 2 if math.isfinite(half + wanted) and half > 0 else 0.0

    def _missing(self, share: float) -> int:
        """Trials still to be simulated: somewhat fewer than it seems, until few are missing.

        The pilot's replicates count once, since their trials share patients.
        """
        wanted = self.free / max(share, 1e-6)
        missing = wanted * SPARE - self.free
        if missing > LAST * wanted:
            missing = min(wanted * (1 - LAST) - self.free, MORE * self.free)
        return math.ceil(max(missing, FEWEST))

    def _within_reach(self, estimate: Estimate) -> float:
        """Keep close to the sizes that are known, and to those that there can be."""
        low = max(estimate.known[0] / NEAR, self.variation.lowest)
        high = min(estimate.known[1] * NEAR, self.variation.highest)
        return min(max(estimate.size, low), high)

    def _batch(self, *sizes: float, first: int, trials: int) -> None:
        batch = gather(
            self.simulate,
            sizes,
            first=first,
            trials=trials,
            seed=self.seed,
            effective=self.variation.effective,
        )
        self.batches.append(batch)

    def _check_vague(self, found: Found, share: float) -> None:
        """Refuse a precision that needs too many trials, as soon as this is sure enough."""
        if found.trials < SURE or self.free <= share * MOST_TRIALS:
            return
        one = found.estimate
        raise ValueError(
            f"--precision is {self.precision:g} but {found.trials:,} trials leave "
            f"{one.lower:.4g} to {one.upper:.4g} {self.variation.unit}, and more than "
            f"{MOST_TRIALS:,} would be needed: power hardly rises there; ask for less precision or "
            "another power, or vary something else"
        )

    def _never_reached(self, before: Points, pilot: Points) -> ValueError:
        """Say how far the power goes."""
        unit, largest = self.variation.unit, float(pilot.sizes.max())
        most = self.variation.effective(self.variation.highest)
        limit = ", the most there can be" if largest >= most else ""
        return ValueError(
            f"--power is {self.power:g} but is not reached: it is {_share(before)} at "
            f"{before.sizes.max():.4g} {unit} and {_share(pilot)} at {largest:.4g}{limit} "
            f"({PILOT} trials each); ask for less, or change the truth, the test or what is varied"
        )

    def _always_reached(self, pilot: Points) -> ValueError:
        """Say that the smallest trial has more power."""
        return ValueError(
            f"--power is {self.power:g} but the smallest trial there can be, of "
            f"{self.variation.lowest:.4g} {self.variation.unit}, already has "
            f"{_share(pilot, at=int(pilot.sizes.argmin()))}; ask for more or vary something else"
        )


def _interval(sizes: Floats, slope: Floats) -> tuple[float, float]:
    """Give 95% limits: by the spread of the logs, whose noise is least, while all are known.

    A curve that is too steep by chance gives a narrow interval and so ends the search early; the
    relative error of the slope makes up for it.
    """
    if np.isfinite(sizes).all() and (sizes > 0).all():
        steep = 1.0 + float(slope[1:].std() / slope[0])
        away = math.exp(Z_95 * steep * float(np.log(sizes[1:]).std()))
        return float(sizes[0]) / away, float(sizes[0]) * away
    lower, upper = np.percentile(sizes[1:], TAILS, method="nearest")
    return float(lower), float(upper)


def _rises(before: Points, now: Points) -> bool:
    """Whether power is higher than in the pilot before, beyond its error."""
    shares = [points.sums.won[0].sum() / points.sums.trials[0].sum() for points in (before, now)]
    error = math.sqrt(sum(share * (1 - share) / PILOT for share in shares))
    return bool(shares[1] - shares[0] > FLAT * error)


def _share(points: Points, at: int | None = None) -> str:
    place = int(points.sizes.argmax()) if at is None else at
    return f"{points.sums.won[0, place] / points.sums.trials[0, place]:.3f}"
