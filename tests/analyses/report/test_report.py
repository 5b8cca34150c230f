"""The whole report: every item of both guidelines, one page that needs nothing else."""

import csv
import json
import re
import shlex
import shutil
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from typer.main import get_command

from analyses.command_line.main import app
from analyses.report.blocks import Code, Paragraph, Picture, Table
from analyses.report.chapters import build_report
from analyses.report.html import report_html
from analyses.report.markdown import report_markdown
from analyses.report.settings_words import effect_prior

STEPS = {"1": "ABCDE", "2": "ABCD", "3": "ABC", "4": "ABCDE", "5": "ABCDE", "6": "ABCDEF"}
BARG = ["A", "B", *(f"{step}.{item}" for step, items in STEPS.items() for item in items)]
MORE = {"D": 4, "P": 3, "X": 4}
ADEMP = [
    key
    for part in "ADEMPX"
    for key in ([f"{part}.{number + 1}" for number in range(MORE[part])] if part in MORE else part)
]
SIMULATIONS = ("phase3/power", "phase3/power_os", "phase3/size", "phase3/assurance", "sweep")


class Page(HTMLParser):
    """Tags of a page in their order, open ones, texts of headings, attributes of interest."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.headings, self.links, self.ids = [], [], [], [], set()
        self.images = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids |= {given["id"]} if "id" in given else set()
        if tag == "a":
            self.links.append(given["href"])
        if tag == "img":
            self.images.append(given)
        if tag not in {"meta", "img", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and re.fullmatch(r"h[1-6]", self.open[-1]):
            self.headings.append((int(self.open[-1][1]), data))


@pytest.fixture
def report(results):
    return build_report(results)


@pytest.fixture
def page(report):
    parser = Page()
    parser.feed(report_html(report))
    assert not parser.open
    return parser


def chapter(report, name):
    return next(one for one in report.chapters if one.name == name)


def text_of(report):
    return report_markdown(report, beside=report_folder(report)).replace("\\", "")


def report_folder(report):
    pictures = [b for c in report.chapters for b in c.blocks() if isinstance(b, Picture)]
    return pictures[0].path.parent


def test_a_reanalysis_has_every_item_of_the_barg(report):
    items = chapter(report, "reanalysis").items()
    assert [item.key for item in items] == BARG
    assert [item.key for item in items if not item.filled] == []


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_simulation_has_every_item_of_ademp(report, name):
    items = chapter(report, name).items()
    assert [item.key for item in items] == ADEMP
    assert [item.key for item in items if not item.filled] == []


@pytest.mark.parametrize(
    ("name", "drawn"), [("joint", set()), ("effect", {"1.E", "3.A"}), ("fit", {"1.E", "3.A"})]
)
def test_further_reanalyses_have_every_item_and_say_what_they_lack(report, name, drawn):
    items = chapter(report, name).items()
    assert [item.key for item in items] == BARG
    lacking = {item.key: item.missing for item in items if not item.filled}
    assert drawn <= lacking.keys() <= drawn | {"3.B", "5.A", "5.B", "5.C", "6.F"}
    assert all(len(why) > 20 for why in lacking.values())


def test_trials_drawn_of_both_endpoints_stand_where_the_guideline_wants_them(report, results):
    document = json.loads((results / "joint" / "summary.json").read_text())
    items = {item.key: item for item in chapter(report, "joint").items()}
    for key, when in (("1.E", "prior"), ("3.A", "posterior")):
        tables = [block for block in items[key].blocks if isinstance(block, Table)]
        assert [table.name for table in tables] == [
            f"pfs_{when}_predictive",
            f"os_{when}_predictive",
        ]
        rows = document[f"{when}_predictive"]
        assert sum(len(table.rows) for table in tables) == len(rows) == 19
        assert f"trials drawn from the {when}" in tables[0].caption
    said = " ".join(one.text for one in items["3.A"].blocks if isinstance(one, Paragraph))
    assert "no further evidence" in said
    of_gates = [block.name for block in items["2.B"].blocks if isinstance(block, Table)]
    assert of_gates == ["gates"]


def test_a_joint_run_without_drawn_trials_says_so(results):
    path = results / "joint" / "summary.json"
    document = json.loads(path.read_text())
    for name in ("prior_predictive", "posterior_predictive", "findings"):
        del document[name]
    path.write_text(json.dumps(document))
    items = {item.key: item for item in chapter(build_report(results), "joint").items()}
    assert "drew no trials from the prior" in items["1.E"].missing
    assert "drew no trials from the posterior" in items["3.A"].missing


def test_a_surprising_figure_of_a_joint_run_stands_beside_the_answer(results):
    path = results / "joint" / "summary.json"
    document = json.loads(path.read_text())
    document["findings"][0] |= {"passed": False}
    path.write_text(json.dumps(document))
    answer = chapter(build_report(results), "joint").sections[0]
    (table,) = (block for block in answer.blocks if isinstance(block, Table))
    assert table.rows[0][:2] == ("PFS, prior predictive: control median", "noted")


def test_what_a_run_does_not_say_is_shown_as_missing(results):
    path = results / "reanalysis" / "results.json"
    document = json.loads(path.read_text())
    document["sensitivity"] = None
    path.write_text(json.dumps(document))
    (results / "reanalysis" / "os" / "posterior.nc").unlink()
    for picture in (results / "sweep").glob("tornado.*"):
        picture.unlink()
    for name in ("joint", "effect", "fit"):
        shutil.rmtree(results / name)
    report = build_report(results)
    lacking = {i.key: i.missing for i in chapter(report, "reanalysis").items() if not i.filled}
    assert lacking.keys() == {"5.B", "5.C", "6.F"}
    assert "no posterior.nc for os" in lacking["6.F"]
    assert "--sensitivity" in lacking["5.B"]
    assert [i.key for i in chapter(report, "sweep").items() if not i.filled] == ["P.3"]
    assert report_html(report).count('<p class="missing">') == 4
    assert text_of(report).count("**Missing:**") == 4


def test_runs_stand_in_the_order_of_the_chain(report):
    assert [one.name for one in report.chapters] == [
        "reanalysis", "effect", "joint", "findings", "fit", "priors", "phase3/power",
        "phase3/power_os", "phase3/size", "phase3/assurance", "sweep",
    ]  # fmt: skip


def test_the_figures_are_those_of_the_documents(report, results):
    document = json.loads((results / "phase3" / "size" / "size.json").read_text())
    text = text_of(report)
    size, confirmed = document["answer"]["size"], document["confirmed"]["power"]
    assert f"takes {size:g} patients" in text
    assert f"that size show {confirmed:.3f}" in text
    power = json.loads((results / "phase3" / "power" / "power.json").read_text())
    won = next(row for row in power["trial"] if row["variable"] == "trial_success")
    assert f"the trial succeeds with probability {won['value']:.3f} ({won['mcse']:.4f})" in text
    wrong = next(
        row for row in power["trial"]
        if row["variable"] == "family_wise_error" and row["truth"] == "no effect"
    )  # fmt: skip
    assert f"{wrong['value']:.3f} ({wrong['mcse']:.4f}) under “no effect”" in text
    posterior = json.loads((results / "reanalysis" / "results.json").read_text())
    ratio = posterior["endpoints"]["os"]["estimands"][0]
    assert ratio["estimand"] == "hazard_ratio"
    assert f"median {ratio['median']:.2f} (95% central posterior interval" in text


def test_the_text_for_a_protocol_tells_design_power_size_and_assurance(report):
    evidence, both, alone = [block.texts for block in report.summary if hasattr(block, "texts")]
    assert [text.partition(".")[0] for text in evidence] == ["Evidence of the phase II"]
    assert [text.partition(".")[0] for text in both] == ["Design", "Power", "Software"]
    assert [text.partition(".")[0] for text in alone] == [
        "Design", "Power", "Sample size", "Assurance", "Software"
    ]  # fmt: skip
    for words in (
        "400 patients are randomised 1:1", "permuted blocks of 4 or 6", "40 sites",
        "PFS is tested first, OS once it is won", "after 180 PFS events",
        "every 2 months from month 0",
    ):  # fmt: skip
        assert words in both[0]
    for words in (
        "hazard ratios RT versus control", "[Say here what these assumptions rest on.]",
        "5% drop out within 12 months", "for one analysis at the planned events, each endpoint",
        "Trials that cross a futility bound are stopped", "against a one-sided error of 0.025",
    ):  # fmt: skip
        assert words in both[1]
    assert re.fullmatch(r"Software\. Simulated with replan \d+\.\d+\.\d+, seed \d+\.", both[2])
    assert "normal prior of the log hazard ratio (mean 0, standard deviation 1)" in evidence[0]
    assert "[" not in evidence[0]


@pytest.mark.parametrize("changed", [{"quick": 1}, {"gates_hold": False}])
def test_what_must_not_be_used_is_marked_in_the_text_for_a_protocol(results, changed):
    path = results / "reanalysis" / "results.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | changed), encoding="utf-8")
    summary = build_report(results).summary
    evidence, *_ = [block.texts for block in summary if hasattr(block, "texts")]
    assert evidence[0].startswith("Evidence of the phase II. [")


def test_one_page_loads_and_runs_nothing(page, report):
    html = report_html(report)
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not re.search(r"(?:src|href)=\"(?!data:image/|#)", html)
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert "default-src 'none'" in html
    assert "http://" not in re.sub(r"data:[^\"]*", "", html)
    assert "url(" not in html


def test_headings_go_down_one_level_at_a_time(page):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_has_words_and_every_link_an_end(page):
    assert len(page.images) == 11
    assert all(len(image["alt"]) > 20 for image in page.images)
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.images)
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    assert sum("chapter-1-" in link for link in page.links) == len(BARG)


def test_tables_have_heads_for_columns_and_rows(page):
    scopes = [attrs.get("scope") for tag, attrs in page.tags if tag == "th"]
    assert set(scopes) == {"col", "row"}
    assert all("aria-label" in attrs for tag, attrs in page.tags if tag == "table")


def test_text_from_files_cannot_become_markup(results):
    path = results / "phase3" / "power_os" / "power.json"
    document = json.loads(path.read_text())
    document["design"] = document["design"].replace(
        "survival alone", "<script>alert(1)</script> | *x*", 1
    )
    path.write_text(json.dumps(document))
    report = build_report(results)
    assert "<script" not in report_html(report)
    assert "&lt;script&gt;" in report_html(report)
    assert "\\<script\\>alert(1)\\</script\\> \\| \\*x\\*" in report_markdown(
        report, beside=results
    )


def test_markdown_has_the_same_items_and_tables(report, results):
    text = report_markdown(report, beside=results)
    items = re.findall(r"^#### (\S+) ", text, re.MULTILINE)
    assert sorted(items) == sorted(BARG * 4 + ADEMP * len(SIMULATIONS))
    tables = [b for c in report.chapters for b in c.blocks() if isinstance(b, Table)]
    heads = re.findall(r"^\| (?:---:? ?\| ?|---:? \| )*---:? \|$", text, re.MULTILINE)
    assert len(heads) == len(tables) + 1
    assert "](reanalysis/pfs/hazard_ratio.svg)" in text


def test_counts_of_patients_are_whole(report, page):
    text = text_of(report)
    assert "| events, control | patients | 35 | 39 |" in text
    assert "| median, control | months | 10.9250 | 10.9350 |" in text


def test_bounds_have_a_column_for_alpha_only_where_it_is_shared(report):
    headings = {
        name: [column.name for column in table.columns]
        for name in ("phase3/power", "phase3/power_os")
        for table in chapter(report, name).blocks()
        if isinstance(table, Table) and table.name == "os_boundaries"
    }
    assert ("alpha" in headings["phase3/power"], "alpha" in headings["phase3/power_os"]) == (
        True, False,
    )  # fmt: skip


def test_no_futility_is_left_at_the_final_look(report):
    (table,) = [
        block
        for block in chapter(report, "phase3/power_os").blocks()
        if isinstance(block, Table) and block.name == "os_boundaries"
    ]
    last = [row[-1] for row in table.rows]
    assert last[-1] is None
    assert None not in last[:-1]


def test_cells_of_tables_with_many_words_know_their_columns(report):
    """On a narrow page each cell stands in a line of its own, after the heading of its column."""
    html = report_html(report)
    assert '<table class="wordy"' in html
    assert '<td data-label="What was found"' in html


@pytest.mark.parametrize(
    ("mean", "sd", "words"),
    [(0.0, 1.0, "It favours neither arm"), (0.0, 0.3, "and informed"), (-0.2, 1.0, "not centred")],
)
def test_a_prior_says_why_or_asks_for_it(mean, sd, words):
    assert words in effect_prior({"log_hr": {"mean": mean, "sd": sd}})


def test_tables_are_rectangles_with_names_of_their_own(report):
    for one in report.chapters:
        tables = [block for block in one.blocks() if isinstance(block, Table)]
        assert len({table.name for table in tables}) == len(tables)
        for table in tables:
            assert {len(row) for row in table.rows} <= {len(table.columns)}, table.name


def test_the_same_folder_gives_the_same_bytes(results, tmp_path, tell):
    told = [tell("report", results, "--out", tmp_path / f"{name}.html") for name in "ab"]
    assert [one.code for one in told] == [0, 0]
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()


def test_the_commands_are_ones_that_replan_understands(report):
    commands = get_command(app).commands
    told = [
        shlex.split(block.text)
        for one in report.chapters
        for block in one.blocks()
        if isinstance(block, Code) and block.text.startswith("replan ")
    ]
    assert len(told) == len(report.chapters)
    for replan, name, *words in told:
        assert replan == "replan"
        assert commands[name].make_context(name, words).params
    size = next(words for words in told if words[1] == "size")
    assert size[size.index("--power") + 1] == "0.9"


def test_csv_files_hold_the_numbers_in_full(results, tmp_path, tell):
    assert tell("report", results, "--out", tmp_path / "r.html").code == 0
    files = sorted(path.name for path in (tmp_path / "r_tables").iterdir())
    name = next(one for one in files if one.endswith("phase3_power_success.csv"))
    with (tmp_path / "r_tables" / name).open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    document = json.loads((results / "phase3" / "power" / "power.json").read_text())
    won = next(row for row in document["trial"] if row["variable"] == "trial_success")
    assert (first["truth"], float(first["trial_success"])) == (won["truth"], won["value"])
    assert float(first["trial_success_mcse"]) == won["mcse"]
    assert first["family_wise_error"] == ""
