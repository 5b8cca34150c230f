"""The answer in words: how far the printed figures tell the models of the effect apart."""

import math
from collections.abc import Mapping

import pandas as pd

from analyses.effect_over_time.answer import ModelAnswer
from models.time_varying.priors import MODEL_NAMES, TimeVaryingSettings

SLIGHT, CLEAR, STRONG = 3.0, 10.0, 100.0
RARE, UNUSUAL = 0.025, 0.1
HORIZON = 24.0
SHORTEST = 0.995
ESTIMANDS = ("hazard_ratio", "rmst_difference", "survival_difference")


def put_in_words(
    label: str,
    answers: Mapping[str, ModelAnswer],
    plan: TimeVaryingSettings,
    other_priors: pd.DataFrame,
) -> str:
    """Say what the printed figures of an endpoint say of proportional hazards.

    Parameters
    ----------
    label : str
        Name of the endpoint.
    answers : mapping of str to ModelAnswer
        By model, proportional hazards among them.
    plan : TimeVaryingSettings
    other_priors : pandas.DataFrame
        Bayes factors under other priors; may be empty.
    """
    parts = [
        _evidence(label, answers),
        _other_priors(other_priors),
        _change(answers, plan),
        _discrepancy(answers),
        _says(answers, plan),
    ]
    return " ".join(part for part in parts if part)


def trusted(answer: ModelAnswer) -> bool:
    """Whether no gate of a model failed."""
    return all(gate.passed is not False for gate in answer.gates)


def grade(bayes_factor: float) -> str:
    """Name the strength of a Bayes factor after Jeffreys's scale.

    Parameters
    ----------
    bayes_factor : float
        Of a model against proportional hazards.
    """
    size = max(bayes_factor, 1 / bayes_factor)
    if size < SLIGHT:
        return "hardly worth a mention"
    side = "for it" if bayes_factor > 1 else "against it"
    if size < CLEAR:
        return f"a hint {side}"
    return f"{'strong' if size < STRONG else 'decisive'} evidence {side}"


def bayes_factor(answer: ModelAnswer) -> str:
    """Bayes factor against proportional hazards with its Monte Carlo range of two errors."""
    centre, error = answer.log_bayes_factor, 2 * answer.standard_error
    low, high = math.exp(centre - error), math.exp(centre + error)
    return f"{math.exp(centre):.3g} ({low:.3g} to {high:.3g})"


def _evidence(label: str, answers: Mapping[str, ModelAnswer]) -> str:
    shown = {
        kind: answer
        for kind, answer in answers.items()
        if kind != "proportional" and trusted(answer)
    }
    told = [
        f"{MODEL_NAMES[kind]} {bayes_factor(answer)}, {grade(math.exp(answer.log_bayes_factor))}"
        for kind, answer in shown.items()
    ]
    silent = [MODEL_NAMES[kind] for kind in answers if kind != "proportional" and kind not in shown]
    text = f"{label}: Bayes factors of the printed figures against proportional hazards, with two "
    text += "Monte Carlo errors: " + "; ".join(told) + "." if told else f"{label}:"
    if silent:
        text += f" Not shown, as a gate failed: {', '.join(silent)}."
    return f"{text} {_verdict(shown)}".strip()


def _verdict(answers: Mapping[str, ModelAnswer]) -> str:
    """Judge all models together, by the end of each range that says least."""
    if not answers:
        return ""
    surely = {
        kind: math.copysign(
            max(0.0, abs(answer.log_bayes_factor) - 2 * answer.standard_error),
            answer.log_bayes_factor,
        )
        for kind, answer in answers.items()
    }
    best = max(surely, key=lambda kind: surely[kind])
    if surely[best] > math.log(CLEAR):
        return f"The printed figures speak for a {MODEL_NAMES[best]}."
    if surely[best] > math.log(SLIGHT):
        return (
            f"The printed figures hint at a {MODEL_NAMES[best]}; they do not exclude proportional "
            "hazards."
        )
    if all(value < -math.log(CLEAR) for value in surely.values()):
        return "The printed figures speak for proportional hazards."
    return "The printed figures neither favour proportional hazards clearly nor exclude them."


def _other_priors(table: pd.DataFrame) -> str:
    """Say how far Bayes factors move with the priors of the models."""
    if table.empty:
        return ""
    told = [
        f"{name} {_short(own['bayes_factor'].min())} to {_short(own['bayes_factor'].max())}"
        for name, own in table[table["trusted"]].groupby("model", sort=False)
    ]
    silent = [
        f"{row['model']} with {row['prior']}" for row in table[~table["trusted"]].to_dict("records")
    ]
    text = f"Under other priors of the models they are: {'; '.join(told)}." if told else ""
    if silent:
        text += f" Too few patients count under these priors to say: {'; '.join(silent)}."
    return text.strip()


def _short(factor: float) -> str:
    """Write a factor with two digits, those after the point kept: 1.0, not 1."""
    return f"{factor:.1f}" if SHORTEST <= factor < CLEAR else f"{factor:.2g}"


def _change(answers: Mapping[str, ModelAnswer], plan: TimeVaryingSettings) -> str:
    answer = answers.get("random_walk")
    if answer is None or not trusted(answer):
        return ""
    share = answer.readings.similar
    return (
        f"If the hazard ratio may drift, all intervals agree within a factor of {plan.similar:g} "
        f"with probability {share.posterior:.2f} ({share.prior:.2f} before the data)."
    )


def _discrepancy(answers: Mapping[str, ModelAnswer]) -> str:
    found = answers["proportional"].discrepancy
    if not math.isfinite(found.printed):
        return ""
    other = [
        f"{found.p_as_large:.2f} under {MODEL_NAMES[kind]}"
        for kind, found in ((kind, answer.discrepancy) for kind, answer in answers.items())
        if kind != "proportional" and trusted(answers[kind])
    ]
    return (
        f"Printed are a hazard ratio of {found.hazard_ratio:.2f} (control versus RT) and medians "
        f"whose ratio (RT over control) is {found.ratio_of_medians:.2f}; one is "
        f"{found.printed:.2f} times the other. Of trials drawn under proportional hazards "
        f"{100 * found.p_as_large:.0f}% (Monte Carlo error {100 * found.standard_error:.1f}%) "
        f"print as large a gap or a larger one (95% central {found.lower:.2f} to "
        f"{found.upper:.2f} times): {_surprise(found.p_as_large)}"
        + (f". The share is {', '.join(other)}." if other else ".")
    )


def _surprise(share: float) -> str:
    """Say whether a gap is one that chance makes under proportional hazards."""
    if share < RARE:
        return "chance alone seldom makes such a gap under proportional hazards"
    if share < UNUSUAL:
        return "an unusual gap under proportional hazards, but one that chance can make"
    return "a gap that chance makes under proportional hazards too"


def _says(answers: Mapping[str, ModelAnswer], plan: TimeVaryingSettings) -> str:
    """Say what effect proportional hazards give, and between which ends the other models lie."""
    told = {
        kind: {name: _row(answer, name) for name in ESTIMANDS}
        for kind, answer in answers.items()
        if kind == "proportional" or trusted(answer)
    }
    first = told.pop("proportional")
    ratio = first["hazard_ratio"]
    text = (
        f"Averaged over {plan.window:g} months the hazard ratio (RT versus control) is "
        f"{ratio['median']:.2f} (95% central {ratio['lower']:.2f} to {ratio['upper']:.2f}) under "
        "proportional hazards"
    )
    if not told:
        return f"{text}."
    low, high = (
        {
            name: end(rows[name]["median" if name == "hazard_ratio" else "mean"] for rows in
                      [first, *told.values()])
            for name in ESTIMANDS
        }
        for end in (min, max)
    )  # fmt: skip
    return (
        f"{text}; over all models it is {low['hazard_ratio']:.2f} to {high['hazard_ratio']:.2f}, "
        f"the difference of restricted means to {HORIZON:g} months "
        f"{low['rmst_difference']:.1f} to {high['rmst_difference']:.1f} months, and that of "
        f"survival at {HORIZON:g} months {low['survival_difference']:.2f} to "
        f"{high['survival_difference']:.2f}."
    )


def _row(answer: ModelAnswer, estimand: str) -> dict[str, float]:
    table = answer.readings.table
    own = table[table["estimand"] == estimand]
    if estimand != "hazard_ratio":
        own = own[own["time_months"] == HORIZON]
    return {name: float(own.iloc[0][name]) for name in ("median", "mean", "lower", "upper")}
