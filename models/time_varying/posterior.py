"""Attributes by which the posterior of a changing effect is known."""

from models.time_varying.priors import EffectModel

SCHEMA = "replan time-varying posterior 1"
KIND = "time_varying"


def posterior_attributes(model: EffectModel) -> dict[str, str]:
    """Attributes of a posterior whose hazard ratio changes over time.

    Parameters
    ----------
    model : EffectModel
        How the effect changes.
    """
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "effect": model.kind,
        "effect_prior": model.model_dump_json(),
        "time_unit": "months",
        "hazard_unit": "per month",
        "hazard_ratio": "RT versus control, below 1 favours RT",
    }
