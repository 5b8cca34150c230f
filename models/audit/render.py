"""An audit report as text for people and as JSON for programs."""

from typing import Any

from models.audit.check import VERDICTS, AuditCheck, AuditReport, Verdict

SCHEMA_VERSION = 1
WORDS: dict[Verdict, str] = {
    "failed": "failed",
    "in_tension": "in tension",
    "not_checkable": "not checkable",
    "no_tension": "no tension",
    "passed": "passed",
}
"""Verdicts as people read them."""


def by_section(report: AuditReport) -> dict[str, list[AuditCheck]]:
    """Return the checks by section, within each the worst verdict first."""
    sections: dict[str, list[AuditCheck]] = {}
    for check in report.checks:
        sections.setdefault(check.section, []).append(check)
    for checks in sections.values():
        checks.sort(key=lambda check: VERDICTS.index(check.verdict))
    return sections


def headline(report: AuditReport) -> str:
    """Return one line with the number of checks by verdict."""
    counts = ", ".join(f"{number} {WORDS[verdict]}" for verdict, number in report.counts.items())
    return f"{report.trial}: {len(report.checks)} checks, {counts}"


def findings_text(report: AuditReport) -> list[str]:
    """Return one line for each check that failed or is in tension, failed ones first."""
    found = sorted(
        report.having("failed", "in_tension"), key=lambda check: VERDICTS.index(check.verdict)
    )
    return [f"{WORDS[check.verdict]}: {check.words}: {check.arithmetic}" for check in found]


def audit_text(report: AuditReport) -> list[str]:
    """Return the report as lines of plain text.

    Parameters
    ----------
    report : AuditReport
        A finished audit.

    Returns
    -------
    list of str
        Each section with its failed checks first, then what was found, then a headline.
    """
    lines = []
    for section, checks in by_section(report).items():
        lines += [section]
        for check in checks:
            lines.append(f"  {WORDS[check.verdict]:<13}  {check.words}")
            if check.words != check.name:
                lines.append(f"{'':17}[{check.name}]")
            lines.append(f"{'':17}{check.arithmetic}")
            if check.assumption:
                lines.append(f"{'':17}assuming {check.assumption}")
        lines.append("")
    return [*lines, *findings_text(report), headline(report)]


def audit_json(report: AuditReport) -> dict[str, Any]:
    """Return the report as a document for programs.

    Parameters
    ----------
    report : AuditReport
        A finished audit.

    Returns
    -------
    dict
        ``schema_version``, ``trial``, ``counts`` by verdict, and ``checks``, each with ``section``,
        ``name``, ``words``, ``verdict``, ``arithmetic``, ``place`` and ``assumption`` (null where
        none).
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "trial": report.trial,
        "counts": dict(report.counts),
        "checks": [
            {
                "section": check.section,
                "name": check.name,
                "words": check.words,
                "verdict": check.verdict,
                "arithmetic": check.arithmetic,
                "place": check.place,
                "assumption": check.assumption,
            }
            for check in report.checks
        ],
    }
