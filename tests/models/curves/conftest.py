"""Public patients, and curves of theirs read off a picture pixel by pixel, with noise."""

import csv
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from analyses.selftest.oracles import FOLDER
from models.curves.clean import Points, clean_points
from models.curves.curve import ArmCurve, ReadingError
from models.survival import kaplan_meier, numbers_at_risk, survival_at

FIXTURES = FOLDER
COUNTS = 9
PIXELS = 500
NOISE = 0.001
ERROR = 0.002


class Patients(NamedTuple):
    """Months, events, arm (0 control, 1 treated) and age."""

    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    age: np.ndarray


def _lines(name):
    with (FIXTURES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def public_patients(name):
    rows = [row for row in _lines("public_patients.csv") if row["set"] == name]
    columns = {key: np.array([float(row[key]) for row in rows]) for key in Patients._fields}
    return Patients(
        columns["time"], columns["event"] == 1, columns["arm"].astype(int), columns["age"]
    )


@cache
def answers(name):
    return {
        row["quantity"]: float(row["value"])
        for row in _lines("public_answers.csv")
        if row["set"] == name
    }


def read_off(time, event, *, axis, rng, pixels=PIXELS, counts=COUNTS):
    """One arm's curve in a picture: a point a pixel column, rounded to a pixel, and moved a bit."""
    curve = kaplan_meier(time, event)
    months = np.arange(pixels + 1) / pixels * axis
    months = np.append(months[months < time.max()], time.max())
    survival = np.round(survival_at(curve, months) * 500) / 500
    survival = np.clip(survival + rng.uniform(-NOISE, NOISE, months.size), 0, 1)
    survival[0] = 1.0
    error = ReadingError(survival=ERROR * (1 + 1e-6), time=axis / pixels)
    points = clean_points(Points(months, survival, [""] * months.size), error=error)
    printed = np.arange(counts) * axis / counts
    printed = printed[printed <= time.max()]
    return (
        ArmCurve(points.time, points.survival, printed, numbers_at_risk(time, printed)),
        error,
    )


def read_both(patients, *, rng, **options):
    """Curves of both arms, and their reading error."""
    axis = float(patients.time.max())
    curves = {}
    for index, name in enumerate(("control", "rt")):
        here = patients.arm == index
        curves[name], error = read_off(
            patients.time[here], patients.event[here], axis=axis, rng=rng, **options
        )
    return curves, error


@pytest.fixture(scope="session")
def published():
    """Functions that publish patients: read from R's data sets, drawn in a picture, read off."""

    class Published:
        patients = staticmethod(public_patients)
        answers = staticmethod(answers)
        read_off = staticmethod(read_off)
        read_both = staticmethod(read_both)
        Patients = Patients

    return Published
