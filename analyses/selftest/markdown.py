"""The report of a self-test in Markdown."""

from typing import Any

from analyses.selftest.check import GRADES
from analyses.selftest.document import by_area, figure, headline


def selftest_markdown(document: dict[str, Any]) -> str:
    """Write the report: outcome, machine, and each requirement with its checks."""
    lines = ["# Self-test of replan", "", headline(document), ""]
    lines += environment_lines(document)
    lines += ["", "## Requirements", ""]
    for title, rows in by_area(document):
        if not any(checks for _, checks in rows):
            continue
        lines += [f"### {title}", ""]
        for requirement, checks in rows:
            if checks:
                lines += [f"**{requirement.id}.** {requirement.words}", ""]
                lines += [*check_table(checks), ""]
    return "\n".join(lines).rstrip() + "\n"


def environment_lines(document: dict[str, Any]) -> list[str]:
    """List versions and machine, and what the grades mean."""
    versions = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    machine = document["machine"]
    lines = [
        f"- Versions: {versions}",
        f"- Machine: {machine['system']} {machine['release']}, {machine['architecture']}, "
        f"{machine['cores']} cores",
        f"- Oracles: {'; '.join(document['oracles'])}",
        "- Grades of evidence, the strongest first: "
        + "; ".join(f"*{grade}*: {words}" for grade, words in GRADES.items()),
    ]
    if document["left"]:
        lines.append(f"- Not made: {', '.join(document['left'])}")
    return lines


def check_table(checks: list[dict[str, Any]]) -> list[str]:
    """Write the checks of one requirement as a table."""
    lines = [
        "| Check | Grade | Observed | Limit | Figures | Verdict |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for check in checks:
        observed = check["error"] or f"{figure(check['observed'])} {check['unit']}"
        verdict = check["verdict"] if check["verdict"] == "passed" else "**FAILED**"
        lines.append(
            f"| {_cell(check['name'])}: {_cell(check['claim'])} Against: {_cell(check['source'])}. "
            f"| {check['grade']} | {_cell(observed)} | {figure(check['limit'])} | "
            f"{check['cases']} | {verdict} |"
        )
    return lines


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
