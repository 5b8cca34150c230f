"""Reading a published record from its TOML file."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from models.record.explain import explain
from models.record.record import Record


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
    """
    path = Path(path)
    content = _read_toml(path)
    try:
        return Record.model_validate(content)
    except ValidationError as error:
        raise ValueError(f"{path}: {explain(error, model=Record)}") from None


def _read_toml(path: Path) -> dict[str, object]:
    if path.is_dir():
        raise ValueError(f"{path} is a directory; a record must be a TOML file, give its path")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{path} does not exist; a record must be an existing TOML file, check the path"
        ) from None
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}); a record must be a readable TOML file, "
            "check its permissions"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 text (byte {error.start}); a record must be TOML in UTF-8, "
            "save it as UTF-8"
        ) from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ValueError(
            f"{path} is not valid TOML ({_reason(error)}); a record must be a TOML file, "
            "correct that line"
        ) from None


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())
