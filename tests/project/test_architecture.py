"""ARCHITECTURE.md lists every package and module, layers point one way, files stay small."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "simulate", "analyses")
FORBIDDEN = {"models": {"simulate", "analyses"}, "simulate": {"analyses"}, "analyses": set()}
HEAVY = ("pymc", "arviz", "numba", "matplotlib", "xarray", "pandas")
MOST_LINES = 500


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def listed() -> list[str]:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    return re.findall(
        r"^\| `((?:models|simulate|analyses)/[\w/]*(?:\.py)?)` \|", text, re.MULTILINE
    )


def present() -> set[str]:
    """Packages as `folder/`, modules as `folder/file.py`."""
    files = python_files(*PACKAGES)
    packages = {f"{name_of(path.parent)}/" for path in files if path.name == "__init__.py"}
    return packages | {name_of(path) for path in files if path.name != "__init__.py"}


def imports(path: Path) -> list[tuple[int, str]]:
    """Line and dotted name of each import; relative ones begin with a dot."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, "." * node.level + (node.module or "")))
    return found


def test_every_module_is_on_the_map() -> None:
    missing = sorted(present() - set(listed()))
    assert not missing, f"ARCHITECTURE.md has no row for: {', '.join(missing)}"


def test_the_map_lists_nothing_that_is_gone_or_twice() -> None:
    rows = listed()
    gone = sorted(set(rows) - present())
    twice = sorted({row for row in rows if rows.count(row) > 1})
    assert not gone, f"ARCHITECTURE.md lists what does not exist: {', '.join(gone)}"
    assert not twice, f"ARCHITECTURE.md lists twice: {', '.join(twice)}"


def test_every_row_says_what_the_module_is_for() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    purposes = re.findall(r"^\| `[\w/]+(?:\.py)?` \| *(.*?) *\|$", text, re.MULTILINE)
    assert len(purposes) >= len(listed())
    assert all(len(purpose) > 10 for purpose in purposes)


@pytest.mark.parametrize("package", PACKAGES)
def test_layers_point_one_way(package: str) -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in python_files(package)
        for line, module in imports(path)
        if module.split(".")[0] in FORBIDDEN[package]
    ]
    assert not wrong, "; ".join(wrong)


def test_imports_are_absolute() -> None:
    relative = [
        f"{name_of(path)}:{line}"
        for path in python_files(*PACKAGES, "tests", ".ci")
        for line, module in imports(path)
        if module.startswith(".")
    ]
    assert not relative, f"relative imports in {', '.join(relative)}"


def test_no_file_is_too_long() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files(*PACKAGES, "tests", ".ci")
    }
    long = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
    assert not long, f"split these files of more than {MOST_LINES} lines: {long}"


def test_every_folder_of_modules_is_a_package() -> None:
    files = python_files(*PACKAGES)
    bare = {name_of(p.parent) for p in files if not (p.parent / "__init__.py").exists()}
    assert not bare, f"no __init__.py in: {', '.join(sorted(bare))}"


def test_no_file_is_a_catch_all() -> None:
    names = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py", "core.py"}
    found = [name_of(p) for p in python_files(*PACKAGES, "tests") if p.name in names]
    assert not found, f"name these files after what they hold: {', '.join(found)}"


def test_importing_the_packages_loads_nothing_heavy() -> None:
    packages = sorted(
        name_of(path.parent).replace("/", ".")
        for path in python_files(*PACKAGES)
        if path.name == "__init__.py"
    )
    script = (
        "import sys, importlib\n"
        f"for package in {packages}:\n"
        "    importlib.import_module(package)\n"
        f"    loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "    if loaded:\n"
        "        sys.exit(f'importing {package} loads {loaded}')\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
