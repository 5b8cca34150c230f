"""P-values of tables, computed again from the printed counts, means and standard deviations."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from models.audit.check import AuditCheck, Verdict, decide
from models.audit.completion import Completions, completions
from models.audit.contingency import Table, can_list, exact, occupied_rows, pearson
from models.audit.significance import t_two_sided
from models.record import Categories, Figure, Measurement, Record, SpreadCell

SECTION = "P-values of tables"
MONTE_CARLO_TABLES = 10_000
_MONTE_CARLO_Z = 2.576


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One test's p-value.

    Parameters
    ----------
    test : str
        Name of the test, as in the record.
    p : float
        Its p-value.
    low, high : float
        Values that the test could have been printed for: `p` itself, the rounding of its inputs,
        or the scatter of a Monte Carlo test.
    """

    test: str
    p: float
    low: float
    high: float

    def gives(self, printed: Figure) -> bool:
        """Tell whether the test can give the printed p-value."""
        tolerance = 1e-12
        return self.high >= printed.low - tolerance and self.low < printed.high + tolerance


def check_p_values(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of every table row with a p-value.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Passed where one of the tests that the publication names (any, where it names none) gives
        the printed p-value to its rounding.
    """
    for key, row in record.categories.items():
        if row.p_value is not None:
            yield _row(
                record, key, row, Figure(text=row.p_value, unit="probability", place=row.place)
            )
    for key, measurement in record.measurements.items():
        if measurement.p_value is not None:
            text = measurement.p_value
            printed = Figure(text=text, unit="probability", place=measurement.place)
            yield _measurement(record, key, measurement, printed)


def table_tests(table: Table) -> list[Candidate]:
    """Return the p-values of a table of counts by all tests.

    Parameters
    ----------
    table : sequence of pairs of int
        Counts, one row per category, one column per arm.

    Returns
    -------
    list of Candidate
        Pearson, for two rows with continuity correction too, Fisher (Freeman-Halton), and for
        more rows the Monte Carlo test with its 99% limits at 10,000 tables.
    """
    rows = occupied_rows(table)
    found = [_fixed("pearson chi-square", pearson(rows))]
    if len(rows) == 2:
        found.append(_fixed("continuity-corrected chi-square", pearson(rows, corrected=True)))
    if not can_list(rows):
        return found
    probabilities = exact(rows)
    found.append(_fixed("fisher exact", probabilities.fisher))
    if len(rows) > 2:
        found += [_monte_carlo(p) for p in (probabilities.fisher, probabilities.chi_square)]
    return found


def t_tests(one: SpreadCell, other: SpreadCell, *, sizes: tuple[int, int]) -> Candidate:
    """Return the p-value of the pooled t-test with its range over the rounding of its inputs.

    Parameters
    ----------
    one, other : SpreadCell
        Mean and SD of each arm.
    sizes : (int, int)
        Patients in each arm, two or more.

    Returns
    -------
    Candidate
        The p-value falls with the difference and rises with either SD, so its range is found at
        the ends of the windows.
    """
    gap = abs(one.mean.value - other.mean.value)
    slack = (one.mean.high - one.mean.low + other.mean.high - other.mean.low) / 2
    middle = _pooled(gap, one.sd.value, other.sd.value, sizes)
    low = _pooled(gap + slack, max(one.sd.low, 0), max(other.sd.low, 0), sizes)
    high = _pooled(max(gap - slack, 0), one.sd.high, other.sd.high, sizes)
    return Candidate(test="t-test", p=middle, low=low, high=high)


def _row(record: Record, key: str, row: Categories, printed: Figure) -> AuditCheck:
    found, named = completions(record, row), record.trial.tests
    verdict: Verdict = "not_checkable"
    if found.number == 0:
        told = "counts or denominators are not printed"
    elif found.number == 1:
        table = next(found.tables)
        candidates = table_tests(table)
        told = f"{_counts(table)}: {_listed(candidates, named)}; printed {printed.text}"
        verdict = decide(_gives(candidates, named, printed))
        if verdict == "failed" and not can_list(table):
            verdict, told = "not_checkable", f"{told}; too many patients for an exact test"
    else:
        fitting = _first_fitting(found, named, printed)
        verdict = decide(fitting is not None)
        outcome = "for none of them" if fitting is None else f"for {_counts(fitting)} among others"
        told = (
            f"cells are not printed and can be filled in {found.number} ways; printed "
            f"{printed.text} comes out {outcome}"
        )
    return AuditCheck(
        section=SECTION,
        name=f"categories.{key}: p-value",
        verdict=verdict,
        arithmetic=told,
        place=row.place,
    )


def _first_fitting(found: Completions, named: tuple[str, ...], printed: Figure) -> Table | None:
    return next(
        (table for table in found.tables if _gives(table_tests(table), named, printed)), None
    )


def _measurement(record: Record, key: str, row: Measurement, printed: Figure) -> AuditCheck:
    name, spreads = f"measurements.{key}: p-value", (row.spread("rt"), row.spread("control"))
    rt, control = spreads
    sizes = tuple(row.n[arm] or record.arms[arm].n for arm in ("rt", "control"))
    if rt is None or control is None or min(sizes) < 2:
        return AuditCheck(
            section=SECTION,
            name=name,
            verdict="not_checkable",
            arithmetic="a mean or SD is not printed",
            place=row.place,
        )
    candidate = t_tests(rt, control, sizes=(sizes[0], sizes[1]))
    return AuditCheck(
        section=SECTION,
        name=name,
        verdict=decide(candidate.gives(printed)),
        arithmetic=f"t-test of {rt.mean.text} ± {rt.sd.text} (n {sizes[0]}) against "
        f"{control.mean.text} ± {control.sd.text} (n {sizes[1]}): p = {candidate.p:.4f}, between "
        f"{candidate.low:.4f} and {candidate.high:.4f} with rounding; printed {printed.text}",
        place=row.place,
    )


def _gives(candidates: list[Candidate], named: tuple[str, ...], printed: Figure) -> bool:
    counted = [candidate for candidate in candidates if _is_named(candidate, named)]
    return any(candidate.gives(printed) for candidate in counted)


def _is_named(candidate: Candidate, named: tuple[str, ...]) -> bool:
    return not named or candidate.test in named


def _fixed(test: str, p: float) -> Candidate:
    return Candidate(test=test, p=p, low=p, high=p)


def _monte_carlo(p: float) -> Candidate:
    scatter = _MONTE_CARLO_Z * sqrt(max(p * (1 - p), 0) / MONTE_CARLO_TABLES)
    return Candidate(test="monte carlo", p=p, low=p - scatter, high=p + scatter)


def _pooled(gap: float, sd_one: float, sd_other: float, sizes: tuple[int, int]) -> float:
    degrees = sum(sizes) - 2
    variance = ((sizes[0] - 1) * sd_one**2 + (sizes[1] - 1) * sd_other**2) / degrees
    error = sqrt(variance * (1 / sizes[0] + 1 / sizes[1]))
    if error == 0:
        return 1.0 if gap == 0 else 0.0
    return t_two_sided(gap / error, df=degrees)


def _counts(table: Table) -> str:
    rows = ", ".join(f"{rt}/{control}" for rt, control in table)
    return f"RT/control {rows}"


def _listed(candidates: list[Candidate], named: tuple[str, ...]) -> str:
    lines = []
    for candidate in candidates:
        margin = f" ± {candidate.high - candidate.p:.4f}" if candidate.high > candidate.p else ""
        other = "" if _is_named(candidate, named) else " (not named)"
        lines.append(f"{candidate.test}{other} {candidate.p:.4f}{margin}")
    return ", ".join(lines)
