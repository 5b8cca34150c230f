"""Execute the notebooks in place, and note in each from what its outputs came.

Outputs hold nothing of the machine, no times and no warnings: a notebook that shows any is not
written. With `--check` nothing is written, and outputs that no longer come out are named.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

MOST_SECONDS = 900
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
OF_A_MACHINE = re.compile(r"/(?:hom[e]|User[s])/\w|/roo[t]/|/tm[p]/|/wor[k]/|Warning:")


def sources_hash(notebook: NotebookNode) -> str:
    """Hash of all that is executed; text between it may be mended without a new execution."""
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def texts(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Cell and text of everything that is put out, pictures aside."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "text" in output:
                yield cell["id"], output["text"]
            if "traceback" in output:
                yield cell["id"], "\n".join(output["traceback"])
            for kind, text in sorted(output.get("data", {}).items()):
                if kind.startswith("text/"):
                    yield cell["id"], text


def unfit(notebook: NotebookNode) -> list[str]:
    """Cells whose outputs should not be kept, with the reason."""
    found = [
        f"{cell['id']} writes to stderr: {output['text'].strip().splitlines()[-1]}"
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if output.get("name") == "stderr"
    ]
    for cell, text in texts(notebook):
        match = OF_A_MACHINE.search(text)
        if match:
            found.append(f"{cell} shows {match[0]!r}")
    return found


def execute(path: Path) -> NotebookNode:
    """Run a notebook from a fresh kernel, in its own folder, and keep what it puts out."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=MOST_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    notebook["metadata"] = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        "replan": {"sources": sources_hash(notebook), "version": version("replan")},
    }
    return notebook


def changed(before: NotebookNode, after: NotebookNode) -> list[str]:
    """Cells whose texts differ between two executions."""
    old, new = list(texts(before)), list(texts(after))
    odd = [cell for (cell, text), (_, other) in zip(old, new, strict=False) if text != other]
    return odd + ([] if len(old) == len(new) else ["the number of outputs"])


def main() -> int:
    """Execute all notebooks, or those that are named; 1 where one is unfit or has changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing, compare the outputs")
    arguments = parser.parse_args()
    folder = Path(__file__).resolve().parent.parent / "notebooks"
    failed = False
    for path in arguments.notebooks or sorted(folder.glob("*.ipynb")):
        notebook = execute(path.resolve())
        faults = unfit(notebook)
        if arguments.check:
            stored = nbformat.read(path, as_version=4)
            faults += [f"{cell} puts out something else" for cell in changed(stored, notebook)]
        elif not faults:
            nbformat.write(notebook, path)
        failed |= bool(faults)
        print(f"{path.name}: {'; '.join(faults) or 'as it should be'}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
