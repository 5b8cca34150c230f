"""Alpha of each endpoint, given which endpoints have been rejected.

Which endpoints are rejected is a bit mask: bit e stands for endpoint e.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.design.multiplicity import (
    CoPrimary,
    Graph,
    Hierarchical,
    Multiplicity,
    Split,
    check_multiplicity,
)

Floats = NDArray[np.float64]


class Arrows(NamedTuple):
    """A graph of endpoints as arrays.

    Attributes
    ----------
    weights : array (endpoint,)
        Share of alpha that each endpoint has.
    transitions : array (endpoint, endpoint)
        Share of its alpha that the endpoint of the row, once rejected, passes to that of the
        column.
    """

    weights: Floats
    transitions: Floats


def arrows_of(rule: Split | Hierarchical | Graph, endpoints: Sequence[str]) -> Arrows:
    """Write a rule as a graph: a split has no arrows, a hierarchy is a chain."""
    place = {name: index for index, name in enumerate(endpoints)}
    arrows = Arrows(np.zeros(len(endpoints)), np.zeros((len(endpoints), len(endpoints))))
    if isinstance(rule, Hierarchical):
        chain = [place[name] for name in rule.order]
        arrows.weights[chain[0]] = 1.0
        arrows.transitions[chain[:-1], chain[1:]] = 1.0
        return arrows
    for name, weight in rule.weights.items():
        arrows.weights[place[name]] = weight
    if isinstance(rule, Graph):
        for start, row in rule.transitions.items():
            for end, share in row.items():
                arrows.transitions[place[start], place[end]] = share
    return arrows


def without(arrows: Arrows, rejected: int) -> Arrows:
    """Graph that is left once an endpoint is rejected.

    Its alpha goes along its arrows, and arrows that led through it now lead past it.

    Parameters
    ----------
    arrows : Arrows
    rejected : int
        Index of the endpoint; its weight and arrows become 0.

    References
    ----------
    Bretz, Maurer, Brannath & Posch 2009, algorithm 1, doi 10.1002/sim.3495.
    """
    onwards, back = arrows.transitions[rejected], arrows.transitions[:, rejected]
    weights = arrows.weights + arrows.weights[rejected] * onwards
    detour = arrows.transitions + np.outer(back, onwards)
    kept = 1.0 - (back * onwards)[:, np.newaxis]
    transitions = np.divide(detour, kept, out=np.zeros_like(detour), where=kept > 0.0)
    np.fill_diagonal(transitions, 0.0)
    weights[rejected] = 0.0
    transitions[rejected, :] = transitions[:, rejected] = 0.0
    return Arrows(weights, transitions)


def levels(rule: Multiplicity, endpoints: Sequence[str], alpha: float) -> Floats:
    """One-sided alpha of each endpoint once a set of endpoints is rejected.

    Parameters
    ----------
    rule : Multiplicity
    endpoints : sequence of str
        Names of the endpoints, 1 to 4, in the order of the bits.
    alpha : float
        One-sided type I error of the trial.

    Returns
    -------
    array (2 ** endpoint, endpoint)
        Row m holds the levels when the endpoints in bit mask m are rejected; 0 for these. In which
        order they were rejected does not matter, and no level falls when others are rejected.

    Raises
    ------
    ValueError
        If the rule names an unknown endpoint or leaves one out.
    """
    check_multiplicity(rule, endpoints)
    masks = np.arange(2 ** len(endpoints))
    if isinstance(rule, CoPrimary):
        open_ones = (masks[:, np.newaxis] >> np.arange(len(endpoints))) & 1 == 0
        return np.where(open_ones, alpha, 0.0)
    graphs = [arrows_of(rule, endpoints)]
    for mask in masks[1:].tolist():
        highest = mask.bit_length() - 1
        graphs.append(without(graphs[mask - (1 << highest)], highest))
    return alpha * np.array([graph.weights for graph in graphs])
