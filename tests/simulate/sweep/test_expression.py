"""Expressions: against Python's own arithmetic, and what they refuse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.sweep.expression import read_expression

KNOWN = {"n": 300, "share": 0.75, "x": -2.5}
PYTHON = {
    "round": lambda value: math.floor(abs(value) + 0.5) * (1 if value >= 0 else -1),
    "floor": math.floor,
    "ceil": math.ceil,
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "min": min,
    "max": max,
}

numbers = st.one_of(st.integers(0, 99), st.floats(0.01, 99.0).map(lambda x: round(x, 3)))
leaves = st.one_of(numbers.map(str), st.sampled_from(list(KNOWN)))


def _grown(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"({text})**2"),
        st.tuples(st.sampled_from(["round", "floor", "ceil"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        st.tuples(inner, inner).map(lambda t: f"min({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]},{t[1]})"),
    )


@given(st.recursive(leaves, _grown, max_leaves=12))
def test_as_python_computes_it(text):
    try:
        wanted = eval(text, {"__builtins__": {}}, PYTHON | KNOWN)
    except ZeroDivisionError:
        with pytest.raises(ValueError, match="divides by zero"):
            read_expression(text).value(KNOWN)
        return
    found = read_expression(text).value(KNOWN)
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert isinstance(found, int) == float(found).is_integer()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("2 ** -1", 0.5),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(0.75 * n)", 225),
        ("log(exp(1)) + sqrt(16)", 5),
        ("1e2 + .5", 100.5),
        ("max(n, 1, 999)", 999),
        ("+n", 300),
        ("8 / 2 / 2 - 1 - 1", 0),
    ],
)
def test_binding_and_functions(text, value):
    assert read_expression(text).value(KNOWN) == value


def test_names_that_are_needed():
    assert read_expression("round(n * share) + max(n, 2)").names == {"n", "share"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("n +", "too early"),
        ("(n", "is missing"),
        ("n n", "should end before 'n'"),
        ("n ; 1", "no sign of arithmetic"),
        ("n % 2", "no sign of arithmetic"),
        ("open(n)", "'open' is no function"),
        ("n.real", "no sign of arithmetic"),
        ("round(n, 2)", "takes one"),
        ("round()", "stands where a value should"),
        ("'n'", "no sign of arithmetic"),
        ("__import__(n)", "no function"),
        ("(" * 60 + "n" + ")" * 60, "nested more than"),
        ("-" * 60 + "n", "nested more than"),
        ("n" * 600, "at most 500"),
        ("1_000", "stands where a value should|should end"),
        ("", "too early"),
    ],
)
def test_what_cannot_be_read(text, words):
    with pytest.raises(ValueError, match=words) as caught:
        read_expression(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 / (n - 300)", "divides by zero at n = 300; .*change the expression"),
        ("0 ** -1", "divides by zero"),
        ("sqrt(x)", "not a finite number at x = -2.5"),
        ("log(0)", "not a finite number"),
        ("x ** 0.5", "not a finite number"),
        ("exp(9999)", "not a finite number"),
        ("10.0 ** 999", "not a finite number"),
        ("9 ** 9 ** 9 ** 9", "not a finite number"),
    ],
)
def test_what_has_no_value(text, words):
    with pytest.raises(ValueError, match=words):
        read_expression(text).value(KNOWN)


def test_numbers_beyond_all_floats_are_shown_as_large():
    with pytest.raises(ValueError, match=r"is not a finite number at n = 1e\+300"):
        read_expression("n * 0.5").value({"n": 10**400})
