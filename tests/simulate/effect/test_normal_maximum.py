"""P(max Z > z) against one-factor integrals, a sphere, scipy and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincc, log_ndtr, ndtr

from simulate.effect.normal_maximum import maximum_tail

NODES, WEIGHTS = np.polynomial.legendre.leggauss(30)
LEVELS = [-3.0, -0.5, 0.0, 0.01, 1.0, 1.96, 2.5, 3.5, 5.0]


def one_factor_tail(loading, z):
    """Z_i = l_i X + sqrt(1 - l_i²) E_i: one integral over X, on panels around each step."""
    spread = np.sqrt((1 - loading) * (1 + loading))
    steps = np.array([0, 0.5, 1, 2, 4, 8, 16])
    edges = [np.linspace(-12, 12, 49)]
    for slope, sd in zip(loading, spread, strict=True):
        edges += [(z - steps * sd) / slope, (z + steps * sd) / slope]
    cuts = np.unique(np.clip(np.concatenate(edges), -12, 12))
    half = np.diff(cuts)[:, np.newaxis] / 2
    x = (cuts[:-1] + cuts[1:])[:, np.newaxis] / 2 + half * NODES
    logs = sum(log_ndtr((z - a * x) / s) for a, s in zip(loading, spread, strict=True))
    density = np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return float((half * WEIGHTS * density * -np.expm1(logs)).sum())


def correlated(loading):
    matrix = np.outer(loading, loading)
    np.fill_diagonal(matrix, 1.0)
    return matrix


GAPS = st.one_of(st.floats(0.02, 0.98), st.floats(1.0, 9.0).map(lambda power: 10.0**-power))


@settings(max_examples=40)
@given(st.lists(GAPS, min_size=2, max_size=4), st.floats(-4.0, 7.0))
def test_one_factor(gaps, z):
    """Correlations from nearly 0 to 1 − 2e-9."""
    loading = 1 - np.array(gaps)
    found, expected = maximum_tail(z, correlated(loading)), one_factor_tail(loading, z)
    exact = len(gaps) == 2
    assert found == pytest.approx(expected, abs=1e-11 if exact else 1e-7)
    if z > 0.5:
        assert found == pytest.approx(expected, rel=1e-9 if exact else 1e-7)


@pytest.mark.parametrize("components", [1, 2, 3, 4])
@pytest.mark.parametrize("z", LEVELS)
def test_independent_components(z, components):
    found = maximum_tail(z, np.eye(components))
    expected = -math.expm1(components * float(log_ndtr(z)))
    assert found == pytest.approx(expected, rel=5e-8)


def of_weights(*weights, lowest):
    """Correlations of weighted log-rank z's when S falls evenly from 1 to `lowest`."""
    s = 0.5 * (1 + lowest) + 0.5 * (1 - lowest) * NODES
    heights = np.array([weight(s) for weight in weights])
    matrix = (heights * WEIGHTS) @ heights.T
    scale = np.sqrt(np.diag(matrix))
    matrix /= np.outer(scale, scale)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def fh(rho, gamma):
    return lambda s: s**rho * (1 - s) ** gamma


def modest(s):
    return 1 / np.maximum(s, 0.6)


COMBINATIONS = {
    "three, of rank two": [fh(0, 0), fh(0, 1), fh(1, 0)],
    "four, of rank three": [fh(0, 0), fh(0, 1), fh(1, 0), fh(1, 1)],
    "three, of rank three": [fh(0, 0), fh(0, 1), modest],
}


@pytest.fixture(scope="module")
def directions():
    """Points on the sphere in three dimensions, and their shares of it."""
    cosine, weight = np.polynomial.legendre.leggauss(250)
    angle = (np.arange(500) + 0.5) * math.pi / 250
    sine = np.sqrt(1 - cosine**2)
    columns = np.outer(sine, np.cos(angle)), np.outer(sine, np.sin(angle))
    every = np.array([*columns, np.outer(cosine, np.ones(500))]).reshape(3, -1)
    return every, np.repeat(weight / 1000, 500)


@pytest.mark.parametrize("lowest", [0.1, 0.5])
@pytest.mark.parametrize("weights", COMBINATIONS.values(), ids=COMBINATIONS)
def test_usual_combinations_whose_correlations_are_singular(directions, weights, lowest):
    """(1 − S) + S = 1, so these lie in three dimensions: a radial tail in each direction."""
    matrix = of_weights(*weights, lowest=lowest)
    values, vectors = np.linalg.eigh(matrix)
    rows = vectors[:, -3:] * np.sqrt(np.maximum(values[-3:], 0))
    rows /= np.linalg.norm(rows, axis=1)[:, np.newaxis]
    reach = np.max(rows @ directions[0], axis=0)
    for z in (0.5, 1.5, 2.5, 4.0):
        beyond = gammaincc(1.5, 0.5 * (z / np.maximum(reach, 1e-9)) ** 2)
        expected = (directions[1] * np.where(reach > 0, beyond, 0)).sum()
        assert maximum_tail(z, matrix) == pytest.approx(expected, rel=1e-5)


def conditional_tail(matrix, z):
    """Three of the normals on a grid of 64 nodes each below z, and the fourth given them."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    half = 0.5 * (z + 7.0)
    x = np.stack(np.meshgrid(*3 * [z - half * (1 + nodes)], indexing="ij"), axis=-1)
    regression = np.linalg.solve(matrix[:3, :3], matrix[:3, 3])
    sd = math.sqrt(1 - matrix[3, :3] @ regression)
    square = np.einsum("...i,ij,...j", x, np.linalg.inv(matrix[:3, :3]), x)
    scale = math.sqrt((2 * math.pi) ** 3 * np.linalg.det(matrix[:3, :3]))
    below = np.exp(-0.5 * square) / scale * ndtr((z - x @ regression) / sd)
    return 1 - half**3 * float(((below @ weights) @ weights) @ weights)


def test_four_dimensions_without_structure():
    """Five matrices of correlations between 0.3 and 0.95 that no factor explains."""
    rng = np.random.default_rng(4)
    for _ in range(5):
        rows = rng.uniform(size=(4, 4)) + 0.7 * np.eye(4)
        rows /= np.linalg.norm(rows, axis=1)[:, np.newaxis]
        matrix, z = rows @ rows.T, rng.uniform(-1, 3)
        expected = conditional_tail(matrix, z)
        assert maximum_tail(z, matrix) == pytest.approx(expected, abs=1e-6)


def test_four_dimensions_against_drawn_normals():
    """400,000 draws; tolerance 4.5 standard errors of a share."""
    matrix = of_weights(fh(0, 0), fh(0, 1), fh(0.5, 0.5), modest, lowest=0.3)
    draws = np.random.default_rng(9).multivariate_normal(np.zeros(4), matrix, 400_000)
    for z in (0.0, 1.0, 2.0):
        found, share = maximum_tail(z, matrix), (draws.max(axis=1) > z).mean()
        tolerance = 4.5 * math.sqrt(found * (1 - found) / 400_000)
        assert abs(found - share) < tolerance, f"{found} against {share} ± {tolerance}"


@pytest.mark.parametrize("z", LEVELS)
def test_components_that_coincide_count_once(z):
    pair = np.array([[1.0, 0.8], [0.8, 1.0]])
    two = maximum_tail(z, pair)
    for copies in ([0, 1, 1], [0, 0, 1], [0, 1, 0, 1], [1, 0, 0, 0]):
        assert maximum_tail(z, pair[np.ix_(copies, copies)]) == pytest.approx(two, rel=1e-13)
    assert maximum_tail(z, np.ones((4, 4))) == pytest.approx(ndtr(-z), rel=1e-13)


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_nearly_coinciding_components_lead_there(gap):
    """Two of four approach each other: at most two half-wedges of Owen's T are lost."""
    three = of_weights(fh(0, 0), fh(0, 1), fh(1, 1), lowest=0.3)
    matrix = np.eye(4)
    matrix[:3, :3] = three
    matrix[3, :3] = matrix[:3, 3] = three[0] * (1 - gap)
    for z in (0.5, 2.0, 3.0):
        excess = maximum_tail(z, matrix) - maximum_tail(z, three)
        most = math.sqrt(gap / 2) / math.pi * math.exp(-0.5 * z * z)
        assert -1e-9 <= excess <= most + 1e-9, f"{excess} of {most} at {z}"


@given(st.permutations(range(4)), st.floats(-2.0, 5.0))
def test_the_order_of_components_does_not_matter(order, z):
    matrix = of_weights(fh(0, 0), fh(0, 1), fh(1, 0), modest, lowest=0.3)
    found = maximum_tail(z, np.ascontiguousarray(matrix[np.ix_(order, order)]))
    assert found == pytest.approx(maximum_tail(z, matrix), rel=1e-7)


def test_it_falls_with_z():
    matrix = of_weights(fh(0, 0), fh(0, 1), fh(1, 0), fh(1, 1), lowest=0.2)
    tails = np.array([maximum_tail(z, matrix) for z in np.linspace(-8, 30, 600)])
    assert np.all(np.diff(tails) < 1e-8)
    assert tails[0] == pytest.approx(1.0, abs=1e-7)
    assert 0 < tails[-1] < 1e-190


def test_not_a_number():
    assert math.isnan(maximum_tail(math.nan, np.eye(2)))
    assert math.isnan(maximum_tail(1.0, np.array([[1.0, math.nan], [math.nan, math.nan]])))
    assert math.isnan(maximum_tail(1.0, np.eye(5)))
