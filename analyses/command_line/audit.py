"""`replan audit` and `replan schema`: what a record says against itself, and how to write one."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from models.audit import AuditCheck, AuditReport, Verdict

_COLOURS: "dict[Verdict, str]" = {
    "failed": "bold red",
    "in_tension": "yellow",
    "not_checkable": "dim",
    "no_tension": "green",
    "passed": "green",
}


def audit(
    file: Annotated[Path, typer.Argument(help="Record of a published trial (TOML).")],
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 when a check failed.")
    ] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="What was found alone, not the checks that passed.")
    ] = False,
) -> None:
    """Hold the figures of a published trial against each other, with the arithmetic shown.

    Exit code 0 when done, 1 with --strict when a check failed, 2 for bad input.

    Example: replan audit analyses/sohaib2025/published.toml --strict
    """
    from models.audit import audit as audit_record
    from models.record import load_record

    report = audit_record(load_record(file))
    if json:
        _print_json(report)
    else:
        _print_tables(report, brief=brief)
    if strict and report.having("failed"):
        raise typer.Exit(1)


def schema(
    what: Annotated[str, typer.Argument(help="Kind of file: record or design.")] = "record",
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; stdout where none is given.")
    ] = None,
) -> None:
    """Write the JSON schema of a file, so that editors complete and check it.

    Exit code 0 when done, 2 for bad input.

    Example: replan schema record --out record.schema.json
    """
    import json

    text = json.dumps(_schema_of(what), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write_whole(out, text)


def _schema_of(what: str) -> dict[str, Any]:
    if what == "record":
        from models.record import record_schema

        return record_schema()
    if what == "design":
        from simulate.design.schema import design_schema

        return design_schema()
    raise ValueError(
        f"`what` is {what!r}; only 'record' and 'design' have a schema, write one of these"
    )


def _print_json(report: "AuditReport") -> None:
    import json

    from models.audit import audit_json

    typer.echo(json.dumps(audit_json(report), indent=2, ensure_ascii=False))


def _print_tables(report: "AuditReport", *, brief: bool) -> None:
    from rich.console import Console

    from models.audit import audit_text, by_section, findings_text, headline

    console = Console(highlight=False)
    if not console.is_terminal:
        found = [*findings_text(report), headline(report)]
        typer.echo("\n".join(found if brief else audit_text(report)))
        return
    if not brief:
        for section, checks in by_section(report).items():
            console.print(_section_table(section, checks))
    console.print("\n".join(findings_text(report)), markup=False)
    console.print(headline(report), style="bold", markup=False)


def _section_table(section: str, checks: "list[AuditCheck]") -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from models.audit import WORDS

    table = Table(title=section, title_justify="left", box=box.SIMPLE_HEAD, expand=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("check", ratio=2, overflow="fold")
    table.add_column("arithmetic", ratio=3, overflow="fold")
    for check in checks:
        arithmetic = check.arithmetic
        if check.assumption:
            arithmetic += f"\nassuming {check.assumption}"
        verdict = Text(WORDS[check.verdict], style=_COLOURS[check.verdict])
        name = Text(check.words)
        if check.words != check.name:
            name.append(f"\n{check.name}", style="dim")
        table.add_row(verdict, name, Text(arithmetic))
    return table


def _write_whole(path: Path, text: str) -> None:
    """Write a file completely or not at all."""
    handle, name = -1, ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise ValueError(
            f"{path} cannot be written ({error.strerror}); --out must be a file in a writable "
            "folder with space left, choose another"
        ) from None
