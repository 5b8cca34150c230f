"""What is said on the screen before the results: findings on the figures that are analysed."""

from pathlib import Path

from analyses.reanalyse.screen import _of_what_is_analysed
from models.audit import audit
from models.record import load_record

PUBLISHED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml"


def test_a_hazard_ratio_in_the_wrong_direction_is_told_with_the_results(tmp_path):
    path = tmp_path / "published.toml"
    text = PUBLISHED.read_text(encoding="utf-8")
    place = text.index('direction = "control_vs_rt"', text.index("[endpoints.pfs]"))
    wrong = text[:place] + text[place:].replace("control_vs_rt", "rt_vs_control", 1)
    path.write_text(wrong, encoding="utf-8")
    told = [check.words for check in _of_what_is_analysed(audit(load_record(path)))]
    assert "PFS: hazard ratio and medians favour the same arm" in told


def test_findings_on_other_figures_are_left_to_the_audit():
    report = audit(load_record(PUBLISHED))
    assert report.having("failed")
    assert _of_what_is_analysed(report) == []
