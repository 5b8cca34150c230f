"""Build the documentation in `site/`: pages, commands, notebooks, reference; opens from disk."""

import argparse
import ast
import importlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from typer._click import Parameter
    from typer.core import TyperCommand

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "simulate")
TEMPLATES = ROOT / ".ci" / "site_templates"
TITLES = {
    "outputs": "What is written",
    "reports": "Reports",
    "sample_size": "Sample sizes",
    "sweeps": "Sweeps",
}
STYLE = """
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; line-height: 1.5; color: #1a1a1a;
       font-family: "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
nav.site { border-bottom: 3px solid #0b4f8a; padding-bottom: 0.75rem; margin-bottom: 1.5rem; }
nav.site p { margin: 0 0 0.25rem; }
nav.site a { display: inline-block; margin-right: 1.1rem; }
nav.site a[aria-current] { color: #1a1a1a; font-weight: bold; text-decoration: none; }
nav.page { columns: 16rem; background: #f4f6f8; padding: 0.5rem 1rem; font-size: 0.9rem; }
nav.page ul { margin: 0; padding-left: 1rem; }
a { color: #0b4f8a; }
h1, h2, h3 { line-height: 1.25; }
table { border: 0; border-collapse: collapse; font-size: 0.875rem; display: block;
        overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0;
         border: 0; border-bottom: 1px solid #c8c8c8; }
table.dataframe td, table.dataframe thead th { text-align: right; }
pre { background: #f4f6f8; border: 1px solid #c8c8c8; padding: 0.6rem 0.8rem; overflow-x: auto;
      font-size: 0.85rem; line-height: 1.4; }
code { font-size: 0.9em; overflow-wrap: anywhere; }
pre code { font-size: 1em; overflow-wrap: normal; }
img { max-width: 100%; height: auto; }
.in { border-left: 4px solid #0b4f8a; }
.out { background: #ffffff; }
"""
CURRENT = ' aria-current="page"'
FEWEST_SECTIONS = 4
markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


Menu = dict[str, dict[str, str]]


def page(title: str, body: str, menu: Menu, *, file: str, contents: bool = False) -> str:
    """Put a body into a page with the menu of the whole site, and its own contents if wanted."""
    inside = _contents(body) if contents else ""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: replan</title><style>{STYLE}</style></head>\n"
        f'<body><nav class="site" aria-label="Site">{_menu(menu, file)}</nav>\n'
        f"{inside}<main>{body}</main></body></html>\n"
    )


def _menu(menu: Menu, here: str) -> str:
    """Give the links of the site, a line a group; the page itself is marked."""
    deep = "../" * here.count("/")
    lines = []
    for group, links in menu.items():
        shown = [
            f'<a href="{deep}{file}"{CURRENT if file == here else ""}>{escape(name)}</a>'
            for file, name in links.items()
        ]
        lines.append(f"<p>{escape(group)} {' '.join(shown)}</p>")
    return "\n".join(lines)


def _contents(body: str) -> str:
    """List the sections of a page, where there are several."""
    found = re.findall(r'<h([23]) id="([^"]+)">(.*?)</h\1>', body)
    if len(found) < FEWEST_SECTIONS:
        return ""
    items = "".join(
        f'<li><a href="#{anchor}">{re.sub(r"</?a[^>]*>", "", words)}</a></li>'
        for _, anchor, words in found
    )
    return f'<nav class="page" aria-label="On this page"><ul>{items}</ul></nav>\n'


def rendered(text: str) -> str:
    """Turn Markdown into HTML; links between the pages stay within the site."""
    html = str(markdown.render(text))
    html = re.sub(r'href="(?:docs/)?([\w-]+)\.md(#[^"]*)?"', _within_the_site, html)
    html = re.sub(r'href="(?:\.\./)?((?:notebooks/)?[\w-]+)\.ipynb"', r'href="\1.html"', html)
    return re.sub(r"<(h[1-6])>(.*?)</\1>", _with_anchor, html)


def _within_the_site(match: re.Match[str]) -> str:
    """Lead to the page of a document, where it is one of the site."""
    if not (ROOT / "docs" / f"{match[1]}.md").is_file():
        return match[0]
    return f'href="{match[1]}.html{match[2] or ""}"'


def _with_anchor(match: re.Match[str]) -> str:
    words = re.sub(r"<[^>]+>|&\w+;", "", match[2]).lower()
    anchor = re.sub(r"[^\w]+", "-", words).strip("-")
    return f'<{match[1]} id="{anchor}">{match[2]}</{match[1]}>'


def command_pages() -> str:
    """Describe every command from its help: purpose, example, arguments and options."""
    from typer.main import get_command

    from analyses.command_line.main import COMMANDS, app

    group: Any = get_command(app)
    parts = ["<h1>Commands</h1>", *_paragraphs(group.help)]
    for panel, functions in COMMANDS.items():
        parts.append(f"<h2>{escape(panel)}</h2>")
        for function in functions:
            name = function.__name__.replace("_", "-")
            parts += _command(name, group.commands[name])
    return "\n".join(parts)


def _command(name: str, command: "TyperCommand") -> Iterator[str]:
    yield f'<h3 id="{name}">replan {name}</h3>'
    yield from _paragraphs(command.help)
    rows = [
        f"<tr><td><code>{escape(', '.join(one.opts))}</code></td><td>{escape(one.help or '')}"
        f"{_default(one)}</td></tr>"
        for one in command.params
        if one.name != "help"
    ]
    yield f"<table><tbody>{''.join(rows)}</tbody></table>"


def _default(one: "Parameter") -> str:
    if one.required:
        return " Required."
    plain = one.default is not None and not isinstance(one.default, bool) and one.default != []
    return f" Default: <code>{escape(str(one.default))}</code>." if plain else ""


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        words = " ".join(paragraph.split())
        example = words.removeprefix("Example: ")
        if example != words:
            yield f"<pre><code>{escape(example)}</code></pre>"
        else:
            yield f"<p>{re.sub(r'`([^`]+)`', r'<code>\1</code>', escape(words))}</p>"


def notebook_page(path: Path) -> str:
    """Show a notebook as it is stored: text, code, and the outputs of its last run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    parts: list[str] = []
    code = text = ""
    for cell in content["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = source
            parts.append(rendered(source))
        elif cell["cell_type"] == "code" and source.strip():
            code += f"{source}\n"
            parts.append(f'<pre class="in"><code>{escape(source)}</code></pre>')
            alt = picture_words(source, code=code, text=text)
            parts += [_output(one, alt) for one in cell.get("outputs", [])]
    return "\n".join(parts)


def picture_words(cell: str, *, code: str, text: str) -> str:
    """Say what a picture shows to those who do not see it: what is drawn, and in which context.

    Parameters
    ----------
    cell : str
        Code that draws it, by a plot of the packages or by a function `..._picture` of its own.
    code : str
        All of the notebook so far, where such functions stand.
    text : str
        Markdown above the cell.
    """
    own = re.findall(r"^(\w+_picture)\((\w*)\)", cell, re.MULTILINE)
    if own:
        cell = code[code.index(f"def {own[-1][0]}(") :]
    named = re.findall(r"\b(plot_\w+)\(", cell[: cell.find("\n\n\n")] if own else cell)
    named += [f"plot_{Path(file).stem}" for file in re.findall(r"Image\(\"([^\"]+)", cell)]
    drawn = plot_summaries().get(named[-1], "") if named else ""
    of = f" ({own[-1][1].strip('_').upper()})" if own and own[-1][1] else ""
    about = " ".join(re.sub(r"<[^>]+>", " ", str(markdown.render(_first_words(text)))).split())
    words = f"Plot: {drawn.removeprefix('Draw ').rstrip('.')}{of}. " if drawn else "Plot. "
    return (words + re.split(r"(?<=[.?!])\s", unescape(about))[0]).strip().rstrip(":")


@cache
def plot_summaries() -> dict[str, str]:
    """Give the first line of every plot's docstring, by the name of the function."""
    found: dict[str, str] = {}
    for path in sorted(file for name in PACKAGES for file in (ROOT / name / "plots").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("plot_"):
                found[node.name] = (ast.get_docstring(node) or "").partition("\n")[0]
    return found


def _first_words(text: str) -> str:
    """Give the heading of a text, or else its first paragraph."""
    paragraphs = [one.strip() for one in re.split(r"\n\s*\n", text) if one.strip()]
    return (paragraphs or [""])[0].lstrip("# ")


def _output(output: dict[str, Any], alt: str) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        inside = "".join("".join(data["image/png"]).split())
        return f'<p><img alt="{escape(alt)}" src="data:image/png;base64,{inside}"></p>'
    if "image/svg+xml" in data:
        return f"<div>{''.join(data['image/svg+xml'])}</div>"
    if "text/html" in data:
        return f"<div>{''.join(data['text/html'])}</div>"
    text = "".join(data.get("text/plain", output.get("text", "")))
    return f'<pre class="out"><code>{escape(text)}</code></pre>' if text else ""


def write_reference(out: Path) -> None:
    """Write the reference of the public interface from its docstrings."""
    import pdoc
    import pdoc.render

    for name in PACKAGES:
        package = importlib.import_module(name)
        # pdoc looks at what a module holds, and these names load when they are first used.
        for member in package.__all__:
            setattr(package, member, getattr(package, member))
    pdoc.render.configure(
        docformat="numpy", search=True, show_source=False, template_directory=TEMPLATES
    )
    hidden = [rf"!{name}\..*" for name in PACKAGES]
    pdoc.pdoc(*PACKAGES, *hidden, output_directory=out)


def site_menu(notebooks: list[Path], pages: list[Path]) -> Menu:
    """Name the pages of the site, group by group."""
    guide = {"index.html": "replan", "commands.html": "Commands"}
    guide |= {f"{path.stem}.html": TITLES.get(path.stem, _words(path)) for path in pages}
    return {
        "": guide,
        "Notebooks:": {f"notebooks/{path.stem}.html": heading(path) for path in notebooks},
        "Python:": {"reference/index.html": "search"}
        | {f"reference/{name}.html": name for name in PACKAGES},
    }


def heading(notebook: Path) -> str:
    """Give the title of a notebook: its first line."""
    first = json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).partition("\n")[0].lstrip("# ")


def _words(path: Path) -> str:
    return re.sub(r"^\d+[_-]", "", path.stem).replace("_", " ").replace("-", " ").capitalize()


def copy_pictures(draft: Path) -> None:
    """Put the pictures of the pages where README and the pages look for them."""
    pictures = ROOT / "docs" / "images"
    if pictures.is_dir():
        for place in (draft / "docs" / "images", draft / "images"):
            shutil.copytree(pictures, place)


def build(out: Path) -> list[Path]:
    """Build the site in a folder beside, and put it in the place of an earlier one.

    Parameters
    ----------
    out : Path
        Folder of the site; whatever it holds is replaced.

    Returns
    -------
    list of Path
        The pages.
    """
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    pages = sorted((ROOT / "docs").glob("*.md"))
    menu = site_menu(notebooks, pages)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".site-") as folder:
        draft = Path(folder) / "site"
        (draft / "notebooks").mkdir(parents=True)
        write_reference(draft / "reference")
        copy_pictures(draft)
        readme = rendered((ROOT / "README.md").read_text(encoding="utf-8"))
        bodies = {"index.html": readme, "commands.html": command_pages()}
        bodies |= {f"{one.stem}.html": rendered(one.read_text(encoding="utf-8")) for one in pages}
        bodies |= {f"notebooks/{one.stem}.html": notebook_page(one) for one in notebooks}
        titles = {file: name for links in menu.values() for file, name in links.items()}
        for file, body in bodies.items():
            text = page(titles[file], body, menu, file=file, contents=file != "index.html")
            (draft / file).write_text(text, encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        draft.rename(out)
    return sorted(out.rglob("*.html"))


def main() -> int:
    """Build the site and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="folder of the site")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    pages = build(arguments.out)
    print(f"{len(pages)} pages; open {arguments.out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
