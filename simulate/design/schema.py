"""JSON schema of a design, so that editors complete and check the file."""

from typing import Any

from simulate.design.trial import TrialDesign


def design_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a design file.

    Returns
    -------
    dict
        Name it in the first line of a design, ``#:schema design.schema.json``, and editors with
        TOML support complete and check the file.

    Examples
    --------
    >>> from simulate import design_schema
    >>> "looks" in design_schema()["required"]
    True
    """
    schema = TrialDesign.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
