"""The description of the output format names exactly what a real run writes."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

pytestmark = pytest.mark.slow

WHOLE = (Path(__file__).parents[3] / "docs" / "outputs.md").read_text(encoding="utf-8")
TEXT = WHOLE.partition("## `replan ")[0]
SECTIONS = dict(re.findall(r"^###? (.+)\n((?:(?!^##).*\n?)*)", TEXT, re.MULTILINE))
CSV = [
    name
    for title in SECTIONS
    for name in re.findall(r"`(\w+\.csv)`", title)
    if not name.startswith("sensitivity")
]


def rows(title):
    """Names in backticks in the first column of a section's tables, with the other cells."""
    found = {}
    for line in SECTIONS[title].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            for name in re.findall(r"`([^`]+)`", cells[0]):
                found[name] = cells[1:]
    return found


def section(name):
    """The title of the section that describes a file or a group."""
    return next(title for title in SECTIONS if f"`{name}`" in title and "sensitivity" not in title)


@pytest.fixture(scope="module", params=["pfs", "os"])
def tree(request, short_run):
    with xr.open_datatree(
        short_run.out / request.param / "posterior.nc", engine="h5netcdf"
    ) as opened:
        yield opened


def test_groups(tree):
    described = re.findall(r"`(\w+)`", " ".join(t for t in SECTIONS if t.startswith("Group")))
    assert list(tree.children) == described


def test_variables_with_their_dims(tree):
    for group in tree.children:
        described = {name: cells[0] for name, cells in rows(section(group)).items()}
        for name, cells in rows(section(group)).items():
            if cells[2].startswith("only with a random walk"):
                del described[name]
        found = {
            str(name): ", ".join(map(str, values.dims))
            for name, values in tree[group].data_vars.items()
        }
        assert found == described, group


def test_units_in_the_file_are_those_described(tree):
    for group in ("prior_predictive", "posterior_predictive"):
        units = {name: cells[1] for name, cells in rows(section(group)).items()}
        assert {n: v.attrs["unit"] for n, v in tree[group].data_vars.items()} == units


def test_coordinates(tree):
    found = {
        str(name): str(coord.dims[0])
        for group in tree.children.values()
        for name, coord in group.to_dataset().coords.items()
    }
    assert found == {name: cells[0] for name, cells in rows("Coordinates").items()}
    assert tree["posterior"]["arm"].values.tolist() == ["control", "rt"]
    assert tree["posterior"]["interval"].values[[0, -1]].tolist() == ["(0, 3]", "(18, inf)"]
    assert tree["posterior"]["interval_stop"].values[-1] == float("inf")


def test_attributes(tree):
    assert list(tree.attrs) == list(rows("Attributes"))
    for name in ("schema", "time_unit", "hazard_unit", "hazard_ratio"):
        assert f'"{tree.attrs[name]}"' in rows("Attributes")[name][0]


@pytest.mark.parametrize("name", CSV)
def test_columns_of_tables(short_run, name):
    folder = short_run.out if name == "audit.csv" else short_run.out / "pfs"
    assert list(pd.read_csv(folder / name).columns) == list(rows(section(name)))


def test_columns_of_pseudo_patients(short_run):
    table = pd.read_parquet(short_run.out / "os" / "pseudo_patients.parquet")
    assert list(table.columns) == list(rows("`pseudo_patients.parquet`"))


def test_columns_of_the_sensitivity_tables(short_run):
    from analyses.reanalyse import sensitivity

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "list_variants", lambda *_: [])
        found = sensitivity.run_sensitivity(short_run.results, cores=1)
    assert list(found.table.columns) == list(rows("`sensitivity.csv`"))
    estimands = pd.read_csv(short_run.out / "pfs" / "estimands.csv").columns
    assert list(found.estimands.columns) == [*estimands, "endpoint", "analysis"]


def test_fields_of_the_document(short_run):
    document = short_run.document
    assert list(document) == list(rows("Document"))
    assert list(document["audit"]) == list(rows("Audit"))
    attributes = list(rows("Attributes"))
    assert list(document["provenance"]) == attributes[attributes.index("record") :]
    for endpoint in document["endpoints"].values():
        assert list(endpoint) == list(rows("Endpoint"))
        assert list(endpoint["sampler"]) == list(rows("Sampler"))
        for check in (*endpoint["gates"], *endpoint["findings"]):
            assert list(check) == list(rows("Check"))
    assert f"`schema_version` is {document['schema_version']} and changes" in TEXT


def test_rows_of_the_document_are_those_of_the_tables(short_run):
    for endpoint, content in short_run.document["endpoints"].items():
        for field, cells in rows("Endpoint").items():
            file = re.match(r"rows as in `(.+)`", cells[0])
            if file:
                table = pd.read_csv(short_run.out / endpoint / file[1])
                assert len(content[field]) == len(table), field
                assert list(content[field][0]) == list(table.columns), field
    audit = pd.read_csv(short_run.out / "audit.csv")
    assert len(short_run.document["audit"]["checks"]) == len(audit)


def test_fields_of_the_run_log(short_run):
    log = json.loads((short_run.out / "run_log.json").read_text(encoding="utf-8"))
    assert list(log) == list(rows("Run log"))


def test_files(short_run):
    written = {path.name for path in short_run.out.rglob("*") if path.is_file()}
    named = {
        name if "." in name else f"{name}{kind}"
        for name in rows("Files")
        for kind in ((".png", ".svg") if "." not in name and "/" not in name else ("",))
    }
    optional = {name for name in named if name.startswith("sensitivity")}
    assert named - optional - {"pfs/…", "os/…"} == written


def test_a_random_walk_has_its_own_variable(short_run):
    from models.reanalysis.draws import label_draws
    from models.settings import FixedFollowUp, RandomWalkBaseline

    settings = short_run.results.settings
    walk = settings.model_copy(
        update={
            "baseline": RandomWalkBaseline(),
            "follow_up": FixedFollowUp(earliest=7.0, latest=36.0),
        }
    )
    sample = short_run.results.endpoints["pfs"].sample
    described = rows("Group `posterior`")
    always = {name for name, cells in described.items() if not cells[2].startswith("only with")}
    assert set(label_draws(replace(sample), walk).data_vars) == always | {"walk_sd"}


def test_a_report_of_it_lacks_other_priors_alone(short_run, lacking, tmp_path):
    found = lacking(short_run.out, tmp_path)
    assert found.keys() == {"5.B", "5.C"}
    assert all("--sensitivity" in why for why in found.values())
