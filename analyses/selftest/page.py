"""The report of a self-test as one HTML page that needs nothing else."""

from html import escape
from typing import Any

from analyses.selftest.document import by_area, figure, headline

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em;
  color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 0.5em 0 1.5em; font-size: 0.9em; }
th, td { border-bottom: 1px solid #ccc; padding: 0.35em 0.6em; text-align: left;
  vertical-align: top; }
.passed { color: #005a8c; } .failed { color: #a63a00; font-weight: bold; }
.scroll { overflow-x: auto; }
@media print { body { max-width: none; margin: 0; font-size: 11px; } tr { break-inside: avoid; } }
"""


def selftest_page(document: dict[str, Any]) -> str:
    """Write the page."""
    versions = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    machine = " ".join(str(value) for value in document["machine"].values())
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Self-test of replan</title><style>{STYLE}</style></head><body><main>",
        f"<h1>Self-test of replan</h1><p><strong>{escape(headline(document))}</strong></p>",
        f"<p>{escape(versions)}. {escape(machine)} cores. ",
        f"{escape('; '.join(document['oracles']))}.</p>",
    ]
    for title, rows in by_area(document):
        if any(checks for _, checks in rows):
            parts.append(f"<h2>{escape(title)}</h2>")
        for requirement, checks in rows:
            if checks:
                parts.append(f"<h3>{escape(requirement.words)}</h3>{_table(checks)}")
    return "\n".join([*parts, "</main></body></html>", ""])


def _table(checks: list[dict[str, Any]]) -> str:
    names = ("Check", "Grade", "Observed", "Limit", "Figures", "Verdict")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "".join(f"<tr>{_row(check)}</tr>" for check in checks)
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def _row(check: dict[str, Any]) -> str:
    observed = check["error"] or f"{figure(check['observed'])} {check['unit']}"
    cells = (
        f"{check['name']}: {check['claim']} Against: {check['source']}.",
        check["grade"],
        observed,
        figure(check["limit"]),
        str(check["cases"]),
    )
    verdict = check["verdict"]
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'{told}<td class="{verdict}">{verdict}</td>'
