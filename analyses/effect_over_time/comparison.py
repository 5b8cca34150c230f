"""Models of the effect side by side: evidence, and what each says."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analyses.effect_over_time.answer import ModelAnswer
from models.time_varying.priors import MODEL_NAMES


def comparison_table(answers: Mapping[str, ModelAnswer]) -> pd.DataFrame:
    """Compare the models by their evidence.

    Parameters
    ----------
    answers : mapping of str to ModelAnswer
        By kind, proportional hazards first.

    Returns
    -------
    pandas.DataFrame
        Columns `kind`, `model`, `log_bayes_factor` against proportional hazards with its Monte
        Carlo `standard_error`, `bayes_factor`, `method`, `share` (posterior probability, all
        models whose gates hold being equally likely before), `trusted`, the median and 95%
        central interval of the average hazard ratio (`hr_median`, `hr_lower`, `hr_upper`),
        `p_below_1`, means of `rmst24_difference` (months), `s12_difference` and `s24_difference`
        (RT minus control) with their 95% central `…_lower` and `…_upper`, `similar_prior`,
        `similar_posterior` with `mcse_similar`, and `p_as_large` of the gap between the printed
        hazard ratio and the ratio of medians.
    """
    frame = pd.DataFrame([_row(kind, answer) for kind, answer in answers.items()])
    weight = np.where(frame["trusted"], np.exp(frame["log_bayes_factor"]), 0.0)
    frame.insert(6, "share", weight / weight.sum())
    return frame


def _row(kind: str, answer: ModelAnswer) -> dict[str, object]:
    table = answer.readings.table
    ratio = table[table["estimand"] == "hazard_ratio"].iloc[0]
    similar = answer.readings.similar
    return {
        "kind": kind,
        "model": MODEL_NAMES[kind],
        "log_bayes_factor": answer.log_bayes_factor,
        "standard_error": answer.standard_error,
        "bayes_factor": math.exp(answer.log_bayes_factor),
        "method": answer.method,
        "trusted": all(gate.passed is not False for gate in answer.gates),
        "hr_median": ratio["median"],
        "hr_lower": ratio["lower"],
        "hr_upper": ratio["upper"],
        "p_below_1": ratio["p_below_1"],
        **_interval("rmst24_difference", table, "rmst_difference", 24.0),
        **_interval("s12_difference", table, "survival_difference", 12.0),
        **_interval("s24_difference", table, "survival_difference", 24.0),
        "similar_prior": similar.prior,
        "similar_posterior": similar.posterior,
        "mcse_similar": similar.standard_error,
        "p_as_large": answer.discrepancy.p_as_large,
    }


def _interval(name: str, table: pd.DataFrame, estimand: str, months: float) -> dict[str, float]:
    rows = table[(table["estimand"] == estimand) & np.isclose(table["time_months"], months)]
    row = rows.iloc[0]
    ends = {f"{name}_{end}": float(row[end]) for end in ("lower", "upper")}
    return {name: float(row["mean"]), **ends}
