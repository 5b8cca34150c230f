"""What the README shows runs, and what it points to exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

TEXT = (ROOT / "README.md").read_text()


def test_the_lines_of_python_run(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "planning" in said
    assert "0." in said


def test_pictures_and_pages_exist():
    named = {*re.findall(r"\]\((?!http)([^)#]+)\)", TEXT), *re.findall(r"`(docs/[^`]+)`", TEXT)}
    assert len(named) > 3
    missing = [name for name in sorted(named) if not Path(ROOT, name).exists()]
    assert not missing
