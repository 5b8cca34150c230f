"""The public interface: what `__all__` says, typed, in numpydoc, with examples that run."""

import ast
import doctest
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
import typing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "simulate")
NAMES = [
    (package, name) for package in PACKAGES for name in importlib.import_module(package).__all__
]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
SECTIONS = ("Parameters", "Returns", "Yields", "Raises", "Notes", "References", "Examples")


def public(package, name):
    return getattr(importlib.import_module(package), name)


FUNCTIONS = [pair for pair in NAMES if inspect.isfunction(public(*pair))]
CLASSES = [pair for pair in NAMES if inspect.isclass(public(*pair))]
every_function = pytest.mark.parametrize(("package", "name"), FUNCTIONS)


def sections(text):
    """Sections of a numpydoc docstring, by title."""
    found, title = {}, ""
    lines = inspect.cleandoc(text).splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"-{3,}", following) and line in SECTIONS:
            title = line
        elif not re.fullmatch(r"-{3,}", line):
            found.setdefault(title, []).append(line)
    return found


def described(lines):
    """Names that a Parameters section describes, in order."""
    heads = [line.partition(" : ")[0] for line in lines if line and not line.startswith(" ")]
    return [name.strip() for head in heads for name in head.split(",")]


def typing_imports(package):
    """What `__init__.py` imports for type checkers, by name."""
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_the_lists_of_names_agree(package):
    module = importlib.import_module(package)
    assert set(module.__all__) == module._HOMES.keys()
    assert typing_imports(package) == module._HOMES
    assert len(set(module.__all__)) == len(module.__all__)
    assert set(module.__all__) <= set(dir(module))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_name_hides_a_module(package):
    """Importing a submodule would put it in the place of the name."""
    here = {path.stem for path in (ROOT / package).iterdir() if not path.name.startswith("_")}
    assert not here & set(importlib.import_module(package).__all__)


@pytest.mark.parametrize("package", PACKAGES)
def test_an_unknown_name_is_told(package):
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'cure'"):
        public(package, "cure")


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_say_that_they_are_typed(package):
    assert (ROOT / package / "py.typed").exists()


def test_type_checkers_find_an_editable_install():
    """Installed by path: checkers and editors cannot follow the hooks of other editable modes."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["setuptools"]["package-dir"] == {"": "."}


def test_importing_both_packages_is_quick():
    heavy = ("numpy", "numba", "xarray", "pandas", "pymc", "matplotlib", "pydantic")
    code = f"import sys, models, simulate; print([x for x in {heavy} if x in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@every_function
def test_a_function_is_typed_throughout(package, name):
    function = public(package, name)
    hints = typing.get_type_hints(function, include_extras=True) if _resolvable(function) else None
    parameters = inspect.signature(function).parameters
    untyped = [one.name for one in parameters.values() if one.annotation is inspect.Parameter.empty]
    assert not untyped
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty
    assert hints is None or "return" in hints


def _resolvable(function):
    """Whether its annotations need nothing that is imported for type checkers alone."""
    try:
        typing.get_type_hints(function)
    except NameError:
        return False
    return True


@every_function
def test_options_are_given_by_name(package, name):
    """What has a default is keyword-only, so that its place is nobody's concern."""
    by_place = [
        one.name
        for one in inspect.signature(public(package, name)).parameters.values()
        if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is not one.empty
    ]
    assert not by_place


@every_function
def test_a_docstring_has_the_sections_of_numpydoc(package, name):
    function = public(package, name)
    found = sections(function.__doc__)
    assert found[""][0].endswith(".")
    parameters = list(inspect.signature(function).parameters)
    assert described(found.get("Parameters", [])) == parameters
    assert found.get("Returns"), "no section Returns"
    assert found.get("Examples"), "no section Examples"
    order = [title for title in found if title]
    assert order == sorted(order, key=SECTIONS.index)


@pytest.mark.parametrize(("package", "name"), CLASSES)
def test_a_class_says_what_it_is(package, name):
    documentation = public(package, name).__doc__ or ""
    assert len(documentation) > 20
    assert documentation.splitlines()[0].endswith(".")


@every_function
def test_the_examples_run(package, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    function = public(package, name)
    finder = doctest.DocTestFinder(recurse=False)
    (test,) = finder.find(function, name=f"{package}.{name}", globs={})
    assert any(f"from {package} import" in example.source for example in test.examples)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(test, out=told.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(told)


def test_the_reader_of_docstrings_sees_faults():
    text = """Do it.

    Parameters
    ----------
    a, b : float
    c : int
        More.

    Returns
    -------
    float
    """
    found = sections(text)
    assert described(found["Parameters"]) == ["a", "b", "c"]
    assert [title for title in found if title] == ["Parameters", "Returns"]
