"""The audit: a published record held against itself."""

from dataclasses import replace
from itertools import chain

from models.audit.check import AuditReport
from models.audit.counts import check_counts
from models.audit.hazard_ratios import check_hazard_ratios
from models.audit.measurements import check_measurements
from models.audit.naming import in_words
from models.audit.p_values import check_p_values
from models.audit.repeats import check_relations, check_repeats
from models.audit.times import check_times
from models.record import Record


def audit(record: Record) -> AuditReport:
    """Compute again whatever a record lets one compute, and compare.

    Parameters
    ----------
    record : Record
        A published record.

    Returns
    -------
    AuditReport
        Checks with verdict and arithmetic. Rounding is exact: a check fails only where no numbers
        that round to the printed ones fit together.

    Examples
    --------
    >>> from models import audit_record, load_record
    >>> report = audit_record(load_record("analyses/sohaib2025/published.toml"))
    >>> [check.arithmetic for check in report.having("failed")][0]
    '0.054 (Discussion, paragraph 5) contradicts 0.057 (Results, paragraph 3)'
    """
    checks = chain(
        check_hazard_ratios(record),
        check_times(record),
        check_repeats(record),
        check_counts(record),
        check_relations(record),
        check_measurements(record),
        check_p_values(record),
    )
    return AuditReport(
        trial=record.trial.name,
        checks=tuple(replace(check, words=in_words(check.name, record)) for check in checks),
    )
