"""Family-wise error on correlated paths, against its bound and against numerical integration."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from simulate.boundaries.boundaries import boundaries
from simulate.design.multiplicity import CoPrimary, Graph, Hierarchical, Split

EVENTS = np.array([[150.0, 110.0], [250.0, 200.0]])
INFORMATION = EVENTS / 4
CORRELATION = 0.5
NULL, STRONG = 0.0, 0.9
RULES = {
    "hierarchical": Hierarchical(order=("pfs", "os")),
    "split": Split(weights={"pfs": 0.2, "os": 0.8}),
    "graph": Graph(
        weights={"pfs": 0.2, "os": 0.8}, transitions={"pfs": {"os": 1.0}, "os": {"pfs": 1.0}}
    ),
    "co-primary": CoPrimary(),
}


def plans(trials):
    pfs = replace(trials.pfs, futility=None)
    late = replace(pfs, name="os", planned=(110, 200))
    return pfs, late


def paths(count, drifts, *, seed=1, correlation=CORRELATION):
    """Z of PFS and OS at two looks: score processes whose increments are correlated.

    `drifts` are -log HR of PFS and OS.
    """
    steps = np.diff(INFORMATION, axis=0, prepend=0)
    covariance = [[1.0, correlation], [correlation, 1.0]]
    noise = np.random.default_rng(seed).multivariate_normal([0, 0], covariance, (count, 2))
    scores = np.cumsum(np.sqrt(steps) * noise + steps * np.array(drifts), axis=1)
    return scores / np.sqrt(INFORMATION)


def rejected(trials, rule, z):
    events = np.broadcast_to(EVENTS, z.shape)
    return trials.decided(RULES[rule], plans(trials), z, np.array(events)).rejected >= 0


def family_wise(trials, rule, drifts, count, *, seed=1):
    """Share of trials with a false rejection; co-primary endpoints claim both or none."""
    won = rejected(trials, rule, paths(count, drifts, seed=seed))
    if rule == "co-primary":
        won[:] = won.all(axis=1, keepdims=True)
    return float((won & (np.array(drifts) == 0.0)).any(axis=1).mean())


def check(trials, rule, drifts, count, *, exact, seed=1):
    error = family_wise(trials, rule, drifts, count, seed=seed)
    spread = np.sqrt(trials.alpha * (1 - trials.alpha) / count)
    message = f"{rule} {drifts}: {error:.5f}, SE {spread:.5f}, {count} paths, tolerance 3 SE"
    assert error <= trials.alpha + 3 * spread, message
    if exact:
        assert error >= trials.alpha - 4 * spread, message


TRUTHS = {"both null": (NULL, NULL), "PFS": (STRONG, NULL), "OS": (NULL, STRONG)}
EXHAUSTED = {
    ("hierarchical", "both null"), ("hierarchical", "PFS"), ("graph", "PFS"), ("graph", "OS"),
    ("co-primary", "PFS"), ("co-primary", "OS"),
}  # fmt: skip


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("rule", RULES)
def test_family_wise_error_keeps_to_alpha(trials, rule, truth):
    check(trials, rule, TRUTHS[truth], 100_000, exact=(rule, truth) in EXHAUSTED)


@pytest.mark.calibration
@pytest.mark.parametrize("effect", [0.0, 0.1, 0.2, 0.3, 0.45, 0.9])
@pytest.mark.parametrize("rule", RULES)
def test_family_wise_error_keeps_to_alpha_under_any_effect(trials, rule, effect):
    for drifts in ((effect, NULL), (NULL, effect)):
        check(trials, rule, drifts, 2_000_000, exact=False, seed=7)


def above(means, covariance, lower):
    """Probability that normal variables all lie above limits."""
    found = multivariate_normal.cdf(-np.array(lower), -np.array(means), covariance)
    return float(found)


def below_first(means, covariance, lower):
    """The same with the first variable below its limit."""
    rest = above(means[1:], covariance[1:, 1:], lower[1:])
    return rest - above(means, covariance, lower)


def integrated(trials, drift):
    """Error of a hierarchy for OS without effect, PFS with one: normal orthants.

    Either PFS wins at the first look and OS at either, or PFS at the second and OS there.
    """
    pfs, late = plans(trials)
    a = boundaries(EVENTS[:, 0], efficacy=pfs.efficacy).z
    b = boundaries(EVENTS[:, 1], efficacy=late.efficacy).z
    steps = np.diff(INFORMATION, axis=0, prepend=0)
    between = np.cumsum(CORRELATION * np.sqrt(steps.prod(axis=1)))
    root = np.sqrt(INFORMATION)
    order = [(0, 0), (1, 0), (0, 1), (1, 1)]  # look and endpoint: P1, P2, O1, O2
    covariance = np.empty((4, 4))
    for i, (j, e) in enumerate(order):
        for k, (m, f) in enumerate(order):
            shared = INFORMATION[min(j, m), e] if e == f else between[min(j, m)]
            covariance[i, k] = shared / (root[j, e] * root[m, f])
    mean = np.array([drift * root[0, 0], drift * root[1, 0], 0.0, 0.0])
    limit = np.array([a[0], a[1], b[0], b[1]])

    def part(function, *which):
        places = list(which)
        return function(mean[places], covariance[np.ix_(places, places)], limit[places])

    first, at_first, then = 0, part(above, 0, 2), part(below_first, 2, 0, 3)
    return at_first + then + part(below_first, first, 1, 3)


@pytest.mark.parametrize("drift", [0.2, 0.45])
def test_error_of_a_hierarchy_is_that_of_numerical_integration(trials, drift):
    count, expected = 200_000, integrated(trials, drift)
    error = family_wise(trials, "hierarchical", (drift, NULL), count, seed=3)
    spread = np.sqrt(expected * (1 - expected) / count)
    message = f"{error:.5f} against {expected:.5f}, SE {spread:.5f}, tolerance 4 SE"
    assert abs(error - expected) < 4 * spread, message
    assert expected < trials.alpha


def test_a_second_endpoint_without_its_own_spending_exceeds_alpha(trials):
    z = paths(100_000, (STRONG, NULL), seed=5)
    pfs_won = trials.decided(
        RULES["hierarchical"], plans(trials), z, np.array(np.broadcast_to(EVENTS, z.shape))
    ).rejected[:, :1]
    open_looks = (pfs_won >= 0) & (pfs_won <= np.arange(2))
    naive = float((open_looks & (z[:, :, 1] >= 1.959964)).any(axis=1).mean())
    own = family_wise(trials, "hierarchical", (STRONG, NULL), 100_000, seed=5)
    spread = np.sqrt(trials.alpha * (1 - trials.alpha) / 100_000)
    message = f"naive {naive:.4f}, own spending {own:.4f}, SE {spread:.5f}"
    assert naive > trials.alpha + 20 * spread, message
    assert own < trials.alpha + 3 * spread, message
