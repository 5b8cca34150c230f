"""Notebooks explain and call: no logic of their own, outputs stored, made by what stands there."""

import ast
import importlib.util
import re
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 15
MOST_BYTES = 1_000_000


def execution() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / ".ci" / "notebooks.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXECUTION = execution()


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code(notebook: NotebookNode) -> str:
    """All Python of a notebook; magics, and cells of another language, left out."""
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    lines = "\n".join(cell for cell in cells if not cell.startswith("%%")).splitlines()
    return "\n".join(line for line in lines if not line.startswith(("%", "!")))


def long_definitions(source: str) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [
        node.name
        for node in found
        if isinstance(node, ast.ClassDef) or (node.end_lineno or 0) - node.lineno >= MOST_LINES
    ]


def ids(path: Path) -> str:
    return path.stem


def test_there_are_six_that_are_read_in_order() -> None:
    assert [path.name[:2] for path in PATHS] == [f"{number}_" for number in range(1, 7)]


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_it_is_a_notebook_of_moderate_size(path: Path) -> None:
    nbformat.validate(read(path))
    assert path.stat().st_size < MOST_BYTES, f"{path.name} has {path.stat().st_size:,} bytes"


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_its_outputs_come_from_what_stands_there(path: Path) -> None:
    notebook = read(path)
    made_from = notebook["metadata"].get("replan", {})
    assert made_from.get("sources") == EXECUTION.sources_hash(notebook), "run make notebooks"
    assert made_from.get("version") == version("replan"), "run make notebooks"


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_every_cell_was_executed_once_and_in_order(path: Path) -> None:
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = [output["output_type"] for cell in cells for output in cell["outputs"]]
    assert "error" not in kinds
    assert len(kinds) > len(cells) // 2, f"{len(kinds)} outputs of {len(cells)} cells"


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_its_outputs_hold_no_warning_time_or_place(path: Path) -> None:
    assert EXECUTION.unfit(read(path)) == []


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_it_has_no_logic_of_its_own(path: Path) -> None:
    assert long_definitions(code(read(path))) == []


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_it_begins_with_its_title_and_says_the_direction(path: Path) -> None:
    first = read(path)["cells"][0]
    assert first["cell_type"] == "markdown"
    assert first["source"].startswith(f"# {path.name[0]} · ")
    assert "below 1 favours RT" in first["source"]


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_notebooks_that_it_links_to_exist(path: Path) -> None:
    text = "\n".join(cell["source"] for cell in read(path)["cells"])
    gone = [name for name in re.findall(r"\]\(([^)#:]+\.ipynb)\)", text)
            if not (path.parent / name).is_file()]  # fmt: skip
    assert not gone


def notebook_with(*outputs: NotebookNode) -> NotebookNode:
    return new_notebook(cells=[new_code_cell("1 + 1", id="one", outputs=list(outputs))])


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (new_output("stream", name="stderr", text="it will change\n"), "stderr"),
        (new_output("stream", name="stdout", text="in /ho" "me/ada/results"), "/ho" "me/a"),
        (new_output("display_data", {"text/html": "<p>/tm" "p/x</p>"}), "/tm" "p/"),
        (new_output("stream", name="stdout", text="UserWarning: odd"), "Warning:"),
    ],
)  # fmt: skip
def test_outputs_that_should_not_be_kept_are_found(output: NotebookNode, reason: str) -> None:
    (found,) = EXECUTION.unfit(notebook_with(output))
    assert found.startswith("one ")
    assert reason in found


def test_plain_outputs_are_kept() -> None:
    picture = new_output("display_data", {"image/png": "AAAA", "text/plain": "<Figure>"})
    assert EXECUTION.unfit(notebook_with(picture)) == []


def test_the_hash_sees_what_is_executed_and_nothing_else() -> None:
    plain = notebook_with()
    output = new_output("stream", name="stdout", text="2")
    same = [notebook_with(output), notebook_with()]
    same[1]["cells"].insert(0, new_markdown_cell("text"))
    other = new_notebook(cells=[new_code_cell("1 + 2")])
    hashes = [EXECUTION.sources_hash(one) for one in (plain, *same)]
    assert len(set(hashes)) == 1
    assert EXECUTION.sources_hash(other) not in hashes


def test_changed_outputs_are_named() -> None:
    two, three = (notebook_with(new_output("stream", name="stdout", text=text)) for text in "23")
    assert EXECUTION.changed(two, two) == []
    assert EXECUTION.changed(two, three) == ["one"]
    assert EXECUTION.changed(two, notebook_with()) == ["the number of outputs"]


def test_long_functions_and_classes_are_found() -> None:
    short = "def short():\n    return 1\n"
    long = "def long():\n" + "    a = 1\n" * MOST_LINES
    assert long_definitions(short + long + "class Thing:\n    pass\n") == ["long", "Thing"]
