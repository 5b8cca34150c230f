"""Files of curves: what they become, and one sentence for whatever is wrong with them."""

import re

import numpy as np
import pytest

from models.curves import read_curves

CURVES = """arm,time,survival
control,0,1
control,2,0.9
control,5,0.7
control,9,0.4
rt,3,0.95
rt,6,0.8
rt,10,0.6
"""
AT_RISK = """arm,time,at_risk
control,0,40
control,4,34
control,8,20
rt,0,41
rt,4,38
rt,8,30
"""


@pytest.fixture
def read(tmp_path):
    def from_text(curves=CURVES, at_risk=AT_RISK, **options):
        (tmp_path / "curves.csv").write_text(curves, encoding="utf-8")
        (tmp_path / "risk.csv").write_text(at_risk, encoding="utf-8")
        return read_curves(tmp_path / "curves.csv", tmp_path / "risk.csv", **options)

    return from_text


def test_points_begin_at_one_and_a_pixel_is_the_error_of_time(read):
    found = read()
    assert list(found.curves) == ["control", "rt"]
    rt = found.curves["rt"]
    assert rt.time.tolist() == [0, 3, 6, 10]
    assert rt.survival.tolist() == [1, 0.95, 0.8, 0.6]
    assert rt.at_risk.tolist() == [41, 38, 30]
    assert found.error.time == pytest.approx(10 / 500)


def test_points_are_sorted_and_the_lowest_of_a_step_is_kept(read):
    found = read(CURVES + "rt,6,0.84\nrt,4.5,0.95\n").curves["rt"]
    assert found.time.tolist() == [0, 3, 4.5, 6, 10]
    assert found.survival.tolist() == [1, 0.95, 0.95, 0.8, 0.6]


def test_points_of_one_pixel_may_stand_in_the_wrong_order(read):
    found = read(CURVES + "rt,6.01,0.94\n").curves["rt"]
    np.testing.assert_allclose(found.survival, [1, 0.95, 0.94, 0.8, 0.6])


def test_comments_blank_lines_and_other_columns_are_left_out(read):
    text = "# read off by hand\n" + CURVES.replace("\ncontrol,2", "\n\ncontrol,2")
    assert read(text).curves["control"].time.size == 4


def test_a_count_of_nobody_behind_the_curve_is_left_out(read):
    assert read(at_risk=AT_RISK + "rt,12,0\n").curves["rt"].risk_time.tolist() == [0, 4, 8]


WRONG_CURVES = {
    "rise": ("rt,7,0.9\n", "curves.csv, line 9: survival rises from 0.8 to 0.9 at month 7"),
    "cure of a rise": ("rt,7,0.9\n", "give a reading error of at least 0.05"),
    "percent": ("rt,7,60\n", "line 9: `survival` is 60; it must lie in [0, 1], divide"),
    "below 0": ("rt,11,-0.2\n", "line 9: `survival` is -0.2; it must lie in [0, 1]"),
    "negative month": ("rt,-1,0.9\n", "line 9: `time` is -1; it must be months from 0 to 1200"),
    "word": ("rt,seven,0.7\n", "line 9: `time` is 'seven'; it must be months"),
    "missing": ("rt,7,\n", "line 9: `survival` is ''; it must be a number from 0 to 1"),
    "infinite": ("rt,7,inf\n", "line 9: `survival` is 'inf'"),
    "arm": ("placebo,7,0.7\n", "line 9: `arm` is 'placebo'; it must be control or rt"),
    "cells": ("rt,7\n", "line 9: there are 2 cells for 3 columns"),
    "start": ("rt,0,0.9\n", "line 9: `survival` is 0.9 at month 0; a curve must begin at 1"),
}


@pytest.mark.parametrize("what", WRONG_CURVES)
def test_a_wrong_point_is_named_by_its_line(read, what):
    line, sentence = WRONG_CURVES[what]
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        read(CURVES + line)
    assert "\n" not in str(refused.value)


WRONG_COUNTS = {
    "rise": ("rt,6,39\n", "risk.csv, line 8: `at_risk` rises from 38 (risk.csv, line 6) to 39"),
    "half": ("rt,9,2.5\n", "line 8: `at_risk` is '2.5'; it must be a whole number"),
    "negative": ("rt,9,-3\n", "line 8: `at_risk` is '-3'"),
    "twice": ("rt,8,30\n", "line 8: arm 'rt' has month 8 twice"),
    "behind the curve": ("rt,12,5\n", "has 5 at risk at month 12 but its curve ends at month 10"),
}


@pytest.mark.parametrize("what", WRONG_COUNTS)
def test_a_wrong_count_is_named_by_its_line(read, what):
    line, sentence = WRONG_COUNTS[what]
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read(at_risk=AT_RISK + line)


def test_a_curve_that_falls_further_than_the_counts_is_refused(read):
    with pytest.raises(ValueError, match=r"'control' has 40 at risk at month 0 and 39 at month 8"):
        read(at_risk="arm,time,at_risk\ncontrol,0,40\ncontrol,8,39\nrt,0,41\n")


def test_nobody_can_be_at_risk_where_the_curve_is_zero(read):
    at_risk = "arm,time,at_risk\ncontrol,0,40\nrt,0,41\nrt,9,12\n"
    with pytest.raises(ValueError, match=r"has 41 at risk at month 0 and 12 at month 9, but"):
        read(CURVES.replace("rt,6,0.8", "rt,6,0").replace("rt,10,0.6", "rt,10,0"), at_risk)


def test_missing_arms_columns_and_counts_are_named(read):
    with pytest.raises(ValueError, match="has no row of arm 'rt'; a curve file needs both"):
        read("arm,time,survival\ncontrol,1,0.9\n")
    with pytest.raises(ValueError, match="has no row of arm 'rt'; a numbers-at-risk file"):
        read(at_risk="arm,time,at_risk\ncontrol,0,40\n")
    with pytest.raises(ValueError, match="lacks the column 'survival'"):
        read("arm,time,surv\ncontrol,1,0.9\n")
    with pytest.raises(ValueError, match="'rt' begins with 38 at risk at month 4"):
        read(at_risk=AT_RISK.replace("rt,0,41\n", ""))
    with pytest.raises(ValueError, match="has one point of arm 'rt'"):
        read("arm,time,survival\ncontrol,1,0.9\ncontrol,2,0.8\nrt,1,0.9\n")


def test_errors_of_reading_must_make_sense(read):
    with pytest.raises(ValueError, match=r"reading error of survival is 0\.5"):
        read(survival_error=0.5)
    with pytest.raises(ValueError, match="reading error of time is -1 months"):
        read(time_error=-1.0)


def test_files_that_are_none_are_named(tmp_path, read):
    read()
    with pytest.raises(ValueError, match="does not exist; a curve file must be an existing CSV"):
        read_curves(tmp_path / "none.csv", tmp_path / "risk.csv")
    with pytest.raises(ValueError, match="is a directory"):
        read_curves(tmp_path, tmp_path / "risk.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00arm")
    with pytest.raises(ValueError, match="is not text in UTF-8"):
        read_curves(tmp_path / "binary.csv", tmp_path / "risk.csv")
