"""What a folder is to hold: the sweep, its cells and how far they are to go, kept beside them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analyses.sweep.aim import Aim
from analyses.sweep.store import write_aside

FILE = "sweep.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class SweepPlan:
    """A sweep as it was last started in a folder.

    Attributes
    ----------
    name : str
    file : str
        Of the sweep, as it was given.
    sweep : dict
        Its content.
    design : str
        The design as TOML.
    seed : int
    code : str
        Version of the code that results depend on.
    addresses : list of str
        Of the cells in the order of the grid.
    aim : Aim
    """

    name: str
    file: str
    sweep: dict[str, Any]
    design: str
    seed: int
    code: str
    addresses: list[str]
    aim: Aim


def write_plan(folder: Path, plan: SweepPlan) -> None:
    """Keep a plan in a folder, in place of the one before.

    Raises
    ------
    ValueError
        If it cannot be written.
    """
    content = {"schema_version": SCHEMA_VERSION, **asdict(plan)}
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_aside(folder / FILE, text.encode(), folder=folder, lasting=True)


def read_plan(folder: Path) -> SweepPlan | None:
    """Read the plan of a folder; None where there is none.

    Raises
    ------
    ValueError
        If the file is not what `write_plan` wrote.
    """
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version, aim = content.pop("schema_version"), content.pop("aim")
        if version != SCHEMA_VERSION:
            raise ValueError
        return SweepPlan(**content, aim=Aim(**aim))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(
            f"{path} is not what a sweep writes; remove it and start the sweep again, its cells "
            "are kept"
        ) from None
