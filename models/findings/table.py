"""The findings of a published record as one tidy table.

Each arm's share has a Dirichlet prior with one half for each category of its row (for a share
against all the rest, Jeffreys's beta prior); posteriors are exact. Where cells or categories are
not printed, every table of counts that fits what is printed is gone through, and the widest limits
are told: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.audit.completion import completions
from models.findings.shares import JEFFREYS, Share, ShareDifference, compare_shares
from models.interval_estimate import CI_KIND, CI_PROB

if TYPE_CHECKING:
    import pandas as pd

    from models.record import Categories, Record

NOT_GIVEN = "counts or denominators are not printed"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One share of patients, compared between the arms.

    Attributes
    ----------
    row, label, place : str
        Short name of the record's row, words for row and level, and where it is printed.
    pairs : tuple of (Share, Share)
        RT and control, one pair for each table of counts that fits what is printed; none where
        nothing can be computed.
    differences : tuple of ShareDifference
    printed_p : str or None
        P value printed for the row.
    """

    row: str
    label: str
    place: str
    pairs: tuple[tuple[Share, Share], ...]
    differences: tuple[ShareDifference, ...]
    printed_p: str | None


def collect_findings(record: Record, *, ci_prob: float = CI_PROB) -> list[Finding]:
    """Compute every finding of a record: its rows marked as outcomes.

    Parameters
    ----------
    record : Record
    ci_prob : float
        Mass of the central intervals.
    """
    return [
        _finding(name, row, label, places, record, ci_prob)
        for name, row in record.categories.items()
        if row.outcome
        for label, places in _shares_of(row)
    ]


def _shares_of(row: Categories) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Words and places of each printed level, and of levels that are reported together."""
    names = list(row.levels)
    for place, level in enumerate(row.levels.values()):
        yield level.label, (place,)
    for group in row.groups.values():
        yield group.label, tuple(names.index(name) for name in group.levels)


def _finding(
    name: str,
    row: Categories,
    label: str,
    places: tuple[int, ...],
    record: Record,
    ci_prob: float,
) -> Finding:
    categories = len(row.levels) + row.unprinted_levels
    prior = JEFFREYS * len(places), JEFFREYS * max(categories - len(places), 1)
    counted = {
        tuple((sum(cells[p][arm] for p in places), sum(c[arm] for c in cells)) for arm in (0, 1))
        for cells in completions(record, row).tables
    }
    pairs = tuple(
        (Share(count=rt[0], n=rt[1], prior=prior), Share(count=other[0], n=other[1], prior=prior))
        for rt, other in sorted(counted)
    )
    return Finding(
        row=name,
        label=row.label if label.casefold() == row.label.casefold() else f"{row.label}: {label}",
        place=row.place,
        pairs=pairs,
        differences=tuple(compare_shares(rt, other, ci_prob=ci_prob) for rt, other in pairs),
        printed_p=row.p_value,
    )


def findings_table(findings: list[Finding], *, ci_prob: float = CI_PROB) -> pd.DataFrame:
    """Lay out findings, one row each.

    Parameters
    ----------
    findings : list of Finding
        From `collect_findings` with the same `ci_prob`.
    ci_prob : float

    Returns
    -------
    pandas.DataFrame
        Columns `finding`, `row`, `place`, `tables` (of counts that fit), `rt`, `control` (counts
        as "x/n", a range where several fit), for each arm and for the difference (RT minus
        control) `mean`, `lower`, `upper`, then `p_rt_higher_lowest` and `..._highest` over the
        tables, `ci_prob`, `ci_kind`, `printed_p` and `note`. Means and limits are not numbers
        where nothing can be computed; where several tables fit, limits are the widest and means
        the middle of the lowest and the highest.
    """
    import pandas as pd

    rows = [_line(finding, ci_prob) for finding in findings]
    return pd.DataFrame(rows)


def _line(finding: Finding, ci_prob: float) -> dict[str, object]:
    line: dict[str, object] = {
        "finding": finding.label,
        "row": finding.row,
        "place": finding.place,
        "tables": len(finding.pairs),
    }
    for arm, name in enumerate(("rt", "control")):
        shares = [pair[arm] for pair in finding.pairs]
        intervals = [share.interval(ci_prob=ci_prob) for share in shares]
        line[name] = _counts(shares)
        line |= _hull(f"{name}_share", [share.mean for share in shares], intervals)
    limits = [(one.lower, one.upper) for one in finding.differences]
    line |= _hull("difference", [one.mean for one in finding.differences], limits)
    chances = [one.p_rt_higher for one in finding.differences] or [float("nan")]
    return line | {
        "p_rt_higher_lowest": min(chances),
        "p_rt_higher_highest": max(chances),
        "ci_prob": ci_prob,
        "ci_kind": CI_KIND,
        "printed_p": finding.printed_p or "",
        "note": "" if finding.pairs else NOT_GIVEN,
    }


def _counts(shares: list[Share]) -> str:
    if not shares:
        return "–"
    counts = sorted({share.count for share in shares})
    sizes = sorted({share.n for share in shares})
    first = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    last = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return f"{first}/{last}"


def _hull(name: str, means: list[float], limits: list[tuple[float, float]]) -> dict[str, float]:
    if not means:
        return {f"{name}_{part}": float("nan") for part in ("mean", "lower", "upper")}
    return {
        f"{name}_mean": (min(means) + max(means)) / 2.0,
        f"{name}_lower": min(lower for lower, _ in limits),
        f"{name}_upper": max(upper for _, upper in limits),
    }
