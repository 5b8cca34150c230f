"""Small made-up inputs of every figure, and one call for each figure."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from scipy.special import ndtr

from simulate.design import TrialDesign, read_design
from simulate.plots.alpha_flow import plot_alpha_flow
from simulate.plots.assurance_by_prior import AssuranceBar, plot_assurance_by_prior
from simulate.plots.assurance_by_size import plot_assurance_by_size
from simulate.plots.both_endpoints import plot_both_endpoints
from simulate.plots.boundaries import plot_boundaries
from simulate.plots.calendar import plot_calendar
from simulate.plots.endpoints_at_look import EndpointAtLook
from simulate.plots.estimates import plot_estimates
from simulate.plots.family_wise_error import plot_family_wise_error
from simulate.plots.forecast import plot_forecast
from simulate.plots.judged_paths import judge_paths
from simulate.plots.kaplan_meier import plot_trial
from simulate.plots.occupancy import plot_occupancy
from simulate.plots.power import plot_power
from simulate.plots.power_by_test import plot_power_by_test
from simulate.plots.power_curves import plot_power_curves
from simulate.plots.power_distribution import plot_power_distribution
from simulate.plots.power_map import plot_power_map
from simulate.plots.size_curve import SizeCurve, plot_size_curve
from simulate.plots.smallest_size import plot_smallest_sizes, smallest_sizes
from simulate.plots.states import STATES
from simulate.plots.stopped_estimates import StoppedEstimates
from simulate.plots.stopping import plot_stopping
from simulate.plots.success_by_effect import plot_success_by_effect
from simulate.plots.swimmer import plot_swimmer
from simulate.plots.threshold import plot_threshold
from simulate.plots.timeline import plot_timeline
from simulate.plots.tornado import Swing, plot_tornado
from simulate.replay.patients import data_at
from simulate.threshold.at_level import Error, Threshold
from simulate.threshold.calibrate import AtPoint, Calibration
from simulate.threshold.nuisance import Nuisance

TITLE = "Invented trial"
EVENTS, EFFICACY, FUTILITY = [150, 225, 300], [2.96, 2.36, 2.01], [0.0, 0.79, 2.01]
LIMITS = np.log([0.7, 0.72, 0.75])


def paths(trials: int = 40) -> np.ndarray:
    steps = np.random.default_rng(1).normal([1.4, 0.5, 0.3], [1.0, 0.6, 0.5], (trials, 3))
    return np.cumsum(steps, axis=1)


def bounds(**changes: Any) -> dict[str, Any]:
    return {"events": EVENTS, "efficacy_z": EFFICACY, "futility_z": FUTILITY} | changes


def draw_bounds(ax: Axes | None = None, **changes: Any) -> Axes:
    given = bounds(**changes)
    return plot_boundaries(given.pop("events"), **{"title": TITLE, **given}, ax=ax)


def estimates(trials: int = 300) -> StoppedEstimates:
    found = judge_paths(paths(trials), efficacy_z=EFFICACY, futility_z=FUTILITY)
    z = paths(trials)[np.arange(trials), found.stop]
    log_hr = -2 * z / np.sqrt(np.array(EVENTS)[found.stop])
    return StoppedEstimates(log_hr=log_hr, stop=found.stop, outcome=found.outcome)


def course(looks: int = 3) -> xr.Dataset:
    month = np.linspace(0, 72, 37)
    patients = np.minimum(8 * month, 400)
    events = np.stack([0.55, 0.45])[:, np.newaxis] * 0.8 * patients * (1 - np.exp(-month / 20))
    middle = np.linspace(30, 62, looks)
    spread = np.array([0.95, 1.0, 1.05])[:, np.newaxis]
    return xr.Dataset(
        {
            "patients": ("month", patients),
            "events": (("arm", "month"), events),
            "patients_quantile": (("quantile", "month"), spread * patients),
            "events_quantile": (("quantile", "month"), spread * events.sum(axis=0)),
            "look_month": (("quantile", "look"), spread * middle),
            "look_events": (("quantile", "look"), np.tile(np.linspace(150, 300, looks), (3, 1))),
        },
        coords={"month": month, "arm": ["control", "rt"], "quantile": [0.1, 0.5, 0.9],
                "look": np.arange(1, looks + 1)},
        attrs={"trials": 500},
    )  # fmt: skip


def table(truths: tuple[str, ...] = ("planning", "no effect"), looks: int = 3) -> xr.Dataset:
    tests, outcomes = ["log_rank", "cox_wald", "cox_score", "bayes"], ["failure", "success",
                                                                      "futility"]  # fmt: skip
    rng = np.random.default_rng(2)
    stop = rng.uniform(size=(len(truths), len(tests), len(outcomes), looks))
    stop /= stop.sum(axis=(2, 3), keepdims=True)
    mean = np.array([55.0, 380.0, 240.0, 5000.0]) * np.ones((len(truths), len(tests), 1))
    spread = mean[..., np.newaxis] * np.array([0.9, 1.0, 1.1])
    success = stop[:, :, 1].sum(axis=-1)
    return xr.Dataset(
        {
            "success": (("truth", "test"), success),
            "success_mcse": (("truth", "test"), np.sqrt(success * (1 - success) / 1000)),
            "stop": (("truth", "test", "outcome", "look"), stop),
            "at_stop_mean": (("truth", "test", "measure"), mean),
            "at_stop_quantile": (("truth", "test", "measure", "quantile"), spread),
        },
        coords={"truth": list(truths), "test": tests, "outcome": outcomes,
                "look": np.arange(1, looks + 1), "quantile": [0.1, 0.5, 0.9],
                "measure": ["month", "patients", "events", "person_months"]},
    )  # fmt: skip


def patients(count: int = 40) -> pd.DataFrame:
    """Patients of one trial, followed to their end."""
    rng = np.random.default_rng(4)
    entry = np.sort(rng.uniform(0.5, 24.0, count))
    months = rng.exponential(9.0, count)
    return pd.DataFrame(
        {
            "patient": np.arange(count),
            "arm": pd.Categorical(
                np.tile(["control", "rt"], count // 2), ["control", "rt"], ordered=True
            ),
            "stratum": 0,
            "entry": entry,
            "end": entry + months,
            "follow_up": months,
            "ended_by": np.where(rng.uniform(size=count) < 0.8, "event", "drop-out"),
        }
    )


def data() -> pd.DataFrame:
    """What a look at month 30 sees of them."""
    return data_at(patients(), 30.0)


def both() -> list[EndpointAtLook]:
    """Both endpoints of them: some progress halfway to their end."""
    later = patients()
    early = later.assign(ended_by=np.where(later.index % 3 > 0, "event", later["ended_by"]))
    early["follow_up"] = np.where(early.index % 3 > 0, 0.5, 1.0) * later["follow_up"]
    early["end"] = early["entry"] + early["follow_up"]
    return [
        EndpointAtLook(name=name, month=30.0, data=data_at(one, 30.0), log_hr=log_hr,
                       standard_error=0.35)
        for name, one, log_hr in (("pfs", early, -0.4), ("os", later, -0.2))
    ]  # fmt: skip


def courses(count: int = 40) -> pd.DataFrame:
    """Progression, death and drop-out of the same patients."""
    one = patients(count)
    seen = one["entry"] + np.where(one.index % 3 > 0, 0.5 * one["follow_up"], np.inf)
    return pd.DataFrame(
        {
            "patient": one["patient"],
            "arm": one["arm"],
            "entry": one["entry"],
            "progression": seen,
            "death": one["end"].where(one["ended_by"] == "event", np.inf),
            "drop_out": one["end"].where(one["ended_by"] == "drop-out", np.inf),
        }
    )


def shares(*, scans: bool = True) -> xr.DataArray:
    """States that patients leave at constant rates."""
    month = np.linspace(0.0, 48.0, 97)
    pfs = np.exp(-np.outer([0.07, 0.05], month))
    survival = np.exp(-np.outer([0.05, 0.04], month))
    unseen = 0.1 * pfs * (month % 2 > 0) * scans
    return xr.DataArray(
        np.stack([pfs - unseen, unseen, survival - pfs, 1 - survival]),
        dims=("state", "arm", "month"),
        coords={"state": list(STATES), "arm": ["control", "rt"], "month": month},
        attrs={"design": "invented", "truth": "planning", "scans": scans},
    )


PROPORTIONAL = {"kind": "proportional", "hr": 0.7}
STATES_TRUTH = {
    "kind": "illness_death",
    "name": "states",
    "progression": {"control": {"rates": [0.06]}, "effect": PROPORTIONAL},
    "death_without_progression": {"control": {"rates": [0.01]}, "effect": PROPORTIONAL},
    "death_after_progression": {
        "control": {"rates": [0.1]},
        "effect": {"kind": "proportional", "hr": 1.0},
    },
    "drop_out": {"control": {"per_12_months": 0.1}},
}
ONE_ENDPOINT = {"name": "one", "control": {"rates": [0.06]}, "effect": PROPORTIONAL}
SCANS = {"schedule": [{"start": 0, "every": 2.0}], "window": 0.2}


def two_endpoints(**changes: Any) -> TrialDesign:
    """Design of 120 patients who progress and die."""
    given = {
        "name": "two endpoints",
        "patients": 120,
        "recruitment": {"kind": "even", "rates": [{"start": 0, "per_month": 8}]},
        "randomisation": {"kind": "blocks", "block_sizes": [4]},
        "scans": SCANS,
        "endpoints": [
            {"name": name, "efficacy": {"kind": "obrien_fleming"}} for name in ("pfs", "os")
        ],
        "multiplicity": {"kind": "hierarchical", "order": ["pfs", "os"]},
        "looks": [
            {"endpoint": "pfs", "events": 70},
            {"endpoint": "os", "events": 80, "analyse": ["os"]},
        ],
        "truths": [STATES_TRUTH],
    }
    return read_design(given | changes)


ERRORS = {
    "errors": [0.0239, 0.0251, 0.031],
    "mcse": [0.0005, 0.0005, 0.001],
    "alpha": 0.025,
    "null": [["OS"], ["PFS", "OS"], ["PFS"]],
}
CONFIGURATIONS = ["PFS effective", "neither", "OS effective, with a name too long for one line"]
SIZES = [200, 300, 400, 500, 600]
MEDIANS = ["10 months", "12 months", "16 months"]
SWINGS = [
    Swing(field=name, low=0.8 - apart, high=0.8 + apart, low_at="least", high_at="most",
          low_error=0.004, high_error=0.003)
    for name, apart in (("drop-out", 0.02), ("patients", 0.15), ("accrual", 0.0))
]  # fmt: skip


def powers() -> tuple[np.ndarray, np.ndarray]:
    """Power of three lines at five sizes, and its standard error."""
    share = ndtr(np.sqrt(SIZES) * np.array([[0.19], [0.155], [0.12]]) - 1.96)
    return share, np.sqrt(share * (1 - share) / 1000)


FORMS = {"Schoenfeld": [0.87, None], "group-sequential": [0.85, 0.025]}
LOG_HR = np.random.default_rng(2).normal(-0.4, 0.3, 400)
POWER = ndtr(-1.96 - 8 * LOG_HR)
BARS = [
    AssuranceBar("raw, evidence level 1", 0.62, 0.01, 4000.0),
    AssuranceBar("robust MAP prior, discounted, of trials of something else", 0.45, 0.02, 900.0),
    AssuranceBar("sceptical prior", float("nan"), float("nan"), 41.0),
]
EFFECTS: dict[str, Any] = {
    "hazard_ratio": [0.5, 0.7, 0.9],
    "success": [1.0, 0.6, 0.1],
    "mcse": [0.0, 0.02, 0.01],
    "benefit": 0.8,
    "label": "True hazard ratio of OS",
}
BY_SIZE: dict[str, Any] = {
    "assurance": [0.5, 0.6, 0.64],
    "assurance_mcse": [0.01, 0.01, 0.01],
    "power": [0.6, 0.8, 0.99],
    "power_mcse": [0.01, 0.01, 0.01],
    "ceiling": 0.9,
}

FIGURES: dict[str, Callable[[Axes | None], Any]] = {
    "boundaries": lambda ax: draw_bounds(
        ax,
        paths=paths(),
        judged=judge_paths(paths(), efficacy_z=EFFICACY, futility_z=FUTILITY),
    ),
    "forecast": lambda ax: plot_forecast(course(), title=TITLE, ax=ax),
    "estimates": lambda ax: plot_estimates(estimates(), cox_limit=LIMITS, title=TITLE, ax=ax),
    "timeline": lambda ax: plot_timeline(table(), test="log_rank", title=TITLE, ax=ax),
    "stopping": lambda ax: plot_stopping(table(), test="log_rank", title=TITLE, ax=ax),
    "kaplan_meier": lambda ax: plot_trial(data(), endpoint_label="Survival", title=TITLE, ax=ax),
    "calendar": lambda ax: plot_calendar(patients(), look_months=[12.0, 20.0], title=TITLE, ax=ax),
    "power": lambda ax: plot_power(table(), alpha=0.025, closed_forms=FORMS, title=TITLE, ax=ax),
    "power_by_test": lambda ax: plot_power_by_test(table(), alpha=0.025, title=TITLE, ax=ax),
    "family_wise_error": lambda ax: plot_family_wise_error(
        CONFIGURATIONS, **ERRORS, title=TITLE, ax=ax
    ),
    "alpha_flow": lambda ax: plot_alpha_flow(
        ["PFS", "OS"], alpha=[0.02, 0.005], transitions=[[0, 1], [1, 0]], title=TITLE, ax=ax
    ),
    "occupancy": lambda ax: plot_occupancy(shares(), title=TITLE, ax=ax),
    "both_endpoints": lambda ax: [
        panel for axes in plot_both_endpoints(both(), title=TITLE, ax=ax) for panel in axes
    ],
    "swimmer": lambda ax: plot_swimmer(courses(), stop=30.0, title=TITLE, ax=ax),
    "power_curves": lambda ax: plot_power_curves(
        SIZES,
        *powers(),
        lines=MEDIANS,
        field="patients",
        lines_field="median",
        targets=[0.9],
        title=TITLE,
        ax=ax,
    ),
    "power_distribution": lambda ax: plot_power_distribution(
        POWER, assurance=0.62, mcse=0.01, at_mean=0.8, title=TITLE, ax=ax
    ),
    "assurance_by_prior": lambda ax: plot_assurance_by_prior(BARS, at_mean=0.8, title=TITLE, ax=ax),
    "success_by_effect": lambda ax: plot_success_by_effect(
        LOG_HR, POWER, **EFFECTS, title=TITLE, ax=ax
    ),
    "assurance_by_size": lambda ax: plot_assurance_by_size(
        [200, 300, 400], **BY_SIZE, title=TITLE, ax=ax
    ),
    "power_map": lambda ax: plot_power_map(
        powers()[0],
        columns=SIZES,
        rows=[10.0, 12.0, 16.0],
        fields=("patients", "median"),
        worst_error=0.016,
        title=TITLE,
        ax=ax,
    ),
    "size_curve": lambda ax: plot_size_curve(size_curve(), label="Patients", title=TITLE, ax=ax),
    "threshold": lambda ax: plot_threshold(calibrated(), title=TITLE, ax=ax),
    "tornado": lambda ax: plot_tornado(
        SWINGS, centre=0.8, centre_words="patients 400", title=TITLE, ax=ax
    ),
    "smallest_size": lambda ax: plot_smallest_sizes(
        [smallest_sizes(SIZES, *powers(), target=target) for target in (0.8, 0.9)],
        values=MEDIANS,
        sizes=SIZES,
        field="median",
        title=TITLE,
        ax=ax,
    ),
}


def size_curve() -> SizeCurve:
    size = np.linspace(300.0, 480.0, 19)
    power = ndtr(0.16 * np.sqrt(size) - 1.96)
    return SizeCurve(
        points=np.array([[310.0, 0.8, 0.02], [390.0, 0.88, 0.01], [470.0, 0.93, 0.01]]),
        curve=np.stack([size, power, power - 0.01, power + 0.01], axis=1),
        power=0.9,
        answer=(410.4, 406.0, 415.1),
        forms={f"{name} {form}": 380.0 + 20 * place for place, (name, form) in enumerate(
            [("PFS", "Schoenfeld"), ("PFS", "Lachin–Foulkes"), ("OS", "Schoenfeld"),
             ("OS", "Lachin–Foulkes"), ("OS", "group-sequential")])},
    )  # fmt: skip


def calibrated() -> Calibration:
    points = [
        AtPoint(
            nuisance=Nuisance(hazard=hazard, accrual=accrual, drop_out=loss),
            threshold=Threshold(0.98 + hazard / 1e3, 0.978 + hazard / 1e3, 0.982 + hazard / 1e3),
            planned=Error(0.04, 0.001),
            calibrated=Error(0.025, 0.001),
            finalist=hazard > 1,
        )
        for hazard, accrual, loss in [(0.5, 1.0, 0.05), (1.0, 1.0, None), (2.0, 0.5, 0.0)]
    ]
    return Calibration(
        endpoint="os",
        alpha=0.025,
        planned=0.975,
        threshold=points[-1].threshold,
        rounded=0.982,
        worst=points[-1].nuisance,
        error=Error(0.025, 0.0005),
        points=points,
        seed=1,
        trials=100_000,
    )


def axes_of(found: Any) -> list[Axes]:
    return [found] if isinstance(found, Axes) else list(found)


def words(ax: Axes) -> str:
    """All text of the axes' figure, whether in titles, labels, ticks, legends or notes."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def named(ax: Axes) -> dict[str, Any]:
    """What is drawn in axes by the name given to it."""
    return {str(child.get_gid()): child for child in ax.get_children() if child.get_gid()}


@pytest.fixture
def made_up() -> SimpleNamespace:
    return SimpleNamespace(
        **{
            function.__name__: function
            for function in (
                paths, bounds, draw_bounds, estimates, course, table, patients, data, both,
                courses, shares, two_endpoints, axes_of, words, named,
            )
        },
        events=EVENTS, efficacy=EFFICACY, futility=FUTILITY, limits=LIMITS, title=TITLE,
        forms=FORMS, configurations=CONFIGURATIONS, errors=ERRORS, states_truth=STATES_TRUTH,
        one_endpoint=ONE_ENDPOINT,
    )  # fmt: skip


@pytest.fixture(params=FIGURES)
def draw(request: pytest.FixtureRequest) -> Callable[[Axes | None], Any]:
    """Draw one figure of the package, in given axes or in its own."""
    return FIGURES[request.param]
