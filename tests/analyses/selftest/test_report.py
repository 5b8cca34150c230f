"""The report of a self-test: what it says of passed and failed checks, in every form."""

import json

import pytest

from analyses.command_line.main import run
from analyses.selftest import command
from analyses.selftest.check import Check, Finding
from analyses.selftest.choose import choose, kept_findings
from analyses.selftest.document import describe_selftest, figure
from analyses.selftest.markdown import selftest_markdown
from analyses.selftest.page import selftest_page
from analyses.selftest.registry import checks
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


def test_what_was_left_out_is_named():
    told = describe_selftest(run_checks([GOOD]), full=False, every=[GOOD, BAD])
    assert told["left"] == ["bad"]
    assert "- Not made: bad" in selftest_markdown(told)
    assert "<p>Not made: bad.</p>" in selftest_page(told)


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


THREE = (GOOD, a_check("later", 0.0), a_check("long", 0.0, full=True, seconds=400.0))


@pytest.fixture
def three(monkeypatch):
    monkeypatch.setattr(
        command, "checks", lambda full: [one for one in THREE if full or not one.full]
    )


def names_in(folder):
    told = json.loads((folder / "selftest.json").read_text(encoding="utf-8"))
    return [check["name"] for check in told["checks"]], told["left"]


def test_parts_of_a_long_run_come_together(tmp_path, capsys, three):
    out = ["--out", str(tmp_path)]
    assert run(["selftest", "--only", "long", *out]) == 0
    assert names_in(tmp_path) == (["long"], ["good", "later"])
    said = capsys.readouterr()
    assert "One check, about 7 minutes" in said.err
    assert "One check passed" in said.out
    assert "2 were not made" in said.out
    assert run(["selftest", "--full", "--continue", *out]) == 0
    assert names_in(tmp_path) == (["good", "later", "long"], [])
    said = capsys.readouterr()
    assert said.err == ""
    assert "All 3 checks passed" in said.out
    assert run(["selftest", "--only", "later", *out]) == 0
    assert names_in(tmp_path) == (["later"], ["good", "long"])


def test_findings_of_another_program_and_failed_ones_are_made_again(tmp_path, monkeypatch, three):
    out = ["--out", str(tmp_path)]
    assert run(["selftest", "--only", "good", *out]) == 0
    told = json.loads((tmp_path / "selftest.json").read_text(encoding="utf-8"))
    for changed in ({"program": "0"}, {"checks": [told["checks"][0] | {"verdict": "failed"}]}):
        (tmp_path / "selftest.json").write_text(json.dumps(told | changed), encoding="utf-8")
        assert kept_findings(tmp_path) == []
    (tmp_path / "selftest.json").write_text("[]", encoding="utf-8")
    assert kept_findings(tmp_path) == []


def test_a_stopped_run_has_kept_what_was_long(tmp_path, monkeypatch):
    def stop():
        raise KeyboardInterrupt

    chosen = (THREE[2], a_check("stopped", 0.0), GOOD)
    object.__setattr__(chosen[1], "compare", stop)
    monkeypatch.setattr(command, "checks", lambda full: chosen)
    assert run(["selftest", "--full", "--out", str(tmp_path)]) == 130
    assert names_in(tmp_path) == (["long"], ["stopped", "good"])


def test_what_cannot_be_chosen_is_refused(tmp_path, capsys, three):
    assert run(["selftest", "--only", "nothing"]) == 2
    assert "--only is 'nothing'" in capsys.readouterr().err
    assert run(["selftest", "--continue"]) == 2
    assert "--continue needs --out" in capsys.readouterr().err


def test_checks_are_chosen_by_name_requirement_and_area():
    every = checks(full=True)
    names = [one.name for one in choose(every, ["boundaries"], full=False)]
    assert len(names) == 5
    one = choose(every, ["boundaries.power", "Cox model"], full=False)
    assert [check.requirement for check in one] == [
        "survival.cox", "boundaries.power", "boundaries.power",
    ]  # fmt: skip
    assert [one.name for one in choose(every, ["sweeps.faults"], full=False)] == []
    assert len(choose(every, ["sweeps.faults"], full=True)) == 1
    assert len(choose(every, ["sweeps that are killed"], full=False)) == 1
    assert [*choose(every, [], full=False)] == [*checks()]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "checks", lambda full: (GOOD,))
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    assert run(["selftest", "--out", str(tmp_path / "taken")]) == 2
    assert capsys.readouterr().err.startswith("Error: ")
