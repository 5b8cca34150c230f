"""The published record: every figure of a trial as printed, read from TOML and never computed."""

from models.record.base import ARMS, PerArm, PerArmIfPrinted
from models.record.cell import CountCell, RangeCell, SpreadCell
from models.record.endpoint import Endpoint, EventKnowledge, MedianInterval
from models.record.figure import Figure
from models.record.load import load_record
from models.record.lookup import figures
from models.record.record import Record
from models.record.schema import record_schema
from models.record.statement import Relation, Statement
from models.record.table import Categories, Level, Measurement
from models.record.trial import Accrual, Arm, FollowUp, Manuscript, Trial
from models.record.window import PrintedNumber, Window, read_number

__all__ = [
    "ARMS",
    "Accrual",
    "Arm",
    "Categories",
    "CountCell",
    "Endpoint",
    "EventKnowledge",
    "Figure",
    "FollowUp",
    "Level",
    "Manuscript",
    "Measurement",
    "MedianInterval",
    "PerArm",
    "PerArmIfPrinted",
    "PrintedNumber",
    "RangeCell",
    "Record",
    "Relation",
    "SpreadCell",
    "Statement",
    "Trial",
    "Window",
    "figures",
    "load_record",
    "read_number",
    "record_schema",
]
