"""Strata against their prevalences; 4 standard errors."""

import numpy as np
import pytest
from scipy import stats

from simulate.random_numbers import STRATUM


def test_strata_are_numbered_row_major_with_the_product_of_prevalences(design, enrolled):
    """20,000 patients: chi-square of six strata with p above 6e-5."""
    trials = enrolled(design(patients=500, factors=[(0.3, 0.7), (0.5, 0.3, 0.2)]), trials=40)
    counts = np.bincount(np.concatenate([t.stratum for t in trials]), minlength=6)
    expected = 20_000 * np.array([0.15, 0.09, 0.06, 0.35, 0.21, 0.14])
    assert stats.chisquare(counts, expected).pvalue > 6e-5


@pytest.mark.parametrize("levels", [2, 7, 300])
def test_a_stratum_is_where_the_patients_number_falls(design, enrolled, numbers, levels):
    shares = np.random.default_rng(levels).dirichlet(np.full(levels, 5.0))
    (trial,) = enrolled(design(patients=400, factors=[shares]))
    direct = np.searchsorted(np.cumsum(shares), numbers(trial.key, STRATUM, 400), side="right")
    assert trial.stratum.tolist() == direct.tolist()


def test_without_factors_there_is_one_stratum(design, enrolled):
    (trial,) = enrolled(design(patients=30))
    assert set(trial.stratum) == {0}


def test_neighbours_are_independent(design, enrolled):
    """10,000 pairs of patients: SE of the correlation 0.01."""
    trials = enrolled(design(patients=501, factors=[(0.4, 0.6)]), trials=20)
    pairs = np.concatenate([np.stack([t.stratum[:-1], t.stratum[1:]]) for t in trials], axis=1)
    assert abs(np.corrcoef(pairs)[0, 1]) < 0.04
