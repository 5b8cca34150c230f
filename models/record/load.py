"""Reading a published record from its TOML file."""

from pathlib import Path

from pydantic import ValidationError

from models.record.explain import explain
from models.record.record import Record
from models.toml_file import read_toml


def load_record(path: Path | str) -> Record:
    """Read and check a published record.

    Parameters
    ----------
    path : Path or str
        A TOML file with every figure as printed.

    Returns
    -------
    Record
        Frozen; its figures may contradict each other (the audit says where), but a re-analysis
        is possible.

    Raises
    ------
    ValueError
        If the file is missing, unreadable, not TOML, or not a record: one sentence with file,
        field, value, rule and cure.

    Examples
    --------
    >>> from models import load_record
    >>> record = load_record("analyses/sohaib2025/published.toml")
    >>> record.endpoints["pfs"].hazard_ratio.text, record.endpoints["pfs"].direction
    ('1.99', 'control_vs_rt')
    """
    path = Path(path)
    content = read_toml(path, what="record")
    try:
        return Record.model_validate(content)
    except ValidationError as error:
        raise ValueError(f"{path}: {explain(error, model=Record)}") from None
