"""The exact posterior of the log hazard ratio, and the simulator's Bayesian rule."""

import math

import numpy as np
from scipy import stats
from scipy.integrate import quad
from scipy.special import digamma, polygamma

from analyses.selftest.check import Check, Finding, Worst
from models.exact_posterior import exact_posterior
from models.placement import POSITIONS
from models.settings import GammaBaseline, NormalPrior
from simulate.effect.bayes import BayesModel, new_nodes, probability_below

EVENTS = np.array([[2, 5, 6, 4, 3, 3], [1, 4, 3, 2, 4, 0]])
EXPOSURE = np.array([[110.0, 92, 71, 50, 60, 20], [108.0, 99, 84, 66, 90, 41]])
SHAPE, RATE = 1.5, 10.0
PRIOR = stats.norm(-0.2, 0.7)
TABLES = 40


def _log_likelihood(beta: float, placement: str) -> float:
    """Events given exposure with gamma baselines integrated out, written out term by term."""
    low, high = {"control": (0.0, 1.0), "symmetric": (-0.5, 0.5)}[placement]
    total = low * beta * EVENTS[0].sum() + high * beta * EVENTS[1].sum()
    for k in range(EVENTS.shape[1]):
        together = EVENTS[:, k].sum()
        at_risk = math.exp(low * beta) * EXPOSURE[0, k] + math.exp(high * beta) * EXPOSURE[1, k]
        total += math.lgamma(SHAPE + together) - math.lgamma(SHAPE) + SHAPE * math.log(RATE)
        total -= (SHAPE + together) * math.log(RATE + at_risk)
    return float(total)


def _integral(
    placement: str, shift: float, *, power: int = 0, centre: float = 0.0, upper: float = 4.0
) -> float:
    """Integrate a moment of the unscaled density, adaptively."""

    def integrand(beta: float) -> float:
        density = math.exp(_log_likelihood(beta, placement) - shift) * float(PRIOR.pdf(beta))
        return float((beta - centre) ** power * density)

    found = quad(integrand, -5.0, upper, points=[-0.4], epsabs=0, epsrel=1e-11, limit=200)
    return float(found[0])


def compare_quadrature() -> Finding:
    """Evidence, mean, spread and probability against adaptive quadrature."""
    worst = Worst(1e-8, "difference")
    for placement in ("control", "symmetric"):
        exact = exact_posterior(
            EVENTS,
            EXPOSURE,
            baseline=GammaBaseline(shape=SHAPE, rate=RATE),
            placement=placement,
            log_hr=NormalPrior(mean=-0.2, sd=0.7),
        )
        shift = _log_likelihood(-0.4, placement)

        total = _integral(placement, shift)
        mean = _integral(placement, shift, power=1) / total
        square = _integral(placement, shift, power=2, centre=mean) / total
        below = _integral(placement, shift, upper=math.log(0.8)) / total
        for ours, theirs, what in (
            (exact.log_evidence, shift + math.log(total), "log evidence"),
            (exact.mean, mean, "mean"),
            (exact.sd, math.sqrt(square), "standard deviation"),
            (exact.probability_below(0.8), below, "P(HR < 0.8)"),
        ):
            worst.absolute(ours, theirs, f"{what}, {placement}")
    return worst.finding()


def compare_beta_prime() -> Finding:
    """One interval with a flat prior of log HR: the hazard ratio is beta prime."""
    worst = Worst(1e-9, "difference")
    exact = exact_posterior(
        [[12], [7]],
        [[150.0], [210.0]],
        baseline=GammaBaseline(shape=1.5, rate=16.667),
        placement="control",
        log_hr=None,
    )
    scale = (16.667 + 150.0) / 210.0
    truth = stats.betaprime(7, 13.5, scale=scale)
    worst.absolute(exact.mean, digamma(7) - digamma(13.5) + math.log(scale), "mean")
    worst.absolute(exact.sd, math.sqrt(polygamma(1, 7) + polygamma(1, 13.5)), "spread")
    shares = np.array([1e-6, 0.025, 0.5, 0.975, 1 - 1e-6])
    worst.absolute(exact.quantile(shares), np.log(truth.ppf(shares)), "quantiles")
    ratios = np.array([0.2, 0.8, 1.0, 1.5])
    worst.absolute(exact.cdf(np.log(ratios)), truth.cdf(ratios), "probabilities")
    return worst.finding()


def compare_rule() -> Finding:
    """P(HR below a threshold) of the simulator against the models' posterior, on random tables."""
    worst, work = Worst(1e-7, "difference in probability"), new_nodes()
    rng = np.random.default_rng(5)
    exposure = 10 ** rng.uniform(-1, 3, (TABLES, 1, 1)) * rng.uniform(0.1, 10, (TABLES, 2, 6))
    events = rng.poisson(exposure * 10 ** rng.uniform(-3, 0, (TABLES, 1, 6)))
    events[::4, 1] = 0
    cuts = np.cumsum(np.full(5, 3.0))
    for placement in ("control", "symmetric"):
        for sd in (0.1, 1.0, 10.0):
            parts = (np.array([part]) for part in (1.0, -0.2, sd))
            model = BayesModel(cuts, 0.5, 5.0, *POSITIONS[placement], *parts)
            own = exact_posterior(
                events,
                exposure,
                baseline=GammaBaseline(shape=0.5, rate=5.0),
                placement=placement,
                log_hr=NormalPrior(mean=-0.2, sd=sd),
            )
            thresholds = np.array([0.0, math.log(0.8)])
            found = [
                [probability_below(t, e.astype(float), x, model, work) for t in thresholds]
                for e, x in zip(events, exposure, strict=True)
            ]
            worst.absolute(found, own.cdf(thresholds), f"{placement}, prior sd {sd}")
    return worst.finding()


CHECKS = (
    Check(
        name="exact posterior against quadrature",
        requirement="posterior.exact",
        grade="independent implementation",
        claim="Evidence, mean, spread and P(HR < 0.8) are those of the written-out density.",
        source="scipy's adaptive quadrature in the check",
        subject="models.exact_posterior.exact_posterior",
        compare=compare_quadrature,
    ),
    Check(
        name="exact posterior in closed form",
        requirement="posterior.exact",
        grade="closed form",
        claim="With one interval and a flat prior the hazard ratio is beta prime.",
        source="moments and quantiles of the beta prime distribution",
        subject="models.exact_posterior.exact_posterior",
        compare=compare_beta_prime,
    ),
    Check(
        name="Bayesian rule of the simulator",
        requirement="simulate.bayes",
        grade="independent implementation",
        claim="P(HR < c) in the compiled engine is that of the models' exact posterior.",
        source="models.exact_posterior",
        subject="simulate.effect.bayes.probability_below",
        compare=compare_rule,
    ),
)
