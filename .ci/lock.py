"""Write `requirements.lock`: the newest versions that `pyproject.toml` allows, pinned exactly."""

import json
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

HEADER = """\
# Exact versions for running, testing and building replan with Python 3.12 to 3.14.
# Regenerated from pyproject.toml by `make lock`; never edited by hand.
"""


def wanted(pyproject: Path) -> list[str]:
    """Collect what the project needs to be built, run and developed."""
    settings = tomllib.loads(pyproject.read_text())
    project = settings["project"]
    extras = project["optional-dependencies"].values()
    return [
        *settings["build-system"]["requires"],
        *project["dependencies"],
        *(requirement for extra in extras for requirement in extra),
    ]


def resolve(requirements: list[str]) -> list[str]:
    """Ask a fresh pip which versions fit together, without installing them."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True, symlinks=True)
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", "pip"], check=True)
        report = Path(folder) / "report.json"
        dry_run = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report)]
        subprocess.run([*pip, *dry_run, *requirements], check=True)
        found = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    pins = [f"{metadata['name']}=={metadata['version']}" for metadata in found]
    return sorted(pins, key=str.lower)


def main() -> int:
    """Resolve, then replace the lock file in one step."""
    root = Path(__file__).resolve().parent.parent
    pins = resolve(wanted(root / "pyproject.toml"))
    draft = root / "requirements.lock.draft"
    draft.write_text(HEADER + "\n".join(pins) + "\n")
    draft.replace(root / "requirements.lock")
    print(f"requirements.lock: {len(pins)} packages pinned", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
