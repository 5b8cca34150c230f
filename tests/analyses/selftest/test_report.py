"""The report of a self-test: what it says of passed and failed checks, in every form."""

import json

import pytest

from analyses.command_line.main import run
from analyses.selftest import command
from analyses.selftest.check import Check, Finding
from analyses.selftest.document import describe_selftest, figure
from analyses.selftest.markdown import selftest_markdown
from analyses.selftest.page import selftest_page
from analyses.selftest.run import run_checks


def a_check(name, observed, **more):
    def compare():
        if observed is None:
            raise ValueError("broken <off>")
        return Finding(observed, 1e-8, "relative difference", 12, "somewhere")

    return Check(
        **{
            "name": name,
            "requirement": "survival.cox",
            "grade": "external oracle",
            "claim": "It is that of R | and more.",
            "source": "R",
            "subject": "models.survival.cox.cox",
            "compare": compare,
        }
        | more
    )


GOOD, BAD, OFF = a_check("good", 2e-10), a_check("bad", 0.5), a_check("off", None)


@pytest.fixture
def told():
    return describe_selftest(run_checks([GOOD, BAD, OFF]), full=False)


def test_the_document_holds_figures_limits_verdicts_versions_and_machine(told):
    assert told["passed"] is False
    assert told["counts"] == {"passed": 1, "failed": 2}
    assert [check["verdict"] for check in told["checks"]] == ["passed", "failed", "failed"]
    assert told["checks"][0]["observed"] == 2e-10
    assert told["checks"][2]["observed"] is None
    assert told["checks"][2]["error"] == "ValueError: broken <off>"
    assert {"python", "numpy", "numba", "replan"} <= set(told["versions"])
    assert told["machine"]["cores"] >= 1
    assert any("rpact" in oracle for oracle in told["oracles"])
    json.dumps(told, allow_nan=False)


def test_no_checks_are_no_proof():
    assert describe_selftest([], full=False)["passed"] is False


def test_markdown_and_page_say_the_same(told):
    text, page = selftest_markdown(told), selftest_page(told)
    for form in (text, page):
        assert "2 of 3 checks FAILED" in form
        assert "2.0e-10 relative difference" in form
        assert "external oracle" in form
    assert "**FAILED**" in text
    assert "R \\| and more" in text
    assert "broken &lt;off&gt;" in page
    assert "<script" not in page
    assert "http" not in page


def test_figures_have_two_or_three_digits():
    assert [figure(x) for x in (0.0, None, 3.14159, 2.5e-9, 123456.0)] == [
        "0", "none", "3.14", "2.5e-09", "1.2e+05",
    ]  # fmt: skip


def test_progress_tells_what_is_left():
    seen = []
    run_checks([a_check(str(n), 0.0, seconds=4.0) for n in range(4)], progress=seen.append)
    assert [step.done for step in seen] == [0, 0.25, 0.5, 0.75, 1.0]
    assert seen[0].seconds_left == 16
    assert seen[3].seconds_left < 4


@pytest.mark.parametrize(("chosen", "code"), [((GOOD,), 0), ((GOOD, BAD), 1)])
def test_the_command_writes_a_report_and_tells_by_its_exit_code(
    tmp_path, capsys, monkeypatch, chosen, code
):
    monkeypatch.setattr(command, "checks", lambda full: chosen)
    assert run(["selftest", "--out", str(tmp_path / "out")]) == code
    assert ("FAILED" in capsys.readouterr().out) == (code == 1)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"files.json", "selftest.html", "selftest.json", "selftest.md"}
    assert run(["selftest", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["passed"] == (code == 0)
    assert run(["selftest", "--full"]) == code


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "checks", lambda full: (GOOD,))
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    assert run(["selftest", "--out", str(tmp_path / "taken")]) == 2
    assert capsys.readouterr().err.startswith("Error: ")
