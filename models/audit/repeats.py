"""Figures printed more than once, differences and sums that the text draws, related counts."""

from collections.abc import Iterator
from fractions import Fraction

from models.audit.check import AuditCheck, decide
from models.audit.rounding import shown
from models.record import ARMS, Figure, Record, Relation, Statement, Window, figures
from models.record.lookup import arm_counts

SECTION = "Repeated and derived figures"
RELATIONS = "Counts that hang together"


def check_repeats(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of every statement that repeats, subtracts or adds figures.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Passed where some numbers round to all that is printed.
    """
    known = figures(record)
    for key, statement in record.statements.items():
        for path in statement.same_as:
            yield _same(key, statement, path, known[path])
        if statement.difference_of is not None:
            first, second = (known[path] for path in statement.difference_of)
            yield _derived(key, statement, [first, second], signs=[1, -1])
        if statement.sum_of:
            terms = [known[path] for path in statement.sum_of]
            yield _derived(key, statement, terms, signs=[1] * len(terms))


def check_relations(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of every declared relation between counts, arm by arm.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Not checkable where a count is not printed.
    """
    known = figures(record)
    for relation in record.relations:
        for arm in ARMS:
            yield _related(relation, arm, known)


def _same(key: str, statement: Statement, path: str, other: Figure) -> AuditCheck:
    holds = statement.window.overlaps(other.window)
    words = "agrees with" if holds else "contradicts"
    return AuditCheck(
        section=SECTION,
        name=f"statements.{key}: same as {path}",
        verdict=decide(holds),
        arithmetic=f"{statement.text} ({statement.place}) {words} {other.text} ({other.place})",
        place=f"{statement.place}; {other.place}",
    )


def _derived(
    key: str, statement: Statement, terms: list[Figure], *, signs: list[int]
) -> AuditCheck:
    value = sum((sign * term.exact for sign, term in zip(signs, terms, strict=True)), Fraction(0))
    slack = sum((_slack(term) for term in terms), Fraction(0))
    can_be = Window(
        low=value - slack, high=value + slack, low_included=not slack, high_included=not slack
    )
    sign = " − " if -1 in signs else " + "
    margin = f" ± {shown(slack)}" if slack else ""
    return AuditCheck(
        section=SECTION,
        name=f"statements.{key}: {'difference' if -1 in signs else 'sum'}",
        verdict=decide(can_be.overlaps(statement.window)),
        arithmetic=f"{sign.join(term.text for term in terms)} = {shown(value)}{margin}, "
        f"printed {statement.text}",
        place=statement.place,
    )


def _slack(figure: Figure) -> Fraction:
    """Return half a unit of the last digit; counts are exact."""
    if figure.unit in ("patients", "events"):
        return Fraction(0)
    return Fraction(1, 2 * 10**figure.decimals)


def _related(relation: Relation, arm: str, known: dict[str, Figure]) -> AuditCheck:
    sides = [
        [arm_counts(known, path, arm) for path in side] for side in (relation.left, relation.right)
    ]
    name = f"{' + '.join(relation.left)} {relation.relation} {' + '.join(relation.right)}, {arm}"
    places = dict.fromkeys(figure.place for side in sides for figure in side if figure)
    if any(figure is None for side in sides for figure in side):
        return AuditCheck(
            section=RELATIONS,
            name=name,
            verdict="not_checkable",
            arithmetic=f"a count is not printed ({relation.because})",
            place="; ".join(places),
        )
    left, right = ([figure.exact for figure in side if figure] for side in sides)
    holds = sum(left) == sum(right) if relation.relation == "equals" else sum(left) <= sum(right)
    sign = "=" if relation.relation == "equals" else "≤"
    return AuditCheck(
        section=RELATIONS,
        name=name,
        verdict=decide(holds, assumption=relation.assumption),
        arithmetic=f"{_sum_text(left)} should be {sign} {_sum_text(right)}: {relation.because}",
        place="; ".join(places),
        assumption=relation.assumption or None,
    )


def _sum_text(terms: list[Fraction]) -> str:
    total = sum(terms, Fraction(0))
    if len(terms) == 1:
        return shown(total)
    return f"{' + '.join(shown(term) for term in terms)} = {shown(total)}"
