"""Power of each draw without the noise of its few trials: a probit model of success.

The share of successes of a draw with two trials is 0, one half or 1, whatever its power; the
spread of such shares says more of the trials than of the draws. In trials that wait for events, a
test statistic is nearly normal with a mean in proportion to the log hazard ratio, so that success
follows a probit model of it. Power is taken to be that function of the draw's mean log hazard ratio
and of its control arm's mean hazard.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr

from simulate.assurance.effect import DrawEffects

Floats = NDArray[np.float64]

RIDGE = 0.01
STEPS = 100
SETTLED = 1e-10
LARGEST_STEP = 4.0


class SmoothPower(NamedTuple):
    """A probit model of success, by standardised columns.

    Attributes
    ----------
    coefficients : array (column,)
    centre, scale : array (column - 1,)
        Mean and standard deviation of each column but the constant one.
    """

    coefficients: Floats
    centre: Floats
    scale: Floats

    def power(self, effects: DrawEffects) -> Floats:
        """Power under each draw, shape (draw,)."""
        return np.asarray(ndtr(self._columns(effects) @ self.coefficients))

    def _columns(self, effects: DrawEffects) -> Floats:
        return _with_constant((_raw_columns(effects) - self.centre) / self.scale)


def smooth_power(success: ArrayLike, effects: DrawEffects) -> SmoothPower:
    """Fit the probability of success to the draws' effects.

    Parameters
    ----------
    success : array_like, shape (draw, trial)
        0 or 1.
    effects : DrawEffects
        Of the draws.

    Returns
    -------
    SmoothPower
        By penalised likelihood: each standardised coefficient has a normal prior of standard
        deviation 10, so that it is finite where all trials of some effects succeed.
    """
    won = np.asarray(success, dtype=float)
    raw = _raw_columns(effects)
    centre, scale = raw.mean(axis=0), raw.std(axis=0)
    scale = np.where(scale > 1e-9 * (1.0 + np.abs(centre)), scale, np.inf)
    columns = _with_constant((raw - centre) / scale)
    found = _fit(columns, won.sum(axis=1), won.shape[1])
    return SmoothPower(coefficients=found, centre=centre, scale=scale)


def _raw_columns(effects: DrawEffects) -> Floats:
    """Log HR and its square, and log hazard, of each endpoint."""
    return np.concatenate([effects.log_hr, effects.log_hr**2, effects.log_hazard], axis=-1)


def _with_constant(columns: Floats) -> Floats:
    return np.concatenate([np.ones((len(columns), 1)), columns], axis=-1)


def _fit(columns: Floats, wins: Floats, trials: int) -> Floats:
    """Newton's method, halving steps that lose likelihood."""
    at = np.zeros(columns.shape[1])
    best = _log_posterior(at, columns, wins, trials)
    for _ in range(STEPS):
        step = _newton_step(at, columns, wins, trials)
        step *= min(1.0, LARGEST_STEP / max(np.abs(step).max(), 1e-300))
        while (value := _log_posterior(at + step, columns, wins, trials)) < best:
            step /= 2.0
            if np.abs(step).max() < SETTLED:
                return at
        at, best = at + step, value
        if np.abs(step).max() < SETTLED:
            break
    return at


def _log_posterior(at: Floats, columns: Floats, wins: Floats, trials: int) -> float:
    linear = columns @ at
    likelihood = wins @ log_ndtr(linear) + (trials - wins) @ log_ndtr(-linear)
    return float(likelihood) - 0.5 * RIDGE * float(at[1:] @ at[1:])


def _newton_step(at: Floats, columns: Floats, wins: Floats, trials: int) -> Floats:
    linear = columns @ at
    log_density = -0.5 * linear**2 - 0.5 * np.log(2.0 * np.pi)
    up, down = (np.exp(log_density - log_ndtr(sign * linear)) for sign in (1.0, -1.0))
    slope = wins * up - (trials - wins) * down
    bend = wins * up * (linear + up) + (trials - wins) * down * (down - linear)
    penalty = RIDGE * np.diag(np.append(0.0, np.ones(at.size - 1)))
    matrix = columns.T @ (bend[:, np.newaxis] * columns) + penalty
    return np.linalg.solve(matrix, columns.T @ slope - penalty @ at)
