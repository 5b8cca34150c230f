"""The documentation as a site: complete, in links that exist, without anything from elsewhere."""

import importlib
import importlib.util
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]


def builder():
    spec = importlib.util.spec_from_file_location("build_site", ROOT / ".ci" / "build_site.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILDER = builder()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("docs") / "site"
    BUILDER.build(out)
    return out


def links(path, kind):
    text = re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [urlsplit(unescape(link)) for link in re.findall(rf'{kind}="([^"]+)"', text)]
    return [link.path for link in found if not link.scheme and link.path]


def test_every_page_is_there(site):
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    documents = {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    notebooks = {f"notebooks/{path.stem}.html" for path in (ROOT / "notebooks").glob("*.ipynb")}
    reference = {f"reference/{name}.html" for name in ("index", "models", "simulate")}
    assert pages == {"index.html", "commands.html"} | documents | notebooks | reference


def test_links_lead_to_pages_or_to_files_of_the_project(site):
    dead = [
        f"{path.relative_to(site)}: {link}"
        for path in site.rglob("*.html")
        for link in links(path, "href")
        if not (path.parent / link).exists()
        and not (ROOT / "docs" / link).exists()
        and not (ROOT / path.parent.relative_to(site) / link).exists()
    ]
    assert not dead


def test_links_into_pages_lead_to_a_place_there(site):
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    dead = [
        f"{path.relative_to(site)}: {link}"
        for path, text in pages.items()
        for link in re.findall(r'href="([^":]*#[^"]+)"', text)
        for page, _, anchor in [unescape(link).partition("#")]
        if f'id="{anchor}"' not in pages.get((path.parent / page).resolve() if page else path, "")
    ]
    assert not dead


def test_the_menu_marks_the_page_itself_and_leads_to_all_others(site):
    for path in [site / "index.html", *(site / "notebooks").glob("*.html")]:
        menu = path.read_text(encoding="utf-8").partition("</nav>")[0]
        assert menu.count('aria-current="page"') == 1
        linked = {(path.parent / link).resolve() for link in re.findall(r'href="([^"]+)"', menu)}
        assert linked == {page.resolve() for page in site.rglob("*.html")}


def test_long_pages_list_their_sections(site):
    text = (site / "commands.html").read_text(encoding="utf-8")
    contents = text.partition('aria-label="On this page"')[2].partition("</nav>")[0]
    assert '<a href="#power">replan power</a>' in contents
    assert 'aria-label="On this page"' not in (site / "index.html").read_text(encoding="utf-8")


def test_every_picture_is_described(site):
    for path in site.rglob("*.html"):
        for picture in re.findall(r"<img [^>]*>", path.read_text(encoding="utf-8")):
            words = re.search(r'alt="([^"]*)"', picture)
            assert words, path.name
            assert len(words[1]) > 10, f"{path.name}: {words[1]}"
            assert "Figure size" not in words[1], path.name


def test_names_can_be_searched(site):
    index = (site / "reference" / "search.js").read_text(encoding="utf-8")
    for package in ("models", "simulate"):
        page = (site / "reference" / f"{package}.html").read_text(encoding="utf-8")
        assert 'type="search"' in page
        for name in importlib.import_module(package).__all__:
            assert f"{package}.{name}" in index


def test_a_picture_is_described_by_its_plot_and_what_it_is_about():
    words = BUILDER.picture_words
    drawn = "the probability of stopping at each look as bars stacked by outcome"
    cell = "table = 1\nplot_stopping(table, test='log_rank')[0].figure"
    assert words(cell, code=cell, text="# How trials end\n\nText.") == (
        f"Plot: {drawn}. How trials end"
    )
    code = "def stop_picture(which):\n    return plot_stopping(which)\n\n\nstop_picture(os_)\n"
    assert words("stop_picture(os_)", code=code, text="One. Two.") == f"Plot: {drawn} (OS). One."
    assert words("ax.plot(x)", code="", text="As the *plot* shows: so") == (
        "Plot. As the plot shows: so"
    )


def test_notebooks_are_linked_as_pages(site):
    folder = ROOT / "notebooks"
    first = site / "notebooks" / f"{min(path.stem for path in folder.glob('*.ipynb'))}.html"
    inside = [link for link in links(first, "href") if "/" not in link]
    assert inside
    assert all((site / "notebooks" / link).is_file() for link in inside), inside
    listed = [link for link in links(site / "notebooks.html", "href") if "notebooks/" in link]
    assert len(listed) >= len([*folder.glob("*.ipynb")])
    assert all(link.endswith(".html") and (site / link).is_file() for link in listed), listed


def test_pictures_are_in_the_site(site):
    dead = [
        f"{path.relative_to(site)}: {link}"
        for path in site.glob("*.html")
        for link in links(path, "src")
        if not (path.parent / link).exists()
    ]
    assert not dead


def test_nothing_is_loaded_from_elsewhere(site):
    loaded = [
        f"{path.relative_to(site)}: {address[:60]}"
        for path in site.rglob("*.html")
        for address in re.findall(
            r'<(?:script|img|iframe)[^>]* src="(http[^"]+|//[^"]+)"', path.read_text("utf-8")
        )
    ]
    assert not loaded


@pytest.mark.parametrize("package", ["models", "simulate"])
def test_the_reference_has_every_public_name(site, package):
    text = (site / "reference" / f"{package}.html").read_text(encoding="utf-8")
    missing = [
        name for name in importlib.import_module(package).__all__ if f'id="{name}"' not in text
    ]
    assert not missing


def test_every_command_has_its_help_and_example(site):
    from analyses.command_line.main import COMMANDS

    text = unescape((site / "commands.html").read_text(encoding="utf-8"))
    for functions in COMMANDS.values():
        for function in functions:
            name = function.__name__.replace("_", "-")
            assert f'<h3 id="{name}">replan {name}</h3>' in text
            assert f"<pre><code>replan {name}" in text


def test_a_notebook_is_shown_as_it_is_stored(tmp_path):
    path = tmp_path / "one.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "markdown", "source": ["# A <title>\\n"]},'
        '{"cell_type": "code", "source": ["1 < 2"], "outputs": ['
        '{"output_type": "execute_result", "data": {"text/plain": ["True"]}},'
        '{"output_type": "display_data", "data": {"image/png": "aGk=\\n", "text/plain": "p"}},'
        '{"output_type": "stream", "text": ["said <so>"]}]}]}',
        encoding="utf-8",
    )
    shown = BUILDER.notebook_page(path)
    assert "A &lt;title&gt;</h1>" in shown
    assert "<code>1 &lt; 2</code>" in shown
    assert "<code>True</code>" in shown
    assert 'src="data:image/png;base64,aGk="' in shown
    assert "said &lt;so&gt;" in shown
