"""Arithmetic of sweeps against values that are computed while the expressions are written."""

import math

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from simulate.sweep.expression import read_expression

KNOWN = {"n": 400.0, "hr": 0.7, "rate": 12.5}
SIGNS = ("+", "-", "*", "/")
MANY = 2000


def _written(rng: np.random.Generator, depth: int) -> tuple[str, float]:
    """Text of a random expression in full parentheses, and its value."""
    kind = rng.integers(6) if depth else rng.integers(2)
    if kind == 0:
        value = round(float(rng.uniform(0.1, 9.9)), 3)
        return repr(value), value
    if kind == 1:
        name = str(rng.choice(list(KNOWN)))
        return name, KNOWN[name]
    left, a = _written(rng, depth - 1)
    if kind == 2:
        return f"-({left})", -a
    if kind == 3:
        return f"floor({left})", float(math.floor(a))
    right, b = _written(rng, depth - 1)
    if kind == 4:
        return f"max({left}, {right})", max(a, b)
    sign = str(rng.choice(SIGNS))
    if sign == "/" and abs(b) < 1e-6:
        sign = "+"
    found = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if sign == "/" else 0.0}[sign]
    return f"({left}) {sign} ({right})", found


def compare_written() -> Finding:
    """Random expressions."""
    worst, rng = Worst(1e-12, "relative difference"), np.random.default_rng(7)
    for _ in range(MANY):
        text, expected = _written(rng, 5)
        if math.isfinite(expected) and len(text) <= 500:
            worst.relative(read_expression(text).value(KNOWN), expected, text)
    return worst.finding()


def compare_precedence() -> Finding:
    """Order of operations, written as a printed page has them."""
    worst = Worst(0.0, "difference")
    for text, expected in (
        ("1 + 2 * 3", 7),
        ("2 * 3 ** 2", 18),
        ("-2 ** 2", -4),
        ("2 ** 3 ** 2", 512),
        ("2 ** -1", 0.5),
        ("8 / 2 / 2", 2),
        ("7 - 2 - 1", 4),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("min(3, 1, 2)", 1),
        ("ceil(0.75 * n)", 300),
        ("sqrt(n) * hr", 14),
    ):
        worst.absolute(read_expression(text).value(KNOWN), expected, text)
    return worst.finding()


CHECKS = (
    Check(
        name="arithmetic of sweeps",
        requirement="sweeps.expressions",
        grade="independent implementation",
        claim="Random expressions have the value that was computed while they were written.",
        source="2,000 expressions made in the check",
        subject="simulate.sweep.expression.read_expression",
        compare=compare_written,
    ),
    Check(
        name="order of operations in sweeps",
        requirement="sweeps.expressions",
        grade="closed form",
        claim="Powers bind before signs, and from the right; halves are rounded away from 0.",
        source="values written in the check",
        subject="simulate.sweep.expression.read_expression",
        compare=compare_precedence,
    ),
)
