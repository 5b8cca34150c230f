"""JSON schema of a published record, so that editors complete and check the file."""

from typing import Any

from models.record.record import Record


def record_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a record file.

    Returns
    -------
    dict
        Name it in the first line of a record, ``#:schema record.schema.json``, and editors with
        TOML support complete and check the file.

    Examples
    --------
    >>> from models import record_schema
    >>> sorted(record_schema()["required"])
    ['arms', 'endpoints', 'format', 'trial']
    """
    schema = Record.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
