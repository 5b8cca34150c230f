"""Tail probabilities of the normal, chi-square and t distributions from the standard library.

The audit answers at once, so it does not wait for scipy; the tests hold these against it.
"""

from math import erfc, exp, lgamma, log, log1p, pi, sqrt

_TINY = 1e-300
_CONVERGED = 1e-15
_MOST_TERMS = 500


def normal_two_sided(z: float) -> float:
    """Return P(|Z| > |z|) of a standard normal Z."""
    return erfc(abs(z) / sqrt(2))


def chi_square_tail(statistic: float, *, df: int) -> float:
    """Return P(X > statistic) of a chi-square variable with whole degrees of freedom.

    Parameters
    ----------
    statistic : float
        Zero or more.
    df : int
        Degrees of freedom, at least 1.

    Returns
    -------
    float
        By the finite sums for even and odd `df` (Abramowitz & Stegun 1964, 26.4.4 and 26.4.5).
    """
    half = statistic / 2
    if half <= 0:
        return 1.0
    if df % 2 == 0:
        term = total = exp(-half)
        for i in range(1, df // 2):
            term *= half / i
            total += term
        return total
    total = erfc(sqrt(half))
    term = exp(-half) * sqrt(half / pi) * 2
    for i in range((df - 1) // 2):
        total += term
        term *= half / (i + 1.5)
    return total


def t_two_sided(t: float, *, df: float) -> float:
    """Return P(|T| > |t|) of Student's t.

    Parameters
    ----------
    t : float
        Statistic.
    df : float
        Degrees of freedom, positive, not necessarily whole.

    Returns
    -------
    float
        The regularised incomplete beta function I_x(df/2, 1/2) at x = df/(df + t²).
    """
    return _incomplete_beta(df / (df + t * t), a=df / 2, b=0.5)


def _incomplete_beta(x: float, *, a: float, b: float) -> float:
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(x, a=a, b=b) / a
    return 1 - front * _continued_fraction(1 - x, a=b, b=a) / b


def _continued_fraction(x: float, *, a: float, b: float) -> float:
    # Lentz's method: numerators and denominators are kept off zero, where it would divide by it.
    c, d = 1.0, _away_from_zero(1 - (a + b) * x / (a + 1))
    d = 1 / d
    fraction = d
    for m in range(1, _MOST_TERMS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + numerator * d)
            c = _away_from_zero(1 + numerator / c)
            fraction *= c * d
        if abs(c * d - 1) < _CONVERGED:
            break
    return fraction


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
