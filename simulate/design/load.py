"""Reading a design: from its TOML file, or from named values."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from models.record.explain import explain
from models.toml_file import read_toml
from simulate.design.trial import TrialDesign


def load_design(path: Path | str) -> TrialDesign:
    """Read and check a design file.

    Parameters
    ----------
    path : Path or str
        A TOML file.

    Returns
    -------
    TrialDesign

    Raises
    ------
    ValueError
        If the file is missing, unreadable, not TOML, or not a design: one sentence with file,
        field, value, rule and cure.

    Examples
    --------
    >>> from simulate import load_design
    >>> design = load_design("analyses/phase3/design.toml")
    >>> design.patients, [endpoint.name for endpoint in design.endpoints]
    (400, ['pfs', 'os'])
    """
    content = read_toml(Path(path), what="design file")
    try:
        return read_design(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def read_design(content: Mapping[str, object]) -> TrialDesign:
    """Check a design given as named values, such as the content of a design file.

    Parameters
    ----------
    content : mapping
        Names and values as in a design file.

    Returns
    -------
    TrialDesign

    Raises
    ------
    ValueError
        One sentence with field, value, rule and cure.

    Examples
    --------
    >>> import tomllib
    >>> from simulate import design_text, load_design, read_design
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> smaller = read_design(tomllib.loads(design_text(design)) | {"patients": 380})
    >>> smaller.patients
    380
    """
    try:
        return TrialDesign.model_validate(content)
    except ValidationError as error:
        raise ValueError(explain(error, model=TrialDesign)) from None
