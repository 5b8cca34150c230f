"""Words and numbers as they stand in figures: directions, intervals, probabilities."""

import math
from collections.abc import Mapping

from models.interval_estimate import CI_PROB

HR_LABEL = "Hazard ratio, RT versus control (log scale)"
HR_DIRECTION = "below 1 favours RT"
DIFFERENCE_DIRECTION = "above 0 favours RT"
ARM_LABELS: Mapping[str, str] = {"control": "Control", "rt": "RT"}
"""Labels of the arms where the record gives no others."""


def fitting_labels(labels: Mapping[str, str], *, width: int) -> Mapping[str, str]:
    """Return the labels of the arms, or the short ones if any has more characters than `width`."""
    fit = all(len(label) <= width for label in labels.values())
    return labels if fit else ARM_LABELS


def central(mass: float = CI_PROB) -> str:
    """Kind and mass of an interval, such as "95% central interval"."""
    return f"{_percent(mass)} central interval"


def central_masses(*masses: float) -> str:
    """Kind and masses of nested intervals, such as "50% and 95% central intervals"."""
    return f"{' and '.join(map(_percent, masses))} central intervals"


def probability(value: float) -> str:
    """Probability with the sign that goes before it, such as "= 0.98" or "> 0.999"."""
    if math.isnan(value):
        return "not estimable"
    if value > 0.999:
        return "= 1" if value == 1 else "> 0.999"
    if value < 0.001:
        return "= 0" if value == 0 else "< 0.001"
    return f"= {value:.3f}" if min(value, 1 - value) < 0.1 else f"= {value:.2f}"


def interval(median: float, lower: float, upper: float, *, decimals: int) -> str:
    """Median with its limits, such as "0.53 (0.31 to 0.90)"; infinite ones are not reached."""
    if math.isnan(median):
        return "not estimable"
    point, low, high = (number(value, decimals=decimals) for value in (median, lower, upper))
    return f"{point} ({low} to {high})"


def ratio_interval(median: float, lower: float, upper: float) -> str:
    """Ratio with its limits, to two decimals or, below 0.095, to three."""
    return interval(median, lower, upper, decimals=2 if lower >= 0.095 else 3)


def number(value: float, *, decimals: int) -> str:
    """Write a number with a true minus sign, "∞" where infinite, no sign where it rounds to 0."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "\u2212∞"
    text = f"{value:.{decimals}f}"
    negative = text.startswith("-") and text.strip("-0.") != ""
    return ("\u2212" if negative else "") + text.lstrip("-")


def printed(value: float | str) -> str:
    """Write a printed figure: text as it stands, a float in its shortest form."""
    return value if isinstance(value, str) else f"{value:.10g}"


def _percent(mass: float) -> str:
    return f"{100 * mass:.6g}%"
