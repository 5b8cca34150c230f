"""The report of a self-test as one HTML page that needs nothing else."""

from html import escape
from typing import Any

from analyses.selftest.check import GRADES
from analyses.selftest.document import by_area, figure, headline

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em;
  color: #1a1a1a; background: #fff; }
h2 { margin: 2em 0 0.5em; border-top: 3px solid #0b4f8a; padding-top: 0.6em; }
h3 { margin: 1.6em 0 0.3em; font-size: 1em; }
table { border-collapse: collapse; width: 100%; margin: 0.3em 0 1.2em; font-size: 0.9em;
  table-layout: fixed; }
th, td { border-bottom: 1px solid #ccc; padding: 0.35em 0.6em 0.35em 0; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th:nth-child(2) { width: 14%; } th:nth-child(3) { width: 18%; }
th:nth-child(4), th:nth-child(5), th:nth-child(6) { width: 9%; }
td:nth-child(4), td:nth-child(5) { white-space: nowrap; }
.passed { color: #005a8c; } .failed { color: #a63a00; font-weight: bold; }
@media (max-width: 40em) {
  table, tbody, tr, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-bottom: 1px solid #ccc; padding: 0.35em 0; }
  td { border: 0; padding: 0.05em 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: #4d4d4d; }
}
@media print { body { max-width: none; margin: 0; font-size: 11px; } tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } }
"""
NAMES = ("Check", "Grade", "Observed", "Limit", "Figures", "Verdict")


def selftest_page(document: dict[str, Any]) -> str:
    """Write the page."""
    parts = [
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Self-test of replan</title><style>{STYLE}</style></head><body><main>",
        f"<h1>Self-test of replan</h1><p><strong>{escape(headline(document))}</strong></p>",
        *_environment(document),
    ]
    for title, rows in by_area(document):
        if any(checks for _, checks in rows):
            parts.append(f"<h2>{escape(title)}</h2>")
        for requirement, checks in rows:
            if checks:
                parts.append(f"<h3>{escape(requirement.words)}</h3>{_table(checks)}")
    return "\n".join([*parts, "</main></body></html>", ""])


def _environment(document: dict[str, Any]) -> list[str]:
    """Versions, machine and grades, and which checks were left out."""
    versions = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    machine = " ".join(str(value) for value in document["machine"].values())
    grades = "; ".join(f"{grade}: {words}" for grade, words in GRADES.items())
    left = document["left"]
    return [
        f"<p>{escape(versions)}. {escape(machine)} cores. ",
        f"Oracles: {escape('; '.join(document['oracles']))}.</p>",
        f"<p>Grades of evidence, the strongest first: {escape(grades)}.</p>",
        *([f"<p>Not made: {escape(', '.join(left))}.</p>"] if left else []),
    ]


def _table(checks: list[dict[str, Any]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in NAMES)
    body = "".join(f"<tr>{_row(check)}</tr>" for check in checks)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(check: dict[str, Any]) -> str:
    observed = check["error"] or f"{figure(check['observed'])} {check['unit']}"
    cells = (
        f"{check['name']}: {check['claim']} Against: {check['source']}.",
        check["grade"],
        observed,
        figure(check["limit"]),
        str(check["cases"]),
    )
    told = "".join(
        f'<td data-label="{name}">{escape(cell)}</td>'
        for name, cell in zip(NAMES, cells, strict=False)
    )
    verdict = check["verdict"]
    return f'{told}<td class="{verdict}">{verdict}</td>'
