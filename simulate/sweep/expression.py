"""Arithmetic on the quantities of a sweep, as in "round(0.75 * n)".

Numbers, names, ``+ - * / **``, parentheses, and ``round floor ceil sqrt log exp`` of one argument,
``min max`` of one or more. Powers bind before signs and from the right, as they are printed. The
text is read by this module alone and never run as a program.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

LONGEST = 500
DEEPEST = 50
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(\w+)|(\*\*|.))")
SIGNS = {"+", "-", "*", "/", "**", "(", ")", ","}

Term = Callable[[Mapping[str, float]], float]


def _half_up(value: float) -> int:
    """Nearest whole number, halves away from 0 as people round (not to even)."""
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)


OF_ONE: dict[str, Callable[[float], float]] = {
    "round": _half_up,
    "floor": math.floor,
    "ceil": math.ceil,
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
}
OF_SEVERAL: dict[str, Callable[..., float]] = {"min": min, "max": max}
FUNCTIONS = (*OF_ONE, *OF_SEVERAL)


@dataclass(frozen=True, kw_only=True)
class Expression:
    """An expression that was read.

    Attributes
    ----------
    text : str
    names : frozenset of str
        Quantities that it needs.
    """

    text: str
    names: frozenset[str]
    _term: Term

    def value(self, known: Mapping[str, float]) -> float:
        """Compute the expression; a whole result is an integer.

        Parameters
        ----------
        known : mapping of str to float
            Values of at least `names`.

        Raises
        ------
        ValueError
            If it has no finite value: one sentence.
        """
        try:
            found = self._term(known)
            if not isinstance(found, complex) and math.isfinite(found):
                return int(found) if found == int(found) else float(found)
            reason = "is not a finite number"
        except ZeroDivisionError:
            reason = "divides by zero"
        except (ArithmeticError, ValueError):
            reason = "is not a finite number"
        at = ", ".join(f"{name} = {_within(known[name]):g}" for name in sorted(self.names))
        raise ValueError(
            f"{self.text!r} {reason}{f' at {at}' if at else ''}; a derived value must be a finite "
            "number, change the expression or the values"
        )


def read_expression(text: str) -> Expression:
    """Read an expression.

    Raises
    ------
    ValueError
        One sentence that says where it cannot be read.
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"an expression has {len(text)} characters; at most {LONGEST} are read, shorten it"
        )
    reader = _Reader(text)
    term = reader.sum()
    if reader.token is not None:
        raise reader.error("the expression should end")
    return Expression(text=text, names=frozenset(reader.names), _term=term)


class _Reader:
    """Recursive descent: one method for each level of binding."""

    def __init__(self, text: str) -> None:
        self.text, self.names, self.depth = text, set[str](), 0
        self.tokens = self._split()
        self.token = next(self.tokens, None)

    def _split(self) -> Iterator[str]:
        place, end = 0, len(self.text.rstrip())
        while place < end:
            found = TOKEN.match(self.text, place)
            if found is None:
                raise self.error(f"{self.text[place]!r} cannot be read")
            number, name, sign = found.groups()
            if sign is not None and sign not in SIGNS:
                raise self.error(f"{sign!r} is no sign of arithmetic")
            yield str(number or name or sign)
            place = found.end()

    def error(self, what: str) -> ValueError:
        here = "" if getattr(self, "token", None) is None else f" before {self.token!r}"
        return ValueError(
            f"{self.text!r} is no expression: {what}{here}; write numbers, names of the grid, "
            f"+ - * / **, parentheses and {', '.join(FUNCTIONS)}"
        )

    def take(self) -> str:
        if self.token is None:
            raise self.error("it ends too early")
        taken, self.token = self.token, next(self.tokens, None)
        return taken

    def expect(self, sign: str) -> None:
        if self.token != sign:
            raise self.error(f"{sign!r} is missing")
        self.take()

    def sum(self) -> Term:
        left = self.product()
        while self.token in ("+", "-"):
            left = _joined(self.take(), left, self.product())
        return left

    def product(self) -> Term:
        left = self.signed()
        while self.token in ("*", "/"):
            left = _joined(self.take(), left, self.signed())
        return left

    def signed(self) -> Term:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"it is nested more than {DEEPEST} deep")
        if self.token in ("+", "-"):
            minus, inner = self.take() == "-", self.signed()
            term = _negative(inner) if minus else inner
        else:
            term = self.power()
        self.depth -= 1
        return term

    def power(self) -> Term:
        base = self.atom()
        if self.token != "**":
            return base
        self.take()
        return _joined("**", base, self.signed())

    def atom(self) -> Term:
        token = self.take()
        if token == "(":
            inner = self.sum()
            self.expect(")")
            return inner
        if token[0].isdigit() or token[0] == ".":
            return _number(float(token))
        if not token.isidentifier():
            raise self.error(f"{token!r} stands where a value should")
        return self.call(token) if self.token == "(" else self.quantity(token)

    def quantity(self, name: str) -> Term:
        self.names.add(name)
        return lambda known: known[name]

    def call(self, name: str) -> Term:
        if name not in FUNCTIONS:
            raise self.error(f"{name!r} is no function")
        self.expect("(")
        arguments = [self.sum()]
        while self.token == ",":
            self.take()
            arguments.append(self.sum())
        self.expect(")")
        if name in OF_ONE and len(arguments) > 1:
            raise self.error(f"{name} has {len(arguments)} arguments and takes one")
        function = OF_ONE.get(name) or OF_SEVERAL[name]
        if len(arguments) == 1 and name in OF_SEVERAL:
            return arguments[0]
        return lambda known: function(*(argument(known) for argument in arguments))


def _within(value: float) -> float:
    """Bring a whole number of any length within the floats, to be shown."""
    return float(min(max(value, -1e300), 1e300))


def _number(value: float) -> Term:
    return lambda known: value


def _negative(term: Term) -> Term:
    return lambda known: -term(known)


def _joined(sign: str, left: Term, right: Term) -> Term:
    if sign == "+":
        return lambda known: left(known) + right(known)
    if sign == "-":
        return lambda known: left(known) - right(known)
    if sign == "*":
        return lambda known: left(known) * right(known)
    if sign == "/":
        return lambda known: left(known) / right(known)
    return lambda known: float(left(known)) ** right(known)
