"""The audit at a glance: a mark for each check, and the findings by name."""

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.axes import Axes

from models.audit import VERDICTS, WORDS, AuditCheck, AuditReport, Verdict, by_section
from models.plots.panels import own_axes
from models.plots.style import INK, MUTED, SMALL, TINY, WIDE, styled

PER_LINE = 25
LINE, ENTRY = 0.2, 0.15
LABEL_WIDTH = 34
CHARACTERS_PER_INCH = 17.5
GAP = 0.35


class Mark(NamedTuple):
    """How a verdict is drawn: marker, area in square points, fill, edge and colour of a number."""

    marker: str
    area: float
    fill: str
    edge: str
    number: str = ""


MARKS: Mapping[Verdict, Mark] = {
    "failed": Mark("s", 125, "#a3240c", "#a3240c", "white"),
    "in_tension": Mark("D", 92, "#f7c948", INK, INK),
    "not_checkable": Mark("P", 30, MUTED, MUTED),
    "no_tension": Mark("o", 26, "white", "#1b7f79"),
    "passed": Mark("o", 26, "#1b7f79", "#1b7f79"),
}
FINDINGS: tuple[Verdict, ...] = ("failed", "in_tension")


class _Row(NamedTuple):
    section: str
    checks: list[AuditCheck]
    label: str
    top: float
    height: float


@styled
def plot_audit(report: AuditReport, *, per_line: int = PER_LINE, ax: Axes | None = None) -> Axes:
    """Draw one row for each section with a mark for each check, worst first, findings numbered.

    Parameters
    ----------
    report : AuditReport
        A finished audit.
    per_line : int
        Marks side by side before a section goes on below.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in, about 7 inches wide; its axis lines are switched off.

    Returns
    -------
    matplotlib.axes.Axes
        Failed checks and those in tension carry the numbers under which they are listed below.

    Raises
    ------
    ValueError
        If the report is empty or `per_line` is not positive.

    Examples
    --------
    >>> from models import audit_record, load_record, plot_audit
    >>> report = audit_record(load_record("analyses/sohaib2025/published.toml"))
    >>> plot_audit(report).figure.get_size_inches().shape
    (2,)
    """
    if not report.checks:
        raise ValueError("`report` has no checks; give one of a record that prints figures")
    if per_line < 1:
        raise ValueError(f"`per_line` must be at least 1, got {per_line}")
    rows = _rows(report, per_line)
    findings = [check for row in rows for check in row.checks if check.verdict in FINDINGS]
    entries = [_entry(check) for check in findings]
    depth = rows[-1].top + rows[-1].height + GAP
    below = sum(map(len, entries)) * ENTRY / LINE + 1.2
    ax = own_axes(ax, width=WIDE, height=LINE * (depth + below) + 0.65)
    ax.set_axis_off()
    ax.set_xlim(-0.43 * per_line, per_line)
    ax.set_ylim(depth + below, -0.2)
    ax.set_title(
        f"{report.trial}: {len(report.checks)} checks of the printed figures against each other",
        loc="left",
        pad=20,
    )
    _draw_rows(ax, rows, per_line)
    _list_findings(ax, entries, top=depth)
    _legend(ax, report)
    return ax


def _rows(report: AuditReport, per_line: int) -> list[_Row]:
    rows, top = [], 0.0
    for section, checks in by_section(report).items():
        label = textwrap.wrap(f"{section} ({len(checks)})", LABEL_WIDTH)
        height = max(-(-len(checks) // per_line), 0.75 * len(label))
        rows.append(_Row(section, checks, "\n".join(label), top, height))
        top += height + GAP
    return rows


def _draw_rows(ax: Axes, rows: list[_Row], per_line: int) -> None:
    finding = 0
    for row in rows:
        ax.text(-0.8, row.top + 0.26, row.label, ha="right", va="top", fontsize=SMALL)
        for place, check in enumerate(row.checks):
            x, y = place % per_line + 0.0, row.top + place // per_line + 0.5
            if check.verdict in FINDINGS:
                finding += 1
                colour = MARKS[check.verdict].number
                ax.text(x, y, str(finding), ha="center", va="center_baseline", fontsize=TINY,
                        color=colour, zorder=4, fontweight="bold")  # fmt: skip
        for verdict in VERDICTS:
            _draw_marks(ax, row, verdict, per_line)


def _draw_marks(ax: Axes, row: _Row, verdict: Verdict, per_line: int) -> None:
    places = [place for place, check in enumerate(row.checks) if check.verdict == verdict]
    if not places:
        return
    mark = MARKS[verdict]
    ax.scatter(
        [place % per_line for place in places],
        [row.top + place // per_line + 0.5 for place in places],
        marker=mark.marker,
        s=mark.area,
        facecolor=mark.fill,
        edgecolor=mark.edge,
        linewidth=1.1,
        zorder=3,
        gid=f"{verdict} of {row.section}",
    )


def _entry(check: AuditCheck) -> list[str]:
    """Lines of a finding in the list."""
    return textwrap.wrap(
        f"{WORDS[check.verdict]}: {check.words}", int(CHARACTERS_PER_INCH * (WIDE - 0.5))
    )


def _list_findings(ax: Axes, entries: list[list[str]], *, top: float) -> None:
    left = ax.get_xlim()[0]
    if not entries:
        ax.text(left, top + 0.5, "Nothing failed and nothing is in tension.", fontsize=SMALL,
                va="center")  # fmt: skip
        return
    ax.text(left, top + 0.5, "Findings", fontsize=SMALL, va="center", fontweight="bold")
    height = top + 1.4
    for number, lines in enumerate(entries, start=1):
        ax.text(left + 0.7, height, str(number), fontsize=SMALL, va="center", ha="right",
                fontweight="bold")  # fmt: skip
        for line in lines:
            ax.text(left + 1.1, height, line, fontsize=SMALL, va="center")
            height += ENTRY / LINE


def _legend(ax: Axes, report: AuditReport) -> None:
    handles = [
        ax.scatter([], [], marker=mark.marker, s=min(mark.area, 60), facecolor=mark.fill,
                   edgecolor=mark.edge, linewidth=1.1,
                   label=f"{WORDS[verdict]}: {report.counts[verdict]}")
        for verdict, mark in MARKS.items()
    ]  # fmt: skip
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(handles),
              handletextpad=0.2, columnspacing=1.4, borderpad=0, handlelength=1.6)  # fmt: skip
