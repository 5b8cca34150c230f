"""Evidence by quadrature: exact posterior, plain integration, finer rules, and limit cases."""

import math

import numpy as np
import pytest
from scipy.stats import gamma, norm

from models.exact_posterior import exact_posterior
from models.settings import GammaBaseline, HierarchicalGammaBaseline, NormalPrior
from models.survival.exposure import tabulate
from models.time_varying import effect_nodes as nodes_of
from models.time_varying.collapse import collapse, separate_log_evidence, standard_points
from models.time_varying.effect_nodes import effect_nodes, proportional_nodes
from models.time_varying.evidence import log_evidence
from models.time_varying.priors import (
    DelayedEffect,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)

GAMMA, SHARED = GammaBaseline(), HierarchicalGammaBaseline()
LOG_HR = NormalPrior()


def evidence(table, nodes, *, baseline=SHARED, placement="symmetric", points=None, window=24.0):
    return collapse(
        table.events,
        table.exposure,
        nodes=nodes,
        baseline=baseline,
        placement=placement,
        window=window,
        points=points,
    )


@pytest.mark.parametrize("baseline", [GAMMA, SHARED], ids=lambda b: b.kind)
@pytest.mark.parametrize("placement", ["symmetric", "control"])
def test_proportional_hazards_are_those_of_the_exact_posterior(made, baseline, placement):
    time, event, arm = made.patients()
    table = tabulate(time, event, arm, cuts=made.settings.cuts)
    nodes = proportional_nodes(made.settings.cuts, log_hr=LOG_HR)
    found = evidence(table, nodes, baseline=baseline, placement=placement)
    exact = exact_posterior(
        table.events, table.exposure, baseline=baseline, placement=placement, log_hr=LOG_HR
    )
    np.testing.assert_allclose(found.log_evidence, exact.log_evidence, atol=1e-6)
    np.testing.assert_allclose(found.average_mean, exact.mean, atol=1e-6)
    np.testing.assert_allclose(found.average_sd, exact.sd, atol=1e-6)


def plain_likelihood(log_hr, cells, hazard, time, event, arm):
    """Density of censored times, patient by patient, hazards constant in two-month cells."""
    total = 0.0
    for t, seen, a in zip(time, event, arm, strict=True):
        for start, stop, beta in zip(cells[:-1], cells[1:], log_hr, strict=True):
            rate = hazard * math.exp((a - 0.5) * beta)
            total -= rate * min(max(t - start, 0.0), stop - start)
            total += math.log(rate) if seen and start < t <= stop else 0.0
    return math.exp(total)


@pytest.mark.parametrize(
    "model", [DelayedEffect(months=(2.0, 5.0)), RandomWalkEffect(), SeparateArms()],
    ids=lambda m: m.kind,
)  # fmt: skip
def test_few_patients_integrated_plainly(model):
    """One interval of the baseline: density of times integrated over hazard and log HR."""
    time, event = np.array([1.0, 4.0, 7.0, 3.0, 9.0]), np.array([1, 1, 0, 1, 1])
    arm = np.array([0, 0, 0, 1, 1])
    baseline = GammaBaseline(shape=2.0, rate=20.0)
    cells = [0.0, 2.0, 5.0, math.inf]
    found = float(
        log_evidence(
            time[np.newaxis],
            event[np.newaxis],
            n_control=3,
            model=model,
            settings=_one_interval(baseline),
        )[0]
    )
    if isinstance(model, SeparateArms):
        whole = 1.0
        for a in (0, 1):
            rates = np.linspace(1e-6, 2.0, 20_001)
            density = gamma.pdf(rates, 2.0, scale=1 / 20.0)
            density *= rates ** event[arm == a].sum() * np.exp(-rates * time[arm == a].sum())
            whole *= float(np.trapezoid(density, rates))
    else:
        shapes = [(0, 0, 0)] if isinstance(model, RandomWalkEffect) else [(0, 1, 1), (0, 0, 1)]

        def at(hazard, beta):
            parts = [
                plain_likelihood(
                    beta * np.array(shape if any(shape) else (1, 1, 1)),
                    cells, hazard, time, event, arm,
                )
                for shape in shapes
            ]  # fmt: skip
            prior = gamma.pdf(hazard, 2.0, scale=1 / 20.0) * norm.pdf(beta)
            return float(np.mean(parts)) * prior

        nodes, weights = np.polynomial.legendre.leggauss(60)
        whole = sum(
            0.5 * w * 6.0 * v * at(0.5 * (1 + a), 6.0 * b)
            for a, w in zip(nodes, weights, strict=True)
            for b, v in zip(nodes, weights, strict=True)
        )
    assert found == pytest.approx(math.log(whole), abs=2e-4)


def _one_interval(baseline):
    from models.settings import AnalysisSettings

    return AnalysisSettings(name="one", cuts=(), baseline=baseline)


@pytest.mark.parametrize("model", [DelayedEffect(), WaningEffect()], ids=lambda m: m.kind)
def test_an_effect_that_does_not_change_in_effect_is_proportional(made, model):
    """A delay of a second, a half-life of a century: the evidence is that of proportional hazards.

    Given the node, a delay shifts the log evidence by at most events times log HR times delay
    over follow-up, here below 1e-5.
    """
    if isinstance(model, DelayedEffect):
        model = DelayedEffect(months=(1e-7,))
    else:
        model = WaningEffect(half_life=1e8, upper=2e8)
    nodes = effect_nodes(model, cuts=made.settings.cuts, log_hr=LOG_HR)
    time, event, arm = made.patients()
    table = tabulate(time, event, arm, cuts=nodes.cuts)
    plain = tabulate(time, event, arm, cuts=made.settings.cuts)
    other = proportional_nodes(made.settings.cuts, log_hr=LOG_HR)
    np.testing.assert_allclose(
        evidence(table, nodes).log_evidence, evidence(plain, other).log_evidence, atol=1e-4
    )


def test_a_walk_of_no_steps_is_proportional(made):
    model = RandomWalkEffect(ratio=1.0 + 1e-6)
    nodes = effect_nodes(model, cuts=made.settings.cuts, log_hr=LOG_HR)
    table = made.tables(model)
    other = proportional_nodes(made.settings.cuts, log_hr=LOG_HR)
    difference = evidence(table, nodes).log_evidence - evidence(table, other).log_evidence
    assert np.abs(difference).max() < 0.02, f"512 quasi-random points: off by {difference}"


def test_quasi_random_points_leave_an_error_that_does_not_matter(made):
    """Sets' weights are ratios: what differs between sets matters most, and is smaller still."""
    model = RandomWalkEffect()
    nodes = effect_nodes(model, cuts=made.settings.cuts, log_hr=LOG_HR)
    table = made.tables(model)
    size = nodes.mean.size + 1
    usual = evidence(table, nodes)
    fine = evidence(table, nodes, points=standard_points(size, points=16_384, seed=9))
    off = usual.log_evidence - fine.log_evidence
    assert np.abs(off).max() < 0.02, f"log evidence off by {off}"
    assert off.std() < 0.003, f"log weights off by {off.std():.5f} between sets"
    assert np.abs(usual.average_mean - fine.average_mean).max() < 0.05 * fine.average_sd.min()


@pytest.mark.parametrize("model", [RandomWalkEffect(), WaningEffect()], ids=lambda m: m.kind)
def test_more_nodes_change_nothing(made, monkeypatch, model):
    table = made.tables(model)
    few = effect_nodes(model, cuts=made.settings.cuts, log_hr=LOG_HR)
    monkeypatch.setattr(nodes_of, "SCALE_NODES", 32)
    monkeypatch.setattr(nodes_of, "HALF_LIFE_NODES", 32)
    many = effect_nodes(model, cuts=made.settings.cuts, log_hr=LOG_HR)
    np.testing.assert_allclose(
        evidence(table, few).log_evidence, evidence(table, many).log_evidence, atol=1e-4
    )


@pytest.mark.parametrize(
    "model", [RandomWalkEffect(), DelayedEffect(), WaningEffect()], ids=lambda m: m.kind
)
def test_trials_without_events_have_an_evidence(made, model):
    """All censored, no events in an arm, an arm that nobody is in."""
    time, event, arm = made.patients(3)
    event = event.copy()
    event[0] = False
    event[1, arm == 1] = False
    time[2, arm == 1] = 0.0
    event[2, arm == 1] = False
    nodes = effect_nodes(model, cuts=made.settings.cuts, log_hr=LOG_HR)
    found = evidence(tabulate(time, event, arm, cuts=nodes.cuts), nodes, placement="control")
    assert np.isfinite(found.log_evidence).all()
    assert abs(found.average_mean[2]) < 0.01, "without RT patients the prior mean of 0 stays"
    assert found.average_mean[1] < -0.5, "no events under RT speak for it"


def test_separate_arms_with_a_known_rate_are_products_of_gammas(made):
    time, event, arm = made.patients()
    table = tabulate(time, event, arm, cuts=made.settings.cuts)
    shared = separate_log_evidence(table.events, table.exposure, baseline=SHARED)
    rates = np.exp(np.linspace(-4, 7, 400))
    at = np.array(
        [
            separate_log_evidence(
                table.events, table.exposure, baseline=GammaBaseline(shape=1.0, rate=float(rate))
            )
            for rate in rates
        ]
    )
    density = gamma.pdf(rates, SHARED.rate_shape, scale=1 / SHARED.rate_rate)
    plain = np.log(np.trapezoid(np.exp(at - at.max()) * density[:, None], rates, axis=0))
    np.testing.assert_allclose(shared, plain + at.max(), atol=1e-3)


def test_the_answer_does_not_depend_on_threads(made):
    time, event, _ = made.patients(5)
    given = {"n_control": 38, "model": RandomWalkEffect(), "settings": made.settings}
    one = log_evidence(time, event, **given, threads=1)
    np.testing.assert_array_equal(one, log_evidence(time, event, **given, threads=2))


def test_other_cells_are_refused(made):
    table = made.tables(RandomWalkEffect())
    nodes = effect_nodes(DelayedEffect(), cuts=made.settings.cuts, log_hr=LOG_HR)
    with pytest.raises(ValueError, match="tabulate with the cuts of `nodes`"):
        evidence(table, nodes)
