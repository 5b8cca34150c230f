"""Agreement: quantiles with their errors, differences within bands, sets beyond three errors."""

import numpy as np
import pytest

from models.exact_posterior import exact_posterior, pooled_quantile
from models.plots.agreement import plot_agreement
from models.plots.quantile_agreement import (
    quantile_agreement,
    quantiles_of_draws,
    quantiles_of_sets,
)
from models.settings import GammaBaseline, NormalPrior
from models.survival import exposure_table


def exact(made_up, sets=20):
    table = exposure_table(made_up.patients(sets), cuts=made_up.cuts)
    return exact_posterior(
        table["events"].values,
        table["exposure"].values,
        baseline=GammaBaseline(shape=1.0, rate=16.667),
        placement="symmetric",
        log_hr=NormalPrior(),
    )


def test_errors_of_independent_normal_draws_are_the_known_ones():
    draws = np.random.default_rng(7).normal(size=(4, 5000))
    found = quantiles_of_draws(draws, probabilities=(0.1, 0.5, 0.9))
    height = np.array([0.17550, 0.39894, 0.17550])
    known = np.sqrt([0.09, 0.25, 0.09]) / height / np.sqrt(20_000)
    # The quantile within 4 of its errors; the error itself is known to about a sixth.
    assert np.abs(found.log_hr - [-1.28155, 0, 1.28155]).max() < 4 * known.max()
    np.testing.assert_allclose(found.mcse, known, rtol=0.6)


def test_quantiles_of_sets_are_the_pooled_ones_with_errors_that_shrink(made_up):
    few, many = exact(made_up, 10), exact(made_up, 40)
    shares = (0.1, 0.5, 0.9)
    found = quantiles_of_sets(few, probabilities=shares)
    np.testing.assert_array_equal(found.log_hr, pooled_quantile(few, shares))
    assert (found.mcse > 0).all()
    assert quantiles_of_sets(many, probabilities=shares).mcse.mean() < found.mcse.mean()


def test_the_table_holds_both_and_the_error_of_their_difference(made_up):
    posterior = exact(made_up)
    sampler = quantiles_of_draws(np.random.default_rng(8).normal(-0.5, 0.3, (4, 500)))
    other = quantiles_of_sets(posterior)
    table = quantile_agreement(sampler, {"exact": other, "again": other})
    assert table["source"].unique().tolist() == ["exact", "again"]
    first = table[table["source"] == "exact"]
    np.testing.assert_array_equal(first["sampler"], sampler.log_hr)
    np.testing.assert_array_equal(first["other"], other.log_hr)
    np.testing.assert_allclose(first["mcse"] ** 2, sampler.mcse**2 + other.mcse**2)


def test_other_probabilities_are_refused():
    draws = np.random.default_rng(9).normal(size=(2, 50))
    sampler = quantiles_of_draws(draws, probabilities=(0.5,))
    with pytest.raises(ValueError, match="`others` has other probabilities for 'PyMC'"):
        quantile_agreement(sampler, {"PyMC": quantiles_of_draws(draws, probabilities=(0.4,))})


def draw(table, scores, made_up):
    return plot_agreement(table, scores, endpoint_label=made_up.endpoint)


def test_differences_equal_the_table_and_bands_are_95_percent(made_up):
    axes = draw(made_up.agreement(), [0.0], made_up)
    lines = made_up.lines(axes.differences)
    np.testing.assert_allclose(lines["difference-PyMC"].get_ydata(), 0.002)
    corners = axes.differences.collections[0].get_paths()[0].vertices[:, 1]
    assert (corners.min(), corners.max()) == pytest.approx((-0.01959964, 0.01959964))
    assert "95% pointwise Monte Carlo bands" in axes.differences.get_title(loc="left")
    points = axes.quantiles.collections[0].get_offsets()
    np.testing.assert_allclose(points[:, 1] - points[:, 0], 0.002)


def test_sets_beyond_three_errors_are_marked_and_counted(made_up):
    axes = draw(made_up.agreement(), [0.3, -1.2, 3.4, -5.0], made_up)
    lines = made_up.lines(axes.sets)
    assert lines["sets-outside"].get_offsets().tolist() == [[3, 3.4], [4, -5]]
    assert lines["sets-inside"].get_offsets().tolist() == [[1, 0.3], [2, -1.2]]
    assert "2 of 4 sets beyond ±3" in axes.sets.get_title(loc="left")
    low, high = axes.sets.get_ylim()
    assert low < -5
    assert high > 5


def test_unusable_agreement_is_refused(made_up):
    table = made_up.agreement()
    with pytest.raises(ValueError, match="`quantiles` lacks the column 'mcse'"):
        draw(table.drop(columns="mcse"), [0.0], made_up)
    with pytest.raises(ValueError, match=r"`set_scores` needs finite values .* 1 are not finite"):
        draw(table, [0.0, np.nan], made_up)
    many = table.assign(source=np.arange(len(table)) % 4)
    with pytest.raises(ValueError, match="must have 1 to 3 sources, got 4"):
        draw(many, [0.0], made_up)
