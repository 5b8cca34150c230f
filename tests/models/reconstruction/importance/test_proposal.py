import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import gamma, norm

from models.reconstruction.importance.proposal import Prior, proposal_from_tables, tabulate

EVENTS = np.array([[[4.0, 7, 3], [2, 5, 4]], [[3.0, 8, 2], [3, 3, 1]], [[5.0, 6, 4], [1, 6, 3]]])
EXPOSURE = EVENTS * 12 + 20


@pytest.fixture(params=[0.0, 0.5], ids=["on control", "between the arms"])
def prior(request):
    return Prior(shape=1.5, rate=20.0, symmetric=request.param, log_hr_mean=-0.1, log_hr_sd=0.9)


@pytest.fixture
def proposal(prior):
    return proposal_from_tables(EVENTS, EXPOSURE, prior=prior, log_weight=np.log([1.0, 1.2, 0.8]))


def gamma_rate(prior, log_hr, exposure):
    s = prior.symmetric
    return prior.rate + np.exp(-s * log_hr) * exposure[0] + np.exp((1 - s) * log_hr) * exposure[1]


def test_prior_density(prior):
    hazard = np.array([0.02, 0.07, 0.1])
    expected = norm(-0.1, 0.9).logpdf(0.4) + gamma(1.5, scale=1 / 20).logpdf(hazard).sum()
    found = prior.log_density(np.array([0.4]), hazard[np.newaxis])
    assert found == pytest.approx([expected], rel=1e-12)


def test_density_is_the_mixture_of_normal_and_gamma(prior, proposal):
    log_hr, hazard = -0.7, np.array([0.05, 0.09, 0.02])
    total = 0.0
    for j in range(proposal.mean.size):
        rate = gamma_rate(prior, log_hr, proposal.exposure[j])
        density = norm(proposal.mean[j], proposal.sd[j]).pdf(log_hr)
        density *= gamma(proposal.shape[j], scale=1 / rate).pdf(hazard).prod()
        total += np.exp(proposal.log_share[j]) * density
    found = proposal.log_density(np.array([log_hr]), hazard[np.newaxis])
    assert found == pytest.approx([np.log(total)], rel=1e-10)
    assert np.exp(proposal.log_share).sum() == pytest.approx(1.0)


def test_draws_follow_the_density(prior, proposal):
    # The mean of prior over proposal is 1: 20,000 draws, tolerance 4 standard errors.
    log_hr, hazard = proposal.draw(20_000, rng=np.random.default_rng(7))
    narrow = Prior(
        shape=12.0, rate=150.0, symmetric=prior.symmetric, log_hr_mean=-0.4, log_hr_sd=0.2
    )
    ratio = np.exp(narrow.log_density(log_hr, hazard) - proposal.log_density(log_hr, hazard))
    error = ratio.std() / ratio.size**0.5
    assert error < 0.03
    assert abs(ratio.mean() - 1.0) < 4 * error


def test_components_sit_at_the_collapsed_mode(prior, proposal):
    s = prior.symmetric

    def negative(log_hr):
        density = norm(prior.log_hr_mean, prior.log_hr_sd).logpdf(log_hr)
        density += log_hr * ((1 - s) * EVENTS[1, 1].sum() - s * EVENTS[1, 0].sum())
        shape = prior.shape + EVENTS[1].sum(axis=0)
        return -density + (shape * np.log(gamma_rate(prior, log_hr, EXPOSURE[1]))).sum()

    mode = minimize_scalar(negative, bounds=(-3, 3), method="bounded", options={"xatol": 1e-9}).x
    assert proposal.mean[1] == pytest.approx(mode, abs=1e-6)
    step = 1e-3
    curvature = (negative(mode - step) - 2 * negative(mode) + negative(mode + step)) / step**2
    assert proposal.sd[1] == pytest.approx(curvature**-0.5, rel=1e-4)


def test_table_of_patients():
    time = np.array([[2.0, 6.0, 10.0, 7.0]])
    event = np.array([[True, True, False, True]])
    events, exposure = tabulate(time, event, n_control=2, cuts=np.array([6.0]))
    assert events.tolist() == [[[2, 0], [0, 1]]]
    assert exposure.tolist() == [[[8, 0], [12, 5]]]
