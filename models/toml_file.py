"""Reading TOML files with one clear sentence for whatever is wrong with them."""

import tomllib
from pathlib import Path


def read_toml(path: Path, *, what: str) -> dict[str, object]:
    """Read a TOML file that a user wrote.

    Parameters
    ----------
    path : Path
        Where it is.
    what : str
        What it is to be, for the message: "record", "settings file".

    Returns
    -------
    dict
        The content.

    Raises
    ------
    ValueError
        If there is no readable TOML file at `path`: one sentence.
    """
    if "\0" in str(path) or not (str(path).isprintable() or path.exists()):
        raise ValueError(
            f"{str(path)!r} is no path of a file; a {what} must be an existing TOML file, check it"
        )
    if path.is_dir():
        raise ValueError(f"{path} is a directory; a {what} must be a TOML file, give its path")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ValueError(
            f"{path} does not exist; a {what} must be an existing TOML file, check the path"
        ) from None
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}); a {what} must be a readable TOML file, "
            "check its permissions"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 text (byte {error.start}); a {what} must be TOML in UTF-8, "
            "save it as UTF-8"
        ) from None
    except RecursionError:
        raise ValueError(
            f"{path} is nested too deeply; a {what} must be a plain TOML file, correct it"
        ) from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ValueError(
            f"{path} is not valid TOML ({_reason(error)}); a {what} must be a TOML file, "
            "correct that line"
        ) from None


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())
