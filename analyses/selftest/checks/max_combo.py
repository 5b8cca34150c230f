"""The greatest of correlated standard normals, to which MaxCombo is referred, by quadrature."""

import numpy as np
from scipy.special import log_ndtr
from scipy.stats import norm

from analyses.selftest.check import Check, Finding, Worst
from simulate.effect.max_combo import max_combo_p, max_combo_z

LIMIT = 1e-6
LOADINGS = (
    (0.7,),
    (0.9, 0.6),
    (0.0, 0.8),
    (0.8, 0.8, 0.8),
    (0.95, 0.5, 0.2),
    (0.9, 0.7, 0.7, 0.3),
    (0.97, 0.95, 0.9, 0.85),
    (0.6, -0.4, 0.5, 0.1),
)
FACTOR = np.linspace(-12.0, 12.0, 8001)
HEIGHTS = (-1.0, 0.0, 1.0, 1.96, 2.5, 4.0, 6.0)


def plain_tail(height: float, loadings: tuple[float, ...]) -> float:
    """P(max > height) of a_i F + sqrt(1 - a_i^2) E_i: one integral over the common factor F."""
    share = np.array(loadings)[:, np.newaxis]
    below = log_ndtr((height - share * FACTOR) / np.sqrt(1 - share**2)).sum(axis=0)
    return float(np.trapezoid(-np.expm1(below) * norm.pdf(FACTOR), FACTOR))


def compare_tails() -> Finding:
    """P values and the z that stand for them, with one to four components."""
    worst = Worst(LIMIT, "relative difference")
    for loadings in LOADINGS:
        correlation = np.multiply.outer(loadings, loadings)
        np.fill_diagonal(correlation, 1.0)
        for height in HEIGHTS:
            expected = plain_tail(height, loadings)
            where = f"components {loadings} at {height}"
            worst.relative(max_combo_p(height, correlation), expected, where)
            found = norm.sf(max_combo_z(height, correlation))
            worst.relative(found, expected, f"z of {where}")
    return worst.finding()


CHECKS = (
    Check(
        name="simulator: MaxCombo",
        requirement="simulate.late_tests",
        grade="independent implementation",
        claim="p of the greatest of up to four correlated z's is that of their joint law.",
        source="normals with one common factor, by the trapezoidal rule in the check",
        subject="simulate.effect.max_combo.max_combo_p",
        compare=compare_tails,
    ),
)
