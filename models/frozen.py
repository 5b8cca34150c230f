"""What settings and priors read from files are: frozen, complete, and without unknown fields."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from models.record.explain import explain
from models.toml_file import read_toml


class Frozen(BaseModel):
    """A value read from a file: cannot be changed, refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def load(cls, path: Path | str, *, what: str) -> Self:
        """Read and check the content of a TOML file.

        Parameters
        ----------
        path : Path or str
        what : str
            What the file is to be, for the message: "settings file".

        Raises
        ------
        ValueError
            If the file is unreadable or its content not valid: one sentence.
        """
        content = read_toml(Path(path), what=what)
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise ValueError(f"{path}: {explain(error, model=cls)}") from None
