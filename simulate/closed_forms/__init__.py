"""Closed forms for fixed designs: events that are needed, and events that are to be expected."""

from simulate.closed_forms.events import (
    freedman_events,
    freedman_power,
    schoenfeld_events,
    schoenfeld_power,
)
from simulate.closed_forms.expected_events import (
    event_probability,
    expected_events,
    time_of_events,
)
from simulate.closed_forms.lachin_foulkes import (
    lachin_foulkes_event_probability,
    lachin_foulkes_patients,
    lachin_foulkes_power,
)

__all__ = [
    "event_probability",
    "expected_events",
    "freedman_events",
    "freedman_power",
    "lachin_foulkes_event_probability",
    "lachin_foulkes_patients",
    "lachin_foulkes_power",
    "schoenfeld_events",
    "schoenfeld_power",
    "time_of_events",
]
