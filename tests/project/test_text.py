"""No file says where it was written or how packages are fetched there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("models", "simulate", "analyses", "notebooks", "tests", ".ci")
BINARY = {".png", ".nc", ".parquet", ".pyc", ".npz"}

# Written so that the patterns do not find themselves.
UNWANTED = {
    "a path of one machine": r"/(?:hom[e]|Use[r]s)/\w|/roo[t]/|/wor[k]/",
    "a package index": (
        r"pyp[i]\.org|pythonhoste[d]|artifactor[y]|--(?:extra-)?index-ur[l]|find-link[s]"
    ),
    "pickling, which runs what it reads": r"^\s*(?:import|from) pickl[e]\b",
    "work left undone": r"\b(?:TOD[O]|FIXM[E])\b",
}


def text_files() -> Iterator[Path]:
    hidden_files = {".gitignore", ".python-version"}
    for path in ROOT.iterdir():
        if path.is_file() and (path.name in hidden_files or not path.name.startswith(".")):
            yield path
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            hidden = "__pycache__" in path.parts or ".ipynb_checkpoints" in path.parts
            if path.is_file() and path.suffix not in BINARY and not hidden:
                yield path


@pytest.mark.parametrize("what", UNWANTED)
def test_files_are_free_of(what: str) -> None:
    pattern = re.compile(UNWANTED[what], re.MULTILINE)
    found = [
        f"{path.relative_to(ROOT)}:{text.count('\n', 0, match.start()) + 1}"
        for path in text_files()
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for match in pattern.finditer(text)
    ]
    assert not found, f"{what} in {', '.join(found)}"


def test_the_patterns_find_what_they_are_for() -> None:
    examples = {
        "a path of one machine": "/ho" + "me/ada/trial.csv",
        "a package index": "--index" + "-url",
        "pickling, which runs what it reads": "import pick" + "le",
        "work left undone": "# TO" + "DO",
    }
    assert all(re.search(UNWANTED[what], text) for what, text in examples.items())
    assert examples.keys() == UNWANTED.keys()


def test_the_files_of_the_project_are_looked_at() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in text_files()}
    assert {"README.md", "Makefile", ".ci/run", "pyproject.toml", "models/__init__.py"} <= names
