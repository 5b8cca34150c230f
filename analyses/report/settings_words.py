"""Settings of a re-analysis in words: intervals, priors, follow-up, sampler."""

import json
import math
from typing import Any

from analyses.report.blocks import Code
from analyses.report.wording import listed

Z = 1.959964
WEAK = 0.5

BASELINES = {
    "gamma": "independent Gamma({shape:g}, {rate:g}) priors (rate in person-months)",
    "hierarchical_gamma": "Gamma({shape:g}, rate) priors that share an unknown rate (person-"
    "months), itself Gamma({rate_shape:g}, {rate_rate:g})",
    "random_walk": "a random walk of the log hazards: the first is normal with mean {log_mean:g} "
    "and standard deviation {log_sd:g}, steps are normal with a half-normal({step:g}) standard "
    "deviation",
}
PLACEMENTS = {
    "symmetric": "the baseline lies midway between the arms on the log scale, so that the prior "
    "treats both arms alike",
    "control": "the baseline is the hazard of control",
}


def effect_prior(settings: dict[str, Any]) -> str:
    """Prior of the log hazard ratio, on both scales."""
    mean, sd = settings["log_hr"]["mean"], settings["log_hr"]["sd"]
    low, high = math.exp(mean - Z * sd), math.exp(mean + Z * sd)
    return (
        f"The log hazard ratio (RT versus control) has a normal prior with mean {mean:g} and "
        f"standard deviation {sd:g}: a hazard ratio with median {math.exp(mean):.2f} and 95% "
        f"central interval {low:.2f} to {high:.2f}. {_why(mean, sd)}"
    )


def _why(mean: float, sd: float) -> str:
    """Say what a prior of the effect is for, from its centre and width."""
    if mean != 0:
        return "It is not centred on “no effect”: say in the text what it rests on."
    if sd < WEAK:
        return "It is centred on “no effect” and informed: say in the text what it rests on."
    return (
        "It favours neither arm, and is wide enough that the effects seen in trials of this kind "
        "lie in its middle, so that the data decide; step 5 shows what it contributes."
    )


def in_full(settings: dict[str, Any]) -> Code:
    """Write settings as JSON, a line for each."""
    lines = [
        f' "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in settings.items()
    ]
    return Code(text="\n".join(["{", ",\n".join(lines), "}"]))


def baseline_prior(settings: dict[str, Any]) -> str:
    """Prior of the baseline hazards."""
    baseline = settings["baseline"]
    words = BASELINES[baseline["kind"]].format(**baseline)
    return f"The baseline hazards have {words}; {PLACEMENTS[settings['placement']]}."


def follow_up(settings: dict[str, Any]) -> str:
    """How follow-up is taken to have ended."""
    given = settings["follow_up"]
    if given["kind"] == "fixed":
        return (
            f"Administrative follow-up is uniform from {given['earliest']:g} to "
            f"{given['latest']:g} months, loss to follow-up {given['loss']:g} per month."
        )
    return (
        "The date of the data cut and the rate of loss to follow-up are unknown: patients enter "
        "uniformly over the accrual period, the cut is uniform between the longest printed "
        "follow-up and the day on which the manuscript was received, and the loss rate is "
        f"exponential with mean {given['loss_mean']:g} per month."
    )


def intervals(settings: dict[str, Any]) -> str:
    """Where the hazard may change."""
    cuts = settings["cuts"]
    if not cuts:
        return "The hazard of each arm is constant."
    return (
        f"The hazard of each arm is constant between {listed(f'{cut:g}' for cut in cuts)} months "
        "and after the last of them; an event at a cut point belongs to the interval that ends "
        "there."
    )


def formal_model(settings: dict[str, Any]) -> Code:
    """Write the model as formulas."""
    mean, sd = settings["log_hr"]["mean"], settings["log_hr"]["sd"]
    half = "1/2" if settings["placement"] == "symmetric" else "0"
    shift = (
        "log h[control, k] = b[k] − log_hr / 2,   log h[rt, k] = b[k] + log_hr / 2"
        if half == "1/2"
        else "log h[control, k] = b[k],   log h[rt, k] = b[k] + log_hr"
    )
    return Code(
        text="\n".join(
            [
                f"log_hr ~ Normal({mean:g}, {sd:g})",
                f"exp(b[k]) ~ {_baseline_formula(settings['baseline'])}",
                shift,
                "log likelihood of patients y = Σ events[arm, k] · log h[arm, k] − "
                "exposure[arm, k] · h[arm, k]",
                "p(θ, y | S(y) ∈ R) ∝ p(θ) · p(y | θ) · 1[S(y) ∈ R]",
                "S(y): what the paper prints, computed from y;  R: values that round to the print",
            ]
        )
    )


def _baseline_formula(baseline: dict[str, Any]) -> str:
    if baseline["kind"] == "gamma":
        return f"Gamma({baseline['shape']:g}, {baseline['rate']:g}), independently"
    if baseline["kind"] == "hierarchical_gamma":
        rate = f"rate ~ Gamma({baseline['rate_shape']:g}, {baseline['rate_rate']:g})"
        return f"Gamma({baseline['shape']:g}, rate),  {rate}"
    return (
        f"exp of a random walk: b[1] ~ Normal({baseline['log_mean']:g}, {baseline['log_sd']:g}), "
        f"steps ~ Normal(0, s), s ~ HalfNormal({baseline['step']:g})"
    )
