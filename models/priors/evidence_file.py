"""Reading files of evidence, and adding a trial to one."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from models.priors.evidence import Evidence
from models.priors.trial_estimate import estimate_trial
from models.record.explain import explain
from models.toml_file import read_toml


def load_evidence(path: Path | str) -> Evidence:
    """Read the evidence of other trials from a TOML file.

    Parameters
    ----------
    path : Path or str
        A TOML file, such as `replan new evidence` writes.

    Returns
    -------
    Evidence

    Raises
    ------
    ValueError
        If the file is unreadable or no evidence: one sentence.

    Examples
    --------
    >>> from models import load_evidence
    >>> evidence = load_evidence("analyses/sohaib2025/evidence.toml")
    >>> evidence.endpoints, evidence.trials[0].name
    (('pfs', 'os'), 'NRG-LU002')
    """
    return check_evidence(read_toml(Path(path), what="file of evidence"), path=path)


def check_evidence(content: dict[str, object], *, path: Path | str) -> Evidence:
    """Check the content of a file of evidence, down to the standard error of each trial.

    Raises
    ------
    ValueError
        If it is no evidence: one sentence that begins with the path.
    """
    try:
        evidence = Evidence.model_validate(content)
        for trial in evidence.trials:
            estimate_trial(trial, discounted=False)
    except ValidationError as error:
        raise ValueError(f"{path}: {explain(error, model=Evidence)}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return evidence


def with_trial(text: str, fields: dict[str, object], *, path: Path | str) -> str:
    """Add a trial at the end of a file's text; all that stands there stays as it is.

    Parameters
    ----------
    text : str
        TOML of a file of evidence.
    fields : dict
        Of a `Trial`: texts, numbers, and tables of them; those that are None are left out.
    path : Path
        Of the file, for messages.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the file with the trial would be no evidence: one sentence.
    """
    lines = [f"{name} = {_toml(value)}" for name, value in fields.items() if value is not None]
    longer = text.rstrip("\n") + "\n\n[[trials]]\n" + "\n".join(lines) + "\n"
    try:
        content = tomllib.loads(longer)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{path} cannot take a [[trials]] table at its end ({error}); trials must be tables of "
            "their own there, correct the file"
        ) from None
    check_evidence(content, path=path)
    return longer


def _toml(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{name} = {_toml(item)}" for name, item in value.items())
        return "{ " + inner + " }"
    if isinstance(value, str):
        return '"' + "".join(_escaped(sign) for sign in value) + '"'
    return repr(value)


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return sign if sign.isprintable() else f"\\U{ord(sign):08X}"
