"""The result of a calibration as one JSON document and as a table in words."""

import json
import platform
import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from analyses.calibrate.plan import RANKED, CalibrationPlan, describe
from analyses.calibrate.rank import RankedTrial
from analyses.calibrate.verdict import (
    MASSES,
    MOST_ERRORS,
    SMALLEST_P,
    QuantityVerdict,
    collect_ranks,
    enough_succeeded,
    judge_ranks,
)
from models.reconstruction.fingerprint import samplers_hash

SCHEMA_VERSION = 1
WIDTH = 100
PACKAGES = ("replan", "numpy", "numba", "scipy")


def describe_calibration(plan: CalibrationPlan, trials: Sequence[RankedTrial]) -> dict[str, Any]:
    """Everything a calibration found.

    Returns
    -------
    dict
        `schema_version`; `plan`; `kernels` (hash of the sampler's sources); `versions`;
        `trials`, `drawn` and `discarded` by kind; `failures`; `sampling` (effective sizes, R-hat,
        scans, seconds); `ranks` by kind and quantity; `verdicts`; `passed`.
    """
    ranks = collect_ranks(trials)
    verdicts = judge_ranks(ranks, draws=plan.draws)
    discarded = _discarded(trials)
    drawn = {
        kind: sum(trial.kind == kind for trial in trials) + sum(discarded[kind].values())
        for kind in discarded
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "plan": describe(plan),
        "kernels": samplers_hash(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "trials": {kind: sum(trial.kind == kind for trial in trials) for kind in discarded},
        "drawn": drawn,
        "discarded": discarded,
        "failures": [
            {"kind": trial.kind, "number": trial.number, "failure": trial.failure}
            for trial in trials
            if trial.failure
        ],
        "sampling": _sampling(trials),
        "ranks": ranks,
        "verdicts": [_plain(verdict) for verdict in verdicts],
        "passed": calibrated(verdicts) and enough_succeeded(trials),
    }


def calibrated(verdicts: Sequence[QuantityVerdict]) -> bool:
    """Whether every gated quantity passed."""
    return all(verdict.passed for verdict in verdicts if verdict.gated)


def compact_json(document: dict[str, Any]) -> str:
    """Indented, but each list of numbers on one line."""
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    lists = re.compile(r"\[\s+([-0-9.,\s]+?)\s+\]")
    return lists.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def calibration_text(document: dict[str, Any]) -> str:
    """Put the result in words and a table, at most 100 characters wide."""
    plan = document["plan"]
    prose = [
        f"Calibration of the patient sampler, {plan['settings']['name']} analysis, "
        f"seed {plan['seed']}.",
        *(_kind_line(document, kind) for kind in document["trials"]),
        *_sampling_lines(document),
        _failure_line(document),
    ]
    note = (
        f"Central intervals: coverage ± Monte Carlo standard error. Needed: every p > {SMALLEST_P} "
        f"and coverage within {MOST_ERRORS:g} standard errors; (…) for information only."
    )
    lines = [
        *(textwrap.fill(sentence, WIDTH, subsequent_indent="  ") for sentence in prose),
        "",
        f"{'trials':>10}  {'quantity':<18} {'chi2 p':>7} {'ECDF p':>7}  "
        f"{'in 50% interval':>17}  {'in 90% interval':>17}",
        *(_row(verdict) for verdict in document["verdicts"]),
        "",
        textwrap.fill(note, WIDTH),
        f"Calibration {'passed' if document['passed'] else 'FAILED'}.",
    ]
    return "\n".join(lines) + "\n"


def _plain(verdict: QuantityVerdict) -> dict[str, Any]:
    plain = asdict(verdict)
    for name in ("coverage", "coverage_error"):
        plain[name] = {f"{mass:g}": value for mass, value in plain[name].items()}
    return plain


def _discarded(trials: Sequence[RankedTrial]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for trial in trials:
        found.setdefault(trial.kind, Counter()).update(trial.discarded)
    return {kind: dict(sorted(counts.items())) for kind, counts in found.items()}


def _sampling(trials: Sequence[RankedTrial]) -> dict[str, float]:
    sampled = [trial for trial in trials if trial.ranks]
    smallest = sorted(min(trial.ess[name] for name in RANKED) for trial in sampled)
    r_hats = sorted(trial.r_hat for trial in sampled)
    scans = sorted(trial.scans for trial in sampled)
    seconds = sorted(trial.seconds for trial in trials)
    middle = len(sampled) // 2
    return {
        "ess_smallest": smallest[0],
        "ess_median": smallest[middle],
        "r_hat_median": r_hats[middle],
        "r_hat_largest": r_hats[-1],
        "round_trips_smallest": min(trial.round_trips for trial in sampled),
        "scans_median": scans[middle],
        "scans_largest": scans[-1],
        "seconds": sum(seconds),
        "seconds_median": seconds[len(seconds) // 2],
        "seconds_largest": seconds[-1],
    }


def _kind_line(document: dict[str, Any], kind: str) -> str:
    kept, drawn = document["trials"][kind], document["drawn"][kind]
    reasons = ", ".join(f"{reason} {n}" for reason, n in document["discarded"][kind].items())
    lost = f" ({reasons})" if reasons else ""
    return f"{kind}: {kept} trials of {drawn} drawn, {1 - kept / drawn:.0%} discarded{lost}."


def _sampling_lines(document: dict[str, Any]) -> list[str]:
    sampling, draws = document["sampling"], document["plan"]["draws"]
    return [
        f"Truths ranked among {draws} thinned draws; smallest effective sample size of a ranked "
        f"quantity: {sampling['ess_smallest']:.0f} at worst, {sampling['ess_median']:.0f} in the "
        "median trial.",
        f"R-hat of the ranked quantities, largest: {sampling['r_hat_median']:.3f} in the median "
        f"trial, {sampling['r_hat_largest']:.3f} at worst.",
        f"Processor time {sampling['seconds'] / 60:.0f} min, "
        f"{sampling['seconds_median']:.0f} s in the median trial, "
        f"{sampling['seconds_largest']:.0f} s at most.",
    ]


def _failure_line(document: dict[str, Any]) -> str:
    failures = document["failures"]
    if not failures:
        return "No trial failed."
    named = "; ".join(f"{f['kind']} {f['number']}: {f['failure']}" for f in failures)
    return f"{len(failures)} trials failed ({named})."


def _row(verdict: dict[str, Any]) -> str:
    name = verdict["quantity"] if verdict["gated"] else f"({verdict['quantity']})"
    cells = [
        f"{verdict['coverage'][f'{mass:g}']:.3f} ± {verdict['coverage_error'][f'{mass:g}']:.3f}"
        for mass in MASSES
    ]
    failed = "  FAILED" if verdict["gated"] and not verdict["passed"] else ""
    return (
        f"{verdict['kind']:>4} {verdict['trials']:>5}  {name:<18} {verdict['chi_square_p']:>7.3f} "
        f"{verdict['ecdf_p']:>7.3f}  {cells[0]:>17}  {cells[1]:>17}{failed}"
    )
