"""The lock file and the conda environment say what pyproject.toml says."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())

# conda-forge's `matplotlib` adds a window toolkit; the library itself is `matplotlib-base`.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.!+]*")


def wanted() -> list[Requirement]:
    project = SETTINGS["project"]
    extras = project["optional-dependencies"].values()
    lines = [*SETTINGS["build-system"]["requires"], *project["dependencies"]]
    return [Requirement(line) for line in chain(lines, *extras)]


def pins() -> dict[str, str]:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in (x.split("==") for x in lines)}


def test_the_lock_file_holds_exact_versions_and_nothing_else() -> None:
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    odd = [line for line in lines if not PIN.fullmatch(line)]
    assert not odd, f"not of the form name==version: {odd}"
    assert len(pins()) == len(lines)
    assert lines == sorted(lines, key=str.lower)


def test_the_lock_file_says_how_it_is_made_anew() -> None:
    assert LOCK.startswith("#")
    assert "make lock" in LOCK


def test_every_requirement_is_locked_within_its_range() -> None:
    locked = pins()
    for requirement in wanted():
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements.lock: run make lock"
        assert version in requirement.specifier, f"{requirement} but {version} is locked"


def test_the_conda_environment_has_the_same_requirements_and_ranges() -> None:
    conda = {line.name: line.specifier for line in map(Requirement, ENVIRONMENT["dependencies"])}
    expected = {CONDA_NAMES.get(r.name, r.name): r.specifier for r in wanted()}
    expected["python"] = Requirement(f"python{SETTINGS['project']['requires-python']}").specifier
    expected["pip"] = Requirement("pip").specifier
    assert conda == expected


def test_the_conda_environment_is_from_conda_forge_and_named_replan() -> None:
    assert ENVIRONMENT["name"] == SETTINGS["project"]["name"] == "replan"
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_the_python_of_the_folder_is_one_the_lock_file_is_for() -> None:
    chosen = (ROOT / ".python-version").read_text().strip()
    assert chosen in {"3.12", "3.13", "3.14"}
    assert "3.12 to 3.14" in LOCK
    last = re.search(r"^LAST_LOCKED_MINOR=(\d+)$", (ROOT / ".ci/find_python").read_text(), re.M)
    assert last
    assert last[1] == "14"
