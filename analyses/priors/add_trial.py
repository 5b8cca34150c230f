"""Adding a trial to a file of evidence: written aside and renamed, or not at all."""

import os
import tempfile
from pathlib import Path

from models.priors.evidence_file import with_trial
from models.toml_file import read_toml


def add_to_file(path: Path, fields: dict[str, object]) -> None:
    """Add a trial at the end of a file.

    Parameters
    ----------
    path : Path
        An existing file of evidence.
    fields : dict
        Of a trial; those that are None are left out.

    Raises
    ------
    ValueError
        If the file is none, would not be one with the trial, or cannot be written; it is as it
        was then.
    """
    read_toml(path, what="file of evidence")
    longer = with_trial(path.read_text(encoding="utf-8-sig"), fields, path=path)
    target = path.resolve()
    aside = ""
    try:
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(longer)
        os.chmod(aside, target.stat().st_mode)
        os.replace(aside, target)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        raise ValueError(
            f"{path} cannot be written ({error.strerror}); a file of evidence must be in a "
            "writable folder with space left, move it"
        ) from None
