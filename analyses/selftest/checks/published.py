"""The published trial: its pseudo-patients against R, and what the audit finds."""

from pathlib import Path

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.oracles import oracle
from models.audit import audit
from models.printed import printed_figures, record_windows
from models.record import load_record

RECORD = Path(__file__).parents[2] / "sohaib2025" / "published.toml"
CONTRADICTIONS = 13
OURS = {
    "median_control": "control_median_first_at_half",
    "median_rt": "rt_median_first_at_half",
    "follow_up_minimum": "follow_up_minimum",
    "follow_up_median": "follow_up_median",
    "follow_up_maximum": "follow_up_maximum",
    "events_control": "control_events",
    "events_rt": "rt_events",
}


def r_figures(endpoint: str) -> dict[str, np.ndarray]:
    """Give what R says of each set, ratios turned to control versus RT as the paper prints them."""
    table = oracle(f"pseudo_patients_{endpoint}_answers")
    found = {name: table[column].to_numpy(float) for name, column in OURS.items()}
    found["hazard_ratio"] = 1 / table["hr_rt_vs_control"].to_numpy(float)
    found["lower"] = 1 / table["upper"].to_numpy(float)
    found["upper"] = 1 / table["lower"].to_numpy(float)
    return found


def compare_figures() -> Finding:
    """Figures of stored pseudo-patient sets as R and as this package compute them."""
    worst = Worst(1e-6, "relative difference")
    for endpoint in ("pfs", "os"):
        sets = oracle(f"pseudo_patients_{endpoint}")
        count = sets["imputation"].nunique()
        ours = printed_figures(
            sets["time"].to_numpy().reshape(count, -1),
            sets["event"].to_numpy().astype(bool).reshape(count, -1),
            n_control=int((sets["arm"] == "control").sum() / count),
        )
        for name, expected in r_figures(endpoint).items():
            worst.relative(ours[name], expected, f"{name}, {endpoint}")
    return worst.finding()


def compare_windows() -> Finding:
    """Figures outside what the paper prints, as R computes them."""
    worst, record = Worst(0.0, "figures outside"), load_record(RECORD)
    for endpoint in ("pfs", "os"):
        told = r_figures(endpoint)
        for name, (low, high) in record_windows(record, endpoint).items():
            outside = ~((told[name] >= low - 1e-9) & (told[name] < high))
            worst.add(outside.astype(float), f"{name}, {endpoint}")
    return worst.finding()


def compare_audit() -> Finding:
    """Contradictions that the audit finds in the paper."""
    found = len(audit(load_record(RECORD)).having("failed"))
    worst = Worst(0.0, "contradictions more or less")
    worst.absolute(found, CONTRADICTIONS, "published.toml")
    return worst.finding()


CHECKS = (
    Check(
        name="figures of pseudo-patients",
        requirement="reanalysis.reproduction",
        grade="external oracle",
        claim="Medians, ratio, limits, events and follow-up of pseudo-patients are R's.",
        source="R survival, pseudo_patients_*.csv",
        subject="models.printed.printed_figures",
        compare=compare_figures,
    ),
    Check(
        name="pseudo-patients against the paper",
        requirement="reanalysis.reproduction",
        grade="external oracle",
        claim="R computes from the pseudo-patients what the paper prints, to its last digit.",
        source="R survival, pseudo_patients_*_answers.csv",
        subject="models.printed.record_windows",
        compare=compare_windows,
    ),
    Check(
        name="audit of the paper",
        requirement="reanalysis.audit",
        grade="regression",
        claim="The audit finds the 13 contradictions that were confirmed by hand.",
        source="analyses/sohaib2025/published.toml",
        subject="models.audit.audit",
        compare=compare_audit,
    ),
)
