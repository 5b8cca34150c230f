"""Proposal of the parameters: a mixture over patients that came close before.

Each component is the posterior of the parameters given one set of patients: log HR normal about
its collapsed posterior, then the baseline hazards from their gamma given log HR. A second copy
of each with less information covers the tails, where hits are rare.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

Floats = NDArray[np.float64]

INFORMATION = (1.0, 0.4)
NEWTON_STEPS = 30


@dataclass(frozen=True, kw_only=True)
class Prior:
    """Gamma prior of the baseline (rate in person-months), normal prior of log HR.

    `symmetric` is 0 when the baseline is the control hazard, ½ when midway on the log scale;
    log HR is RT versus control, below 0 favours RT.
    """

    shape: float
    rate: float
    symmetric: float
    log_hr_mean: float
    log_hr_sd: float

    def log_density(self, log_hr: Floats, hazard: Floats) -> Floats:
        """Log density of log HR (m,) and baseline hazards (m, interval), shape (m,)."""
        z = (log_hr - self.log_hr_mean) / self.log_hr_sd
        normal = -0.5 * z**2 - np.log(self.log_hr_sd) - 0.5 * np.log(2 * np.pi)
        return np.asarray(normal + _log_gamma(hazard, self.shape, self.rate).sum(axis=-1))


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Mixture of J components over log HR and K baseline hazards.

    Attributes
    ----------
    prior : Prior
        What each component starts from.
    log_share : array (J,)
        Log mixture weights.
    mean, sd : array (J,)
        Normal of log HR.
    shape : array (J, K)
        Gamma shapes of the hazards.
    exposure : array (J, 2, K)
        Person-months by arm; with the prior's rate they give the gamma rates at a log HR.
    """

    prior: Prior
    log_share: Floats
    mean: Floats
    sd: Floats
    shape: Floats
    exposure: Floats

    def draw(self, count: int, *, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw log HR (count,) and hazards per month (count, K)."""
        chosen = rng.choice(self.mean.size, size=count, p=np.exp(self.log_share))
        log_hr = rng.normal(self.mean[chosen], self.sd[chosen])
        rate = _rate(self.prior, log_hr, self.exposure[chosen])
        return log_hr, rng.standard_gamma(self.shape[chosen]) / rate

    def log_density(self, log_hr: Floats, hazard: Floats) -> Floats:
        """Log density at log HR (m,) and hazards (m, K), shape (m,)."""
        log_hr, hazard = log_hr[:, np.newaxis], hazard[:, np.newaxis]
        z = (log_hr - self.mean) / self.sd
        terms = self.log_share - 0.5 * z**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi)
        rate = _rate(self.prior, log_hr, self.exposure)
        terms += _log_gamma(hazard, self.shape, rate).sum(axis=-1)
        return np.asarray(logsumexp(terms, axis=1))


def proposal_from_tables(
    events: Floats,
    exposure: Floats,
    *,
    prior: Prior,
    log_weight: Floats,
    information: tuple[float, ...] = INFORMATION,
) -> Proposal:
    """Build a proposal from sets of patients.

    Parameters
    ----------
    events, exposure : array (J, 2, K)
        Events and person-months by arm (control, RT) and interval.
    prior : Prior
    log_weight : array (J,)
        Importance of each set; large ones are cut down to √J times the mean.
    information : tuple of float
        Factors on events and exposure, one copy of all components each.

    Returns
    -------
    Proposal
    """
    weight = np.exp(log_weight - logsumexp(log_weight))
    weight = np.minimum(weight, weight.size**-0.5)
    parts = [_components(f * events, f * exposure, prior=prior) for f in information]
    mean, sd, shape = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return Proposal(
        prior=prior,
        log_share=np.log(np.tile(weight / weight.sum() / len(information), len(information))),
        mean=mean,
        sd=sd,
        shape=shape,
        exposure=np.concatenate([f * exposure for f in information]),
    )


def tabulate(
    time: Floats, event: NDArray[np.bool_], *, n_control: int, cuts: Floats
) -> tuple[Floats, Floats]:
    """Events and person-months of sets of patients (J, n), controls first, as (J, 2, K)."""
    edges = np.concatenate([[0.0], cuts, [np.inf]])
    start, stop = edges[:-1], edges[1:]
    months = time[..., np.newaxis]
    exposure = np.clip(np.minimum(months, stop) - start, 0.0, None)
    events = ((months > start) & (months <= stop) & event[..., np.newaxis]).astype(float)
    arms = slice(None, n_control), slice(n_control, None)
    return (
        np.stack([events[:, arm].sum(axis=1) for arm in arms], axis=1),
        np.stack([exposure[:, arm].sum(axis=1) for arm in arms], axis=1),
    )


def _components(events: Floats, exposure: Floats, *, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """Mean and sd of log HR (J,) and gamma shapes (J, K): collapsed mode by Newton."""
    s = prior.symmetric
    shape = prior.shape + events.sum(axis=1)
    slope = (1.0 - s) * events[:, 1].sum(axis=-1) - s * events[:, 0].sum(axis=-1)
    precision = prior.log_hr_sd**-2
    mode = np.full(events.shape[0], prior.log_hr_mean)
    for _ in range(NEWTON_STEPS):
        control = np.exp(-s * mode)[:, np.newaxis] * exposure[:, 0]
        rt = np.exp((1.0 - s) * mode)[:, np.newaxis] * exposure[:, 1]
        rate = prior.rate + control + rt
        first = ((1.0 - s) * rt - s * control) / rate
        second = ((1.0 - s) ** 2 * rt + s**2 * control) / rate
        gradient = slope - precision * (mode - prior.log_hr_mean) - (shape * first).sum(axis=-1)
        curvature = precision + (shape * (second - first**2)).sum(axis=-1)
        mode = mode + np.clip(gradient / curvature, -1.0, 1.0)
    return mode, curvature**-0.5, shape


def _rate(prior: Prior, log_hr: Floats, exposure: Floats) -> Floats:
    """Gamma rates at log HR (...) for exposures (..., 2, K)."""
    s = prior.symmetric
    control = np.exp(-s * log_hr)[..., np.newaxis] * exposure[..., 0, :]
    rt = np.exp((1.0 - s) * log_hr)[..., np.newaxis] * exposure[..., 1, :]
    return np.asarray(prior.rate + control + rt)


def _log_gamma(value: Floats, shape: Floats | float, rate: Floats | float) -> Floats:
    """Log density of a gamma variate."""
    constant = shape * np.log(rate) - gammaln(shape)
    return np.asarray(constant + (shape - 1.0) * np.log(value) - rate * value)
