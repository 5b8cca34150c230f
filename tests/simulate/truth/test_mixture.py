"""Survival, restricted means and medians of mixtures: closed forms and numerical integrals."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from simulate.truth import PackedTruth
from simulate.truth.crude_incidence import crude_incidence
from simulate.truth.mixture import mixture_median, mixture_rmst, mixture_survival

NONE = np.array([])


def exponential(control, rt, cured=(0.0, 0.0), lost=(0.0, 0.0)):
    """One hazard for each stratum in each arm."""
    return PackedTruth(
        cuts=NONE,
        hazard=np.array([control, rt], dtype=float)[..., np.newaxis],
        cured=np.array(cured, dtype=float),
        drop_cuts=NONE,
        drop_out=np.array(lost, dtype=float)[:, np.newaxis],
    )


PIECEWISE = PackedTruth(
    cuts=np.array([3.0, 10.0]),
    hazard=np.array(
        [[[0.1, 0.05, 0.02], [0.2, 0.1, 0.04]], [[0.1, 0.03, 0.02], [0.2, 0.05, 0.08]]]
    ),
    cured=np.array([0.05, 0.2]),
    drop_cuts=np.array([6.0]),
    drop_out=np.array([[0.01, 0.02], [0.03, 0.0]]),
)
SHARES = np.array([0.3, 0.7])


def plain_survival(time, truth, arm):
    """Mixture at one time, written out."""
    total = 0.0
    for share, rates in zip(SHARES, truth.hazard[arm], strict=True):
        edges = [0.0, *truth.cuts, math.inf]
        spans = [min(max(time - a, 0), b - a) for a, b in pairwise(edges)]
        lived = math.exp(-sum(rate * span for rate, span in zip(rates, spans, strict=True)))
        total += share * (truth.cured[arm] + (1 - truth.cured[arm]) * lived)
    return total


def test_one_stratum_is_exponential():
    truth = exponential([0.05], [0.03])
    survival = mixture_survival(truth, [0, 12, 24], prevalences=[1.0])
    assert survival == pytest.approx(np.exp(-np.outer([0.05, 0.03], [0, 12, 24])), rel=1e-14)
    assert mixture_median(truth, prevalences=[1.0]) == pytest.approx(np.log(2) / [0.05, 0.03])
    means = (1 - np.exp(-24 * np.array([0.05, 0.03]))) / [0.05, 0.03]
    assert mixture_rmst(truth, 24, prevalences=[1.0]) == pytest.approx(means, rel=1e-13)


def test_strata_and_cure_are_mixed():
    times = [0.0, 2.0, 3.0, 7.0, 10.0, 40.0]
    mixed = mixture_survival(PIECEWISE, times, prevalences=SHARES)
    plain = [[plain_survival(time, PIECEWISE, arm) for time in times] for arm in range(2)]
    assert mixed == pytest.approx(np.array(plain), rel=1e-13)


def test_restricted_means_are_areas():
    means = mixture_rmst(PIECEWISE, 30, prevalences=SHARES)
    for arm in range(2):
        area = quad(plain_survival, 0, 30, args=(PIECEWISE, arm), points=[3, 10], limit=200)
        assert means[arm] == pytest.approx(area[0], rel=1e-9)


def test_medians_solve_for_one_half():
    medians = mixture_median(PIECEWISE, prevalences=SHARES)
    for arm in range(2):
        assert plain_survival(medians[arm], PIECEWISE, arm) == pytest.approx(0.5, abs=1e-14)


def test_a_median_may_never_be_reached():
    truth = exponential([0.05], [0.05], cured=(0.1, 0.5))
    medians = mixture_median(truth, prevalences=[1.0])
    assert medians[0] == pytest.approx(-math.log(0.4 / 0.9) / 0.05)
    assert medians[1] == math.inf


def test_a_flat_stretch_at_one_half_has_its_start_as_median():
    rates = np.array([math.log(2), 0.0, 1.0])
    truth = PIECEWISE._replace(
        cuts=np.array([1.0, 5.0]),
        hazard=np.broadcast_to(rates, (2, 1, 3)),
        cured=np.zeros(2),
    )
    assert mixture_median(truth, prevalences=[1.0]) == pytest.approx([1, 1], abs=1e-12)


@given(
    rate=st.floats(0.001, 100), lost=st.floats(0, 10), cured=st.floats(0, 0.9), end=st.floats(0, 99)
)
def test_seen_events_compete_with_drop_out(rate, lost, cured, end):
    truth = exponential([rate], [rate], cured=(cured, 0), lost=(lost, lost))
    seen = crude_incidence(truth, [end, 0.0])
    share = rate / (rate + lost) * -math.expm1(-(rate + lost) * end)
    assert seen[:, 0, 0] == pytest.approx([(1 - cured) * share, share], rel=1e-9, abs=1e-14)
    assert seen[:, 0, 1].tolist() == [0, 0]


def test_seen_events_of_piecewise_hazards_are_integrals():
    def density(time, arm, stratum):
        here = PIECEWISE.hazard[arm, stratum, np.searchsorted(PIECEWISE.cuts, time)]
        alone = PIECEWISE._replace(hazard=PIECEWISE.hazard[:, [stratum, stratum]])
        cured = PIECEWISE.cured[arm]
        lived = plain_survival(time, alone, arm) - cured
        lost = PIECEWISE.drop_out[arm]
        stayed = math.exp(-lost[0] * min(time, 6) - lost[1] * max(time - 6, 0))
        return here * lived * stayed

    seen = crude_incidence(PIECEWISE, [1.0, 3.0, 25.0])
    for arm in range(2):
        for stratum in range(2):
            for place, end in enumerate((1.0, 3.0, 25.0)):
                points = [cut for cut in (3, 6, 10) if cut < end] or None
                area, _ = quad(density, 0, end, args=(arm, stratum), points=points, limit=200)
                assert seen[arm, stratum, place] == pytest.approx(area, rel=1e-8)
