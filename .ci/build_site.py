"""Build the documentation in `site/`: pages, commands, notebooks, reference; opens from disk."""

import argparse
import importlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from typer._click import Parameter
    from typer.core import TyperCommand

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "simulate")
TITLES = {
    "outputs": "What is written",
    "reports": "Reports",
    "sample_size": "Sample sizes",
    "sweeps": "Sweeps",
}
STYLE = """
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; line-height: 1.5; color: #1a1a1a;
       font-family: "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
nav { border-bottom: 3px solid #0b4f8a; padding-bottom: 0.75rem; margin-bottom: 1.5rem; }
nav a { margin-right: 1.25rem; white-space: nowrap; }
a { color: #0b4f8a; }
h1, h2, h3 { line-height: 1.25; }
table { border-collapse: collapse; font-size: 0.875rem; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0;
         border-bottom: 1px solid #c8c8c8; }
pre { background: #f4f6f8; border: 1px solid #c8c8c8; padding: 0.6rem 0.8rem; overflow-x: auto;
      font-size: 0.85rem; line-height: 1.4; }
code { font-size: 0.9em; overflow-wrap: anywhere; }
pre code { font-size: 1em; overflow-wrap: normal; }
img { max-width: 100%; height: auto; }
.in { border-left: 4px solid #0b4f8a; }
.out { background: #ffffff; }
"""
markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def page(title: str, body: str, links: dict[str, str], *, deep: str = "") -> str:
    """Put a body into a page with the links of the whole site; `deep` leads to its top."""
    shown = " ".join(f'<a href="{deep}{file}">{escape(name)}</a>' for file, name in links.items())
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: replan</title><style>{STYLE}</style></head>\n"
        f'<body><nav aria-label="Site">{shown}</nav>\n<main>{body}</main></body></html>\n'
    )


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
    for cell in content["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(rendered(source))
        elif cell["cell_type"] == "code" and source.strip():
            parts.append(f'<pre class="in"><code>{escape(source)}</code></pre>')
            parts += [_output(one) for one in cell.get("outputs", [])]
    return "\n".join(parts)


def _output(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        inside = "".join("".join(data["image/png"]).split())
        words = escape("".join(data.get("text/plain", "picture")))
        return f'<p><img alt="{words}" src="data:image/png;base64,{inside}"></p>'
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
    pdoc.render.configure(docformat="numpy", search=False, show_source=False)
    hidden = [rf"!{name}\..*" for name in PACKAGES]
    pdoc.pdoc(*PACKAGES, *hidden, output_directory=out)


def site_links(notebooks: list[Path], pages: list[Path]) -> dict[str, str]:
    """Name the pages of the site, in the order of its menu."""
    links = {"index.html": "replan", "commands.html": "Commands"}
    links |= {f"{path.stem}.html": TITLES.get(path.stem, _words(path)) for path in pages}
    links |= {f"notebooks/{path.stem}.html": _words(path) for path in notebooks}
    return links | {f"reference/{name}.html": f"Python: {name}" for name in PACKAGES}


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
    links = site_links(notebooks, pages)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".site-") as folder:
        draft = Path(folder) / "site"
        (draft / "notebooks").mkdir(parents=True)
        write_reference(draft / "reference")
        readme = rendered((ROOT / "README.md").read_text(encoding="utf-8"))
        (draft / "index.html").write_text(page("replan", readme, links), encoding="utf-8")
        commands = page("Commands", command_pages(), links)
        (draft / "commands.html").write_text(commands, encoding="utf-8")
        copy_pictures(draft)
        for path in pages:
            body = rendered(path.read_text(encoding="utf-8"))
            text = page(links[f"{path.stem}.html"], body, links)
            (draft / f"{path.stem}.html").write_text(text, encoding="utf-8")
        for path in notebooks:
            text = page(_words(path), notebook_page(path), links, deep="../")
            (draft / "notebooks" / f"{path.stem}.html").write_text(text, encoding="utf-8")
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
