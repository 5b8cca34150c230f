"""Posterior of pooled log hazard ratios by quadrature, and draws of it without Markov chains."""

import numpy as np
import xarray as xr
from scipy import stats

POSITION = np.array([-0.5, 0.5])[:, np.newaxis]
GRID = np.linspace(-10, 10, 2001)
PLACE = np.linspace(-4, 4, 41)
CENTRE = np.linspace(-5, 5, 51)


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
    spread, effect, prior, parts = _laid_out(table, priors)
    totals = [part.sum(axis=-1) for part in parts]
    cell = spread[:, np.newaxis] * (PLACE[1] - PLACE[0])
    found = []
    for transition in range(3):
        others = np.prod([totals[j] for j in range(3) if j != transition], axis=0)
        weight = (prior * others)[..., np.newaxis] * parts[transition]
        below = np.clip((truth[transition] - effect) / cell + 0.5, 0, 1)
        found.append((weight * below).sum() / weight.sum())
    return np.array(found)


def draws_of(tables, priors, like, *, draws, rng):
    """Independent draws of the posterior of each set, in the layout of a fit.

    Parameters
    ----------
    tables : Dataset
        By (imputation, transition, arm, interval).
    priors : IllnessDeathPriors
        As in `positions_of`.
    like : DataTree
        A posterior or prior of the same layout, whose coordinates and attributes are taken.
    draws : int
    rng : Generator
    """
    found = [
        _draws_of_one(tables.isel(imputation=i), priors, draws, rng)
        for i in range(tables.sizes["imputation"])
    ]
    lead = ("imputation", "chain", "draw")
    kept = ("transition", "arm", "interval", "interval_start", "interval_stop")
    posterior = xr.Dataset(
        {
            "log_hr": ((*lead, "transition"), np.stack([one[0] for one in found])[:, np.newaxis]),
            "hazard": (
                (*lead, "transition", "arm", "interval"),
                np.stack([one[1] for one in found])[:, np.newaxis],
            ),
        },
        coords={
            "imputation": tables["imputation"].values,
            "chain": [0],
            "draw": np.arange(draws),
            **{name: like["posterior"].coords[name] for name in kept},
        },
    )
    tree = xr.DataTree.from_dict({"posterior": posterior})
    tree.attrs = like.attrs
    return tree


def _draws_of_one(table, priors, draws, rng):
    """Log hazard ratios (draw, transition) and hazards (draw, transition, arm, interval)."""
    spread, _, prior, parts = _laid_out(table, priors)
    weight = prior * np.prod([part.sum(axis=-1) for part in parts], axis=0)
    cell = rng.choice(weight.size, draws, p=weight.reshape(-1) / weight.sum())
    centre, wide = np.unravel_index(cell, weight.shape)
    ratios, hazards = [], []
    for transition, part in enumerate(parts):
        reached = part[centre, wide].cumsum(axis=1)
        place = (reached < rng.random((draws, 1)) * reached[:, -1:]).sum(axis=1)
        within = (rng.random(draws) - 0.5) * (PLACE[1] - PLACE[0])
        ratio = CENTRE[centre] + spread[wide] * (PLACE[place] + within)
        own, events, exposure, interval = _own(table, priors, transition)
        factor = np.exp(POSITION.T * ratio[:, np.newaxis])
        rate = own.rate + factor @ exposure
        baseline = rng.gamma(own.shape + events.sum(axis=0), 1.0, rate.shape) / rate
        ratios.append(ratio)
        hazards.append((factor[:, :, np.newaxis] * baseline[:, np.newaxis])[..., interval])
    return np.stack(ratios, axis=1), np.stack(hazards, axis=1)


def _laid_out(table, priors):
    """Spreads, effects, prior of the centre, and by transition the density of each effect."""
    effects = priors.effects
    spread = stats.halfnorm(scale=effects.scale).ppf((np.arange(40) + 0.5) / 40)
    effect = CENTRE[:, np.newaxis, np.newaxis] + spread[:, np.newaxis] * PLACE
    prior = stats.norm(effects.centre.mean, effects.centre.sd).pdf(CENTRE)[:, np.newaxis]
    parts = [
        np.exp(np.interp(effect, GRID, _log_likelihood(table, priors, transition)))
        * stats.norm.pdf(PLACE)
        for transition in range(3)
    ]
    return spread, effect, prior, parts


def _own(table, priors, transition):
    """Baseline of a transition, its events and exposure by (arm, own interval), and its place."""
    own, place = priors.of_each()[transition].baseline, priors.places()[transition]
    groups = (np.arange(place.max() + 1)[:, np.newaxis] == place).T
    events, exposure = (
        table[name].isel(transition=transition).values @ groups for name in ("events", "exposure")
    )
    return own, events, exposure, place


def _log_likelihood(table, priors, transition):
    """On the grid, its largest value 0; baselines integrated out."""
    own, events, exposure, _ = _own(table, priors, transition)
    density = GRID * float((POSITION * events).sum())
    for k in range(events.shape[1]):
        rate = exposure[0, k] * np.exp(-GRID / 2) + exposure[1, k] * np.exp(GRID / 2)
        density = density - (own.shape + events[:, k].sum()) * np.log(own.rate + rate)
    return density - density.max()
