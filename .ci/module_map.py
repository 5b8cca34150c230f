"""Write the table of packages and modules in ARCHITECTURE.md from their docstrings."""

import ast
import sys
from pathlib import Path

PACKAGES = ("models", "simulate", "analyses")
BEGIN, END = "<!-- modules: written by `make map` -->", "<!-- end of modules -->"


def purposes(root: Path) -> dict[str, str]:
    """First docstring line of each package (`folder/`) and module (`folder/file.py`), in order."""
    rows = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            name = path.relative_to(root).as_posix().removesuffix("__init__.py")
            rows[name] = text.partition("\n")[0]
    by_place = sorted(rows, key=lambda name: (PACKAGES.index(name.split("/")[0]), name))
    return {name: rows[name] for name in by_place}


def read_table(text: str) -> dict[str, str]:
    """Rows of the table as it stands in ARCHITECTURE.md."""
    table = text.partition(BEGIN)[2].partition(END)[0]
    cells = [line.strip("| ").split(" | ", 1) for line in table.splitlines() if "`" in line]
    return {name.strip("`"): purpose.replace("\\|", "|") for name, purpose in cells}


def with_table(text: str, rows: dict[str, str]) -> str:
    """Replace the table in the text of ARCHITECTURE.md."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"ARCHITECTURE.md has lost its marks: put back {BEGIN} and {END}.")
    lines = [f"| `{name}` | {purpose.replace('|', '\\|')} |" for name, purpose in rows.items()]
    table = "\n".join(["| Package or module | Purpose |", "| --- | --- |", *lines])
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def main() -> int:
    """Bring the table up to date."""
    root = Path(__file__).resolve().parent.parent
    path = root / "ARCHITECTURE.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(with_table(text, purposes(root)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
