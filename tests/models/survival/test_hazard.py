import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from models.survival import hazard as hz

CUTS = (3.0, 6.0, 9.0, 12.0, 18.0)
RATES = np.array([0.02, 0.11, 0.0, 0.07, 0.03, 0.05])


def test_constant_hazard_is_exponential():
    rates = np.full((2, 3, 6), 0.08)
    times = np.array([0.0, 2.5, 3.0, 17.0, 40.0])
    np.testing.assert_allclose(
        hz.survival(rates, times, cuts=CUTS), np.broadcast_to(np.exp(-0.08 * times), (2, 3, 5))
    )
    np.testing.assert_allclose(hz.median(rates, cuts=CUTS), np.log(2) / 0.08)
    np.testing.assert_allclose(hz.rmst(rates, 24.0, cuts=CUTS), (1 - np.exp(-0.08 * 24)) / 0.08)


def test_one_interval_needs_no_cuts():
    assert hz.survival([0.1], 5.0, cuts=()) == pytest.approx(np.exp(-0.5))
    assert hz.rmst([0.0], 7.0, cuts=()) == pytest.approx(7.0)


@pytest.mark.parametrize("horizon", [0.5, 3.0, 7.7, 12.0, 24.0, 60.0])
def test_rmst_is_the_area_under_the_curve(horizon):
    corners = [cut for cut in CUTS if cut < horizon] or None
    area, _ = quad(
        lambda t: float(hz.survival(RATES, t, cuts=CUTS)), 0, horizon, points=corners, epsabs=1e-12
    )
    assert hz.rmst(RATES, horizon, cuts=CUTS) == pytest.approx(area, rel=1e-10)


def test_rmst_keeps_its_digits_at_tiny_hazards():
    assert hz.rmst(np.full(6, 1e-13), 24.0, cuts=CUTS) == pytest.approx(24 - 1e-13 * 288, rel=1e-15)


def test_cumulative_hazard_is_the_integral_of_the_hazard():
    def step(t):
        return RATES[int(np.searchsorted(CUTS, t, side="left"))]

    for months in (1.0, 3.0, 10.0, 30.0):
        inner = [cut for cut in CUTS if cut < months] or None
        area, _ = quad(step, 0, months, points=inner)
        assert hz.cumulative_hazard(RATES, months, cuts=CUTS) == pytest.approx(area)


def test_a_fine_grid_gives_what_few_intervals_give():
    """Intervals cut into 20 parts each are looked up instead of summed; cut points included."""
    fine = np.concatenate(
        [np.linspace(a, b, 21)[1:] for a, b in zip((0, *CUTS), CUTS, strict=False)]
    )
    rates = np.stack([np.repeat(part, [20] * len(CUTS) + [1]) for part in (RATES, RATES[::-1])])
    assert rates.shape[-1] > hz.FEW
    times = np.concatenate([[0.0, 1e-9, 60.0], CUTS, np.linspace(0.1, 40.0, 57)])
    expected = hz.cumulative_hazard(np.stack([RATES, RATES[::-1]]), times, cuts=CUTS)
    found = hz.cumulative_hazard(rates, times, cuts=fine)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)
    single = hz.cumulative_hazard(rates, 7.5, cuts=fine)
    np.testing.assert_allclose(single, hz.cumulative_hazard(rates, [7.5], cuts=fine)[:, 0])
    with pytest.raises(ValueError, match="finite months of at least 0"):
        hz.cumulative_hazard(rates, [-1.0], cuts=fine)


def test_median_is_infinite_when_the_last_hazard_is_zero():
    draws = np.array([[0.01, 0.0], [0.5, 0.0], [0.01, 0.2]])
    medians = hz.median(draws, cuts=(3.0,))
    assert np.isinf(medians[0])
    assert medians[1] == pytest.approx(np.log(2) / 0.5)
    assert medians[2] == pytest.approx(3 + (np.log(2) - 0.03) / 0.2)


def test_event_times_by_inversion_broadcast_over_patients():
    targets = np.array([0.1, 0.5, 2.0])
    rates = np.array([[0.1, 0.3], [0.2, 0.05], [0.0, 1.0]])
    times = hz.time_at_cumulative_hazard(rates, targets, cuts=(2.0,))
    np.testing.assert_allclose(times, [1.0, 4.0, 4.0])


positive = st.floats(1e-6, 5.0)


@given(
    cuts=st.lists(st.floats(0.1, 50), min_size=0, max_size=6, unique=True).map(sorted),
    data=st.data(),
    share=st.floats(0.0, 0.999),
)
def test_quantile_inverts_survival(cuts, data, share):
    rates = np.array(data.draw(st.lists(positive, min_size=len(cuts) + 1, max_size=len(cuts) + 1)))
    months = hz.quantile(rates, share, cuts=cuts)
    assert hz.survival(rates, float(months), cuts=cuts) == pytest.approx(1 - share, rel=1e-9)


def test_unusable_arguments_are_named():
    with pytest.raises(ValueError, match=r"`cuts` must be positive.*\[3.0, 3.0\]"):
        hz.survival(RATES, 1.0, cuts=(3.0, 3.0))
    with pytest.raises(ValueError, match=r"`hazard` needs one value per interval.*\(6,\).*2"):
        hz.survival(RATES, 1.0, cuts=(3.0,))
    with pytest.raises(ValueError, match=r"`times` must be finite months.*-1"):
        hz.survival(RATES, [2.0, -1.0], cuts=CUTS)
    with pytest.raises(ValueError, match=r"`horizon` must be positive.*inf"):
        hz.rmst(RATES, np.inf, cuts=CUTS)
    with pytest.raises(ValueError, match=r"`probability` must be.*1.0"):
        hz.quantile(RATES, 1.0, cuts=CUTS)
