"""The audit: whether the figures that a publication prints can all be true together."""

from models.audit.audit import audit
from models.audit.check import VERDICTS, AuditCheck, AuditReport, Verdict
from models.audit.render import (
    SCHEMA_VERSION,
    WORDS,
    audit_json,
    audit_text,
    by_section,
    findings_text,
    headline,
)
from models.audit.times import UNITS, TimeUnit, UnitFit, fit_units

audit_record = audit
"""The same under the name that `models` has for it, where `audit` is this package."""

__all__ = [
    "SCHEMA_VERSION",
    "UNITS",
    "VERDICTS",
    "WORDS",
    "AuditCheck",
    "AuditReport",
    "TimeUnit",
    "UnitFit",
    "Verdict",
    "audit",
    "audit_json",
    "audit_record",
    "audit_text",
    "by_section",
    "findings_text",
    "fit_units",
    "headline",
]
