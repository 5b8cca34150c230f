"""Tail probabilities against scipy."""

import pytest
from scipy import stats

from models.audit.significance import chi_square_tail, normal_two_sided, t_two_sided


@pytest.mark.parametrize("statistic", [0.01, 0.5, 1, 4, 12, 40])
@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 8, 11])
def test_chi_square_tail(statistic, df):
    expected = stats.chi2.sf(statistic, df)
    assert chi_square_tail(statistic, df=df) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("t", [-3, 0.01, 0.3, 1, 2.5, 9])
@pytest.mark.parametrize("df", [1, 2.5, 7, 50, 73, 1000.5])
def test_t_two_sided(t, df):
    assert t_two_sided(t, df=df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("z", [-4, -1.959963984540054, 0, 0.5, 3])
def test_normal_two_sided(z):
    assert normal_two_sided(z) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-13)


def test_no_difference_is_certain_to_be_exceeded():
    assert chi_square_tail(0, df=3) == 1
    assert t_two_sided(0, df=10) == 1
