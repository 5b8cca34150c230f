"""The whole chain by public names alone, as a user's script; `make lint` checks its types."""

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from models import (
    AnalysisSettings,
    NormalMixture,
    ScepticalPrior,
    audit_record,
    find_tipping_point,
    learn_from_draws,
    load_record,
    plot_audit,
    plot_estimands,
    plot_kaplan_meier,
    plot_survival_bands,
    plot_tipping_point,
    reanalyse,
    save_figure,
    summarise,
    survival_quantiles,
)
from simulate import (
    PosteriorDraws,
    TrialDesign,
    assurance_over_posterior,
    assurance_over_sizes,
    calibrate_threshold,
    operating_characteristics,
    planned_boundaries,
    planned_events,
    plot_assurance_by_size,
    plot_boundaries,
    plot_power,
    plot_threshold,
    posterior_of,
    read_sweep,
    replaced,
    replay_trial,
    simulate_sweep,
    size_for_power,
    sweep_table,
)

BRIEF = AnalysisSettings.model_validate(
    {
        "name": "brief",
        "fit": {"imputations": 3},
        "sampler": {
            "chains": 2,
            "chunk": 400,
            "chunks": 2,
            "ess_needed": 5.0,
            "r_hat": 2.0,
            "round_trips": 0,
        },
    }
)
MEDIANS = {"control": "13.7", "rt": "20.3"}
OS = "Overall survival"


def learn(study: Path) -> xr.DataTree:
    """From the record of a trial to the posterior of its effect."""
    record = load_record(study / "published.toml")
    assert len(audit_record(record).checks) > 20
    tree: xr.DataTree = reanalyse(record, "os", seed=1, settings=BRIEF)
    return tree


def look_at(tree: xr.DataTree, study: Path, folder: Path) -> pd.DataFrame:
    """Draw what a re-analysis says."""
    table: pd.DataFrame = summarise(tree["estimands"].to_dataset())
    patients = tree["pseudo_patients"].to_dataset().to_dataframe().reset_index()
    hazard = tree["posterior"].to_dataset()["hazard"].values
    bands = survival_quantiles(hazard, np.linspace(0, 36, 13), cuts=BRIEF.cuts)
    kaplan_meier = plot_kaplan_meier(patients, printed_medians=MEDIANS, endpoint_label=OS)
    forest = plot_estimands(table, endpoint_label=OS).hazard_ratio
    assert forest is not None
    drawn = {
        "audit": plot_audit(audit_record(load_record(study / "published.toml"))),
        "kaplan_meier": kaplan_meier.curve,
        "forest": forest,
        "survival": plot_survival_bands(bands, printed_medians=MEDIANS, endpoint_label=OS),
    }
    for name, ax in drawn.items():
        save_figure(ax, folder / name)
    return table


def doubt(tree: xr.DataTree) -> tuple[float, float]:
    """P(HR < 1) for a sceptic, and how sceptical one must be not to be convinced."""
    log_hr = tree["posterior"].to_dataset()["log_hr"].values
    learned = learn_from_draws(log_hr, old=NormalMixture.normal(0.0, 1.0))
    sceptic = learned(ScepticalPrior(target_hr=0.69, probability=0.05).mixture())
    found = find_tipping_point(learned, target_hr=0.69)
    plot_tipping_point(found, endpoint_label=OS)
    return sceptic.p_below_1, found.tipping_sd or 0.0


def plan(design: TrialDesign) -> dict[str, pd.DataFrame]:
    """Boundaries, power, one trial, size, threshold and a sweep of a phase III."""
    events = planned_events(design, seed=1)
    bounds = planned_boundaries(design, events)
    plot_boundaries(events, efficacy_z=bounds.z, futility_z=bounds.futility_z)
    power = operating_characteristics(design, seed=1, trials=200)["os"].to_dataset()
    plot_power(power, alpha=design.alpha)
    replay_trial(design, design.truths[0], seed=1, replicate=0)
    bayes = replaced(design, {"analysis.test": "bayes", "efficacy": {"kind": "none"}})
    threshold = calibrate_threshold(
        bayes, alpha=0.025, seed=1, hazard=[1.0], accrual=[1.0], drop_out=[None], trials=200
    )
    plot_threshold(threshold)
    grid = {"hr": {"field": "truth.effect.hr", "values": [0.7, 1.0]}}
    sweep = read_sweep({"name": "effect", "design": "os_alone.toml", "seed": 1, "grid": grid})
    return {
        "power": power["success"].to_dataframe(),
        "size": size_for_power(design, power=0.8, seed=1, precision=0.2, trials=200),
        "threshold": threshold.table,
        "sweep": sweep_table(simulate_sweep(sweep, design, trials=100)),
    }


def hope(design: TrialDesign, tree: xr.DataTree) -> tuple[xr.Dataset, pd.DataFrame]:
    """Success averaged over what the phase II says."""
    posterior: PosteriorDraws = posterior_of(tree)
    assurance: xr.Dataset = assurance_over_posterior(design, posterior, seed=1, trials=400)
    sizes = assurance_over_sizes(design, posterior, [300, 400], seed=1, draws=40, trials=400)
    plot_assurance_by_size(
        sizes.index.to_numpy(),
        assurance=sizes["assurance"].to_numpy(),
        assurance_mcse=sizes["assurance_mcse"].to_numpy(),
        power=sizes["power"].to_numpy(),
        power_mcse=sizes["power_mcse"].to_numpy(),
    )
    return assurance, sizes
