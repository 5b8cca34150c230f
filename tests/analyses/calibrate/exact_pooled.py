"""Posterior distribution functions of pooled log hazard ratios by quadrature, gamma baselines."""

import numpy as np
from scipy import stats

POSITION = np.array([-0.5, 0.5])[:, np.newaxis]
GRID = np.linspace(-10, 10, 2001)
PLACE = np.linspace(-4, 4, 41)


def positions_of(truth, table, priors):
    """Posterior probability below each of three true log hazard ratios.

    Parameters
    ----------
    truth : array (3,)
    table : Dataset
        One set, by (transition, arm, interval).
    priors : IllnessDeathPriors
        Pooled effects, gamma baselines, symmetric.
    """
    effects = priors.effects
    spread = stats.halfnorm(scale=effects.scale).ppf((np.arange(40) + 0.5) / 40)
    centre = np.linspace(-5, 5, 51)
    effect = centre[:, np.newaxis, np.newaxis] + spread[:, np.newaxis] * PLACE
    prior = stats.norm(effects.centre.mean, effects.centre.sd).pdf(centre)[:, np.newaxis]
    parts = [
        np.exp(np.interp(effect, GRID, _log_likelihood(table, priors, transition)))
        * stats.norm.pdf(PLACE)
        for transition in range(3)
    ]
    totals = [part.sum(axis=-1) for part in parts]
    cell = spread[:, np.newaxis] * (PLACE[1] - PLACE[0])
    found = []
    for transition in range(3):
        others = np.prod([totals[j] for j in range(3) if j != transition], axis=0)
        weight = (prior * others)[..., np.newaxis] * parts[transition]
        below = np.clip((truth[transition] - effect) / cell + 0.5, 0, 1)
        found.append((weight * below).sum() / weight.sum())
    return np.array(found)


def _log_likelihood(table, priors, transition):
    """On the grid, its largest value 0; baselines integrated out."""
    own = priors.of_each()[transition].baseline
    place = priors.places()[transition]
    groups = (np.arange(place.max() + 1)[:, np.newaxis] == place).T
    events, exposure = (
        table[name].isel(transition=transition).values @ groups for name in ("events", "exposure")
    )
    density = GRID * float((POSITION * events).sum())
    for k in range(groups.shape[1]):
        rate = exposure[0, k] * np.exp(-GRID / 2) + exposure[1, k] * np.exp(GRID / 2)
        density = density - (own.shape + events[:, k].sum()) * np.log(own.rate + rate)
    return density - density.max()
