"""Assurance as a whole: against a closed form, repeats, and other numbers of workers."""

import numpy as np
import pytest

from models.priors.normal_mixture import NormalMixture
from simulate.assurance.assurance import find_assurance
from simulate.assurance.by_size import assurance_by_size
from simulate.assurance.closed_form import normal_assurance
from simulate.assurance.of_design import assurance_over_sizes
from simulate.assurance.prior_row import weighted_quantile, worth_fewer
from simulate.assurance.priors import another_prior

PRIORS = {"sceptical": NormalMixture.normal(0.0, 0.2), "thin": NormalMixture.normal(2.0, 0.05)}


def exchanges(_numbers, log_hr):
    old = NormalMixture.normal(0.0, 1.0)
    return [
        another_prior(name, "", log_hr=log_hr, old=old, new=new) for name, new in PRIORS.items()
    ]


@pytest.fixture(scope="module")
def found(small, proportional):
    log_hr = np.random.default_rng(1).normal(-0.35, 0.3, 3000)
    return find_assurance(
        small(), proportional(log_hr, chains=4), trials=6000, seed=3, exchanges=exchanges
    )


def test_assurance_is_that_of_the_closed_form(small, proportional):
    """16,000 trials, one of the errors about 0.4 points; 100 events, z nearly normal."""
    for mean, sd in ((-0.35, 0.3), (-0.1, 0.2)):
        log_hr = np.random.default_rng(2).normal(mean, sd, 8000)
        row = find_assurance(small(), proportional(log_hr), trials=16_000, seed=4).rows[0]
        expected = normal_assurance(mean=mean, sd=sd, events=100, alpha=0.025)
        value, error = row.assurance.value, row.assurance.mcse
        assert abs(value - expected) < 4 * error, (value, expected, error)
        assert error < 0.006


def test_closed_form_limits():
    power = normal_assurance(mean=np.log(0.7), sd=0.0, events=247, alpha=0.025)
    assert power == pytest.approx(0.80, abs=0.005)
    assert normal_assurance(mean=-0.3, sd=1e6, events=100, alpha=0.025) == pytest.approx(0.5)
    assert normal_assurance(mean=0.0, sd=0.0, events=100, alpha=0.025) == pytest.approx(0.025)


def test_power_at_the_posterior_mean_is_larger_than_assurance(found):
    mean, median = found.fixed
    assert mean.hazard_ratio == pytest.approx(np.exp(-0.35), rel=0.02)
    assert mean.power == pytest.approx(median.power, abs=0.02)
    assert found.rows[0].assurance.value < 0.5 < mean.power + 0.15


def test_power_of_draws_has_the_spread_that_pairs_of_trials_show(found):
    pairs = np.sqrt(found.rows[0].assurance.between)
    assert found.power.std() == pytest.approx(pairs, abs=0.02), (found.power.std(), pairs)
    assert found.power.mean() == pytest.approx(found.rows[0].assurance.value, abs=0.01)


def test_priors_side_by_side(found):
    raw, sceptical, thin = found.rows
    assert sceptical.assurance.value < raw.assurance.value
    assert sceptical.says.benefit.value < raw.says.benefit.value
    assert raw.hr_lower < raw.hr_mean < raw.hr_upper
    assert thin.assurance is None
    assert thin.draws.refusal.startswith("thin: the draws are worth")


def test_the_same_to_the_bit_for_any_workers(small, proportional, found):
    log_hr = np.random.default_rng(1).normal(-0.35, 0.3, 3000)
    again = find_assurance(
        small(),
        proportional(log_hr, chains=4),
        trials=6000,
        seed=3,
        exchanges=exchanges,
        workers=1,
    )
    np.testing.assert_array_equal(again.simulated.success, found.simulated.success)
    assert again.rows[1].assurance == found.rows[1].assurance
    assert again.fixed == found.fixed
    assert again.split == found.split


def test_error_is_that_of_repeats(small, proportional):
    """100 repeats with new draws and seeds, 60 draws of 3 trials each."""
    rng = np.random.default_rng(5)
    rows = []
    for seed in range(100):
        posterior = proportional(rng.normal(-0.4, 0.3, 60))
        rows.append(find_assurance(small(), posterior, draws=60, trials=180, seed=seed).rows[0])
    values = np.array([row.assurance.value for row in rows])
    spread = values.var(ddof=1)
    mean = np.mean([row.assurance.mcse**2 for row in rows])
    error = spread * np.sqrt(2 / len(rows))
    assert abs(mean - spread) < 4 * error, (mean, spread, error)
    benefit = np.array([row.says.benefit_given_success for row in rows])
    spread, mean = benefit[:, 0].var(ddof=1), np.mean(benefit[:, 1] ** 2)
    assert abs(mean - spread) < 4 * spread * np.sqrt(2 / len(rows)), (mean, spread)


def test_hazards_that_change_are_averaged_over_too(small, time_varying):
    posterior = time_varying(400)
    found = find_assurance(small(), posterior, draws=400, trials=1600, seed=7)
    raw = found.rows[0].assurance
    assert 0.02 < raw.value < 0.6
    assert found.power.mean() == pytest.approx(raw.value, abs=0.02)
    assert found.log_hr.std() > 0.1


def test_draws_of_slow_chains_are_worth_fewer():
    """An autoregressive chain of 0.9: (1 + 0.9) / (1 − 0.9) = 19 draws make one."""
    rng = np.random.default_rng(6)
    noise = rng.normal(size=(4, 20_000))
    chain = np.zeros_like(noise)
    for step in range(1, noise.shape[1]):
        chain[:, step] = 0.9 * chain[:, step - 1] + noise[:, step]
    numbers = np.arange(chain.size)
    found = worth_fewer(chain.reshape(-1), numbers, chains=4, size=chain.size)
    assert found == pytest.approx(19.0, rel=0.15), found
    apart = worth_fewer(chain.reshape(-1)[::100], numbers[::100], chains=4, size=chain.size)
    assert apart < 1.3, apart


def test_weighted_quantiles():
    values = np.array([3.0, 1.0, 2.0])
    weights = np.array([0.2, 0.5, 0.3])
    np.testing.assert_array_equal(
        weighted_quantile(values, (0.4, 0.6, 0.9), weights=weights), [1.0, 2.0, 3.0]
    )


def test_assurance_grows_slower_than_power(small, proportional):
    log_hr = np.random.default_rng(1).normal(-0.35, 0.3, 1000)
    found = assurance_by_size(
        small(), proportional(log_hr), [60, 120, 480], draws=500, trials=2000, seed=3
    )
    assert [one.patients for one in found] == [60, 120, 480]
    values = [one.assurance.value for one in found]
    assert values == sorted(values)
    assert found[2].power > 0.85 > found[2].assurance.value


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"benefit": 1.2}, "--benefit is 1.2; it is a hazard ratio"),
        ({"draws": 5000}, "--draws is 5,000 and the posterior has 50"),
        ({"target": "pfs"}, "--for is 'pfs'"),
    ],
)
def test_bad_input_gets_one_sentence(small, proportional, options, message):
    with pytest.raises(ValueError, match=message):
        find_assurance(small(), proportional(np.zeros(50)), seed=1, **options)


def test_sizes_in_a_table_are_those_of_the_search(small, proportional):
    posterior = proportional(np.random.default_rng(1).normal(-0.35, 0.3, 200))
    asked = {"draws": 100, "trials": 400, "seed": 3}
    plain = assurance_by_size(small(), posterior, [60, 120], **asked)
    table = assurance_over_sizes(small(), posterior, [60, 120], **asked)
    assert table.index.tolist() == [60, 120]
    assert table["assurance"].tolist() == [one.assurance.value for one in plain]
    assert table["assurance_mcse"].tolist() == [one.assurance.mcse for one in plain]
    assert table["power"].tolist() == [one.power for one in plain]
