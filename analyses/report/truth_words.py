"""Truths of a simulation in sentences: hazards, effects, drop-out."""

import math
from typing import Any

from analyses.report.wording import endpoint_name, listed

Plain = dict[str, Any]

PASSAGES = {
    "progression": "progression",
    "death_without_progression": "death without progression",
    "death_after_progression": "death after progression",
}


def describe_truth(truth: Plain, *, endpoint: str = "os") -> str:
    """Say what a truth takes to be true.

    Parameters
    ----------
    truth : dict
        As a design's TOML text holds it.
    endpoint : str
        Whose hazards they are, where the design has only one.
    """
    kind = truth.get("kind", "one_endpoint")
    if kind == "marginals":
        said = _marginals(truth)
    elif kind == "illness_death":
        said = _illness_death(truth)
    else:
        said = _one_endpoint(truth, endpoint)
    return f"{said}{_cured(truth)}{_factors(truth)}{_drop_out(truth)}"


def _marginals(truth: Plain) -> str:
    control, rt = truth["control"], truth["rt"]
    medians = listed(
        f"{control[f'{name}_median']:g} months for {endpoint_name(name)}" for name in ("pfs", "os")
    )
    effects = [_wanted(rt, name) for name in ("pfs", "os")]
    if truth.get("os_null"):
        effects[1] = "OS as in control"
    return f"control medians of {medians}; {listed(one for one in effects if one)}"


def _wanted(rt: Plain, name: str) -> str:
    if rt.get(f"{name}_hr") is not None:
        return f"hazard ratio {rt[f'{name}_hr']:g} for {endpoint_name(name)}"
    if rt.get(f"{name}_median") is not None:
        return f"median with RT {rt[f'{name}_median']:g} months for {endpoint_name(name)}"
    return ""


def _illness_death(truth: Plain) -> str:
    passages = [
        f"{words}: {_hazards(truth[name]['control'])}, {_effect(truth[name]['effect'])}"
        for name, words in PASSAGES.items()
        if name in truth
    ]
    switching = truth.get("switching")
    switched = (
        f"; {switching['probability']:.0%} of control switch to RT after progression (hazard ratio "
        f"{switching['hr']:g} from then on)"
        if switching
        else ""
    )
    return "; ".join(passages) + switched


def _one_endpoint(truth: Plain, endpoint: str) -> str:
    name = endpoint_name(endpoint)
    return f"{name} of control: {_hazards(truth['control'])}; {_effect(truth['effect'])}"


def _hazards(control: Plain) -> str:
    if control.get("median") is not None:
        return f"median {control['median']:g} months"
    rates = control["rates"]
    if len(rates) == 1:
        return f"hazard {rates[0]:g} per month (median {math.log(2) / rates[0]:.1f} months)"
    values = listed(f"{rate:g}" for rate in rates)
    cuts = listed(f"{cut:g}" for cut in control["cuts"])
    return f"hazards {values} per month, cut at {cuts} months"


def _effect(effect: Plain) -> str:
    kind = effect["kind"]
    if kind == "proportional":
        return f"hazard ratio {effect['hr']:g}"
    if kind == "delayed":
        return f"hazard ratio {effect['hr']:g} after {effect['delay']:g} months without effect"
    if kind == "waning":
        return (
            f"hazard ratio {effect['hr']:g} until month {effect['start']:g}, gone by month "
            f"{effect['end']:g}"
        )
    if kind == "crossing":
        return (
            f"hazard ratio {effect['before']:g} up to month {effect['at']:g}, "
            f"{effect['after']:g} beyond"
        )
    values = listed(f"{ratio:g}" for ratio in effect["hr"])
    return f"hazard ratios {values}, cut at {listed(f'{cut:g}' for cut in effect['cuts'])} months"


def _cured(truth: Plain) -> str:
    shares = {arm: share for arm, share in truth.get("cured", {}).items() if share}
    said = listed(f"{share:.0%} ({arm})" for arm, share in shares.items())
    return f"; never have the event: {said}" if said else ""


def _factors(truth: Plain) -> str:
    """Name the factors whose levels change hazards or effect; the design holds by how much."""
    names = list(truth.get("factors", {}))
    return f"; hazards or effects differ by {listed(names)}" if names else ""


def _drop_out(truth: Plain) -> str:
    arms = truth.get("drop_out", {})
    shares = {arm: loss.get("per_12_months") for arm, loss in arms.items()}
    known = {share for share in shares.values() if share is not None}
    if len(known) == 1 and None not in shares.values():
        share = known.pop()
        return f"; {share:.0%} drop out within 12 months" if share else "; nobody drops out"
    parts = [f"{share:.0%} ({arm})" for arm, share in shares.items() if share is not None]
    return f"; drop-out within 12 months {listed(parts)}" if parts else "; drop-out as stated"
