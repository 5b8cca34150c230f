"""Small made-up inputs of every figure, and one call for each figure."""

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.audit import AuditCheck, AuditReport
from models.convergence import gate
from models.estimands import compute_estimands, summarise
from models.illness_death.estimands import illness_death_estimands
from models.illness_death.table import summarise_illness_death
from models.normal_posterior import PrintedHazardRatio, normal_posterior
from models.plots.agreement import plot_agreement
from models.plots.audit_overview import plot_audit
from models.plots.benefit_scatter import plot_benefits
from models.plots.convergence import plot_convergence
from models.plots.effect_bands import plot_effect_bands
from models.plots.effect_change import plot_effect_change
from models.plots.effect_evidence import plot_effect_evidence
from models.plots.estimand_forest import plot_estimands
from models.plots.hazard_ratio import plot_hazard_ratio
from models.plots.kaplan_meier import plot_kaplan_meier
from models.plots.occupancy_bands import plot_occupancy_bands
from models.plots.occupancy_quantiles import occupancy_quantiles
from models.plots.predictive_forest import plot_predictive
from models.plots.prior_curves import plot_prior_curves
from models.plots.prior_densities import plot_prior_densities
from models.plots.prior_posteriors import plot_prior_posteriors
from models.plots.sensitivity_forest import plot_sensitivity
from models.plots.survival_bands import plot_survival_bands
from models.plots.survival_quantiles import survival_quantiles
from models.plots.tipping_point import plot_tipping_point
from models.plots.transition_forest import plot_transitions
from models.plots.trial_forest import plot_trial_forest
from models.priors.normal_mixture import NormalMixture
from models.priors.prior_curves import PriorCurves, exponential_survival, prior_survival
from models.priors.tipping_point import TippingPoint, find_tipping_point
from models.priors.trial_posterior import learn_from_estimate
from models.settings import NormalPrior
from models.time_varying.summaries import ratio_bands

CUTS = (6.0, 12.0)
MEDIANS = {"control": "10.93", "rt": 15.37}
LABELS = {"control": "Standard care", "rt": "Radiotherapy"}
PRINTED = PrintedHazardRatio(1.99, 1.16, 3.41)
PFS = "Progression-free survival"


def patients(sets: int = 3, *, scale: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    arm = np.tile(np.repeat(["control", "rt"], [38, 37]), sets)
    death = rng.exponential(np.where(arm == "rt", 22.0, 14.0)) * scale
    end = rng.uniform(7.4, 35.93, size=arm.size)
    return pd.DataFrame(
        {
            "imputation": np.repeat(np.arange(sets), 75),
            "patient": np.tile(np.arange(75), sets),
            "time": np.minimum(death, end),
            "event": death <= end,
            "arm": pd.Categorical(arm, ["control", "rt"], ordered=True),
        }
    )


def draws(*, hr: float = 0.55) -> xr.Dataset:
    rng = np.random.default_rng(2)
    log_hr = rng.normal(np.log(hr), 0.28, (2, 100))
    base = np.array([0.04, 0.07, 0.09]) * np.exp(rng.normal(0, 0.2, (2, 100, 3)))
    effect = np.exp(np.stack([-log_hr / 2, log_hr / 2], axis=-1))
    hazard = np.einsum("cdk,cda->cdak", base, effect)
    return xr.Dataset(
        {
            "log_hr": (("chain", "draw"), log_hr),
            "hazard": (("chain", "draw", "arm", "interval"), hazard),
        },
        coords={"arm": ["control", "rt"], "interval_start": ("interval", [0.0, *CUTS])},
    )


@cache
def quantiles() -> xr.Dataset:
    return survival_quantiles(draws()["hazard"], np.linspace(0, 36, 13), cuts=CUTS)


@cache
def table(*, hr: float = 0.55, ci_prob: float = 0.95) -> pd.DataFrame:
    return summarise(compute_estimands(draws(hr=hr)), ci_prob=ci_prob)


@cache
def sensitivity() -> pd.DataFrame:
    parts = {"default": 0.55, "reference": 0.6, "flat prior": 0.5}
    frames = [table(hr=hr).assign(analysis=name) for name, hr in parts.items()]
    return pd.concat(frames, ignore_index=True)


def hazard_ratio_inputs() -> dict[str, Any]:
    prior = NormalPrior(mean=0.0, sd=1.0)
    return {
        "prior": prior,
        "level_0": normal_posterior(PRINTED, direction="control_vs_rt", log_hr=prior),
        "level_0_flat": normal_posterior(PRINTED, direction="control_vs_rt", log_hr=None),
        "printed": PRINTED,
        "direction": "control_vs_rt",
        "endpoint_label": PFS,
    }


def report(*verdicts: str) -> AuditReport:
    checks = tuple(
        AuditCheck(
            section="Counts" if place % 2 else "Times",
            name=f"check {place}",
            verdict=verdict,
            arithmetic="1 + 1 = 2",
            place="Table 1",
            assumption="a model" if verdict.endswith("tension") else None,
        )
        for place, verdict in enumerate(verdicts)
    )
    return AuditReport(trial="Invented 2020", checks=checks)


def agreement() -> pd.DataFrame:
    value = np.linspace(-1.2, 0.1, 19)
    frame = pd.DataFrame(
        {"probability": np.linspace(0.05, 0.95, 19), "sampler": value, "mcse": 0.01}
    )
    parts = [frame.assign(source=name, other=value + 0.002) for name in ("exact", "PyMC")]
    return pd.concat(parts, ignore_index=True)


@cache
def chains() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    slow = np.cumsum(rng.normal(size=(4, 300)), axis=1)
    return {"log HR": rng.normal(size=(4, 300)), "events": slow, "fixed": np.ones((4, 300))}


@cache
def progression_and_death() -> xr.DataTree:
    path = Path(__file__).parents[1] / "illness_death" / "posteriors.py"
    spec = importlib.util.spec_from_file_location("posteriors_to_draw", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tree: xr.DataTree = module.made_up()
    return tree


@cache
def both_endpoints() -> xr.Dataset:
    return illness_death_estimands(progression_and_death())


@cache
def shares() -> xr.Dataset:
    return occupancy_quantiles(progression_and_death(), np.linspace(0, 36, 13))


def trials() -> pd.DataFrame:
    none = (np.nan, np.nan, np.nan)
    rows = [
        ("NRG", "trial", 0.93, 0.70, 1.23, 0.8, 0.6, 1.1),
        ("Peng", "trial", 0.52, 0.31, 0.88, 0.6, 0.4, 0.9),
        ("CREST", "sensitivity", 0.73, 0.61, 0.87, *none),
        ("Pooled mean", "pooled", 0.62, 0.41, 0.85, *none),
        ("Prediction", "predicted", 0.63, 0.26, 1.3, *none),
    ]
    ratio = ["median", "lower", "upper"]
    columns = ["name", "kind", *ratio, *(f"drawn_{name}" for name in ratio)]
    return pd.DataFrame(rows, columns=columns)


def predicted() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of trials drawn from prior and posterior, of one record."""
    printed = [
        ("pfs", "median_control", "months", 10.93),
        ("pfs", "hazard_ratio", "ratio, control vs rt", 1.99),
        ("pfs", "events_rt", "patients", 22.0),
        ("os", "median_rt", "months", 18.30),
        ("os", "ratio_of_medians", "ratio, rt over control", 1.33),
        ("os", "events_rt", "patients", 0.0),
    ]
    after = [
        (10.4, 5.9, 13.9, 0.78), (1.9, 0.99, 4.4, 0.88), (24.0, 17.0, 31.0, 0.041),
        (18.4, 13.6, np.inf, 0.98), (np.nan, np.nan, np.nan, np.nan), (9.0, 4.0, 15.0, 1.0),
    ]  # fmt: skip
    before = [
        (8.7, 0.33, np.inf, 0.82), (0.9, 0.12, 7.3, 0.49), (31.0, 6.0, 37.0, 0.59),
        (23.0, 3.0, np.inf, 0.75), (1.2, 0.27, np.inf, 0.87), (20.0, 1.0, 30.0, 1.0),
    ]  # fmt: skip
    columns = ["endpoint", "figure", "unit", "printed", "median", "lower", "upper", "p"]
    first, second = (
        pd.DataFrame(
            [(*one, *two) for one, two in zip(printed, drawn, strict=True)], columns=columns
        )
        for drawn in (before, after)
    )
    return first, second


def prior_rows() -> pd.DataFrame:
    rows = [
        ("vague", 1.0, 0.14, 7.1, 0.53, 0.31, 0.89, 0.992, True),
        ("far away", 3.0, 2.5, 3.5, 0.015, 0.01, 0.02, 1.0, False),
    ]
    ratio = ["median", "lower", "upper"]
    columns = ["prior", *(f"prior_{name}" for name in ratio), *ratio, "p_below_1", "trusted"]
    return pd.DataFrame(rows, columns=columns)


def priors() -> dict[str, NormalMixture]:
    return {"sceptical": NormalMixture.normal(0.0, 0.25), "vague": NormalMixture.normal(0.0, 1.0)}


def prior_survival_curves() -> dict[str, PriorCurves]:
    months = np.linspace(0, 36, 13)
    control = exponential_survival(10.93, months=months)
    return {
        name: prior_survival(prior, months=months, control=control)
        for name, prior in priors().items()
    }


@cache
def tipping_point() -> TippingPoint:
    flat = normal_posterior(PRINTED, direction="control_vs_rt", log_hr=None)
    return find_tipping_point(learn_from_estimate(flat), target_hr=0.69)


def changing(*, spread: float = 0.4) -> xr.Dataset:
    rng = np.random.default_rng(4)
    log_hr = rng.normal([0.1, -0.4, -0.8], spread, (2, 100, 3))
    return xr.Dataset(
        {"log_hr": (("chain", "draw", "interval"), log_hr)},
        coords={"interval_start": ("interval", [0.0, *CUTS])},
    )


def effect_bands(*, spread: float = 0.4) -> dict[str, xr.Dataset]:
    months = np.linspace(0.5, 36, 72)
    names = ("proportional hazards", "random walk", "delayed effect")
    return {name: ratio_bands(changing(spread=spread), months) for name in names}


def effect_evidence() -> pd.DataFrame:
    rows = [
        ("random walk", 0.2, 0.02, 0.2, True),
        ("delayed effect", 2.9, 0.3, 0.8, True),
        ("separate arms", -9.0, 2.0, 0.0, False),
    ]
    columns = ["model", "log_bayes_factor", "standard_error", "share", "trusted"]
    return pd.DataFrame(rows, columns=columns)


def effect_changes() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(5)
    return {
        name: (rng.exponential(0.6, 500), rng.exponential(0.3, 500))
        for name in ("random walk", "delayed effect")
    }


FIGURES: dict[str, Callable[[Axes | None], Any]] = {
    "kaplan_meier": lambda ax: plot_kaplan_meier(
        patients(), printed_medians=MEDIANS, endpoint_label=PFS, ax=ax
    ),
    "survival_bands": lambda ax: plot_survival_bands(
        quantiles(), printed_medians=MEDIANS, endpoint_label=PFS, ax=ax
    ),
    "hazard_ratio": lambda ax: plot_hazard_ratio(draws()["log_hr"], **hazard_ratio_inputs(), ax=ax),
    "estimands": lambda ax: plot_estimands(
        table(), inner=table(ci_prob=0.5), endpoint_label=PFS, ax=ax
    ),
    "audit": lambda ax: plot_audit(report("failed", "in_tension", "passed", "no_tension"), ax=ax),
    "sensitivity": lambda ax: plot_sensitivity(
        sensitivity(), default="default", endpoint_label=PFS, ax=ax
    ),
    "agreement": lambda ax: plot_agreement(
        agreement(), [0.3, -1.2, 3.4], endpoint_label=PFS, ax=ax
    ),
    "trial_forest": lambda ax: plot_trial_forest(trials(), endpoint_label=PFS, ax=ax),
    "prior_densities": lambda ax: plot_prior_densities(
        priors(), events={"sceptical": 64.0, "vague": 4.0}, endpoint_label=PFS, ax=ax
    ),
    "prior_posteriors": lambda ax: plot_prior_posteriors(prior_rows(), endpoint_label=PFS, ax=ax),
    "prior_curves": lambda ax: plot_prior_curves(
        prior_survival_curves(), endpoint_label=PFS, ax=ax
    ),
    "tipping_point": lambda ax: plot_tipping_point(tipping_point(), endpoint_label=PFS, ax=ax),
    "convergence": lambda ax: plot_convergence(chains(), gate(chains()), endpoint_label=PFS, ax=ax),
    "occupancy": lambda ax: plot_occupancy_bands(shares(), title="Invented 2020", ax=ax),
    "benefits": lambda ax: plot_benefits(both_endpoints(), title="Invented 2020", ax=ax),
    "transitions": lambda ax: plot_transitions(
        summarise_illness_death(both_endpoints()), title="Invented 2020", ax=ax
    ),
    "predictive": lambda ax: plot_predictive(
        *predicted(), title="Invented 2020", endpoint_labels={"pfs": "PFS", "os": "OS"}, ax=ax
    ),
    "effect_bands": lambda ax: plot_effect_bands(
        effect_bands(), effect_bands(spread=1.5), endpoint_label=PFS, ax=ax
    ),
    "effect_evidence": lambda ax: plot_effect_evidence(
        effect_evidence(), endpoint_label=PFS, ax=ax
    ),
    "effect_change": lambda ax: plot_effect_change(
        effect_changes(), endpoint_label=PFS, similar=1.25, ax=ax
    ),
}


def axes_of(found: Any) -> list[Axes]:
    if isinstance(found, Axes):
        return [found]
    parts = found.values() if isinstance(found, dict) else found
    return [part for part in parts if part is not None]


def words(ax: Axes) -> str:
    """All text of the axes' figure, whether in titles, labels, ticks, legends or notes."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return "\n".join(text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text")))


def lines(ax: Axes) -> dict[str, Any]:
    """Lines, bands and collections of axes by the name given to them."""
    named = [child for child in ax.get_children() if child.get_gid()]
    return {str(child.get_gid()): child for child in named}


@pytest.fixture
def made_up() -> SimpleNamespace:
    return SimpleNamespace(
        **{
            function.__name__: function
            for function in (
                trials, predicted, prior_rows, prior_survival_curves,
                patients, draws, quantiles, table, sensitivity, hazard_ratio_inputs, report,
                agreement, chains, progression_and_death, both_endpoints, shares, axes_of, words,
                lines, effect_bands, effect_evidence, effect_changes,
            )
        },
        cuts=CUTS, medians=MEDIANS, labels=LABELS, printed=PRINTED, endpoint=PFS,
    )  # fmt: skip


@pytest.fixture(params=FIGURES)
def draw(request: pytest.FixtureRequest) -> Callable[[Axes | None], Any]:
    """Draw one figure of the package, in given axes or in its own."""
    return FIGURES[request.param]
