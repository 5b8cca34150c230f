"""ARCHITECTURE.md lists every package and module, layers point one way, files stay small."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

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


def module_map() -> ModuleType:
    spec = importlib.util.spec_from_file_location("module_map", ROOT / ".ci" / "module_map.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAP = module_map()
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


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
    missing = sorted(MAP.purposes(ROOT).keys() - MAP.read_table(TEXT).keys())
    assert not missing, f"ARCHITECTURE.md lacks {', '.join(missing)}: run make map"


def test_the_map_lists_nothing_that_is_gone() -> None:
    gone = sorted(MAP.read_table(TEXT).keys() - MAP.purposes(ROOT).keys())
    assert not gone, f"ARCHITECTURE.md lists {', '.join(gone)}: run make map"


def test_the_map_says_what_the_modules_say() -> None:
    rows, purposes = MAP.read_table(TEXT), MAP.purposes(ROOT)
    other = [name for name in rows if name in purposes and rows[name] != purposes[name]]
    assert not other, f"ARCHITECTURE.md is out of date on {', '.join(other)}: run make map"


def test_every_module_says_what_it_is_for_in_one_sentence() -> None:
    vague = [name for name, purpose in MAP.purposes(ROOT).items() if not purpose.endswith(".")]
    assert not vague, f"first docstring line is not a sentence: {', '.join(vague)}"


def test_the_map_is_read_back_as_written() -> None:
    rows = {"models/": "What a | b means.", "models/cox.py": "Cox, `x` and all."}
    assert MAP.read_table(MAP.with_table(TEXT, rows)) == rows
    assert MAP.with_table(MAP.with_table(TEXT, {}), MAP.read_table(TEXT)) == TEXT
    with pytest.raises(SystemExit, match="lost its marks"):
        MAP.with_table("no table", rows)


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
