"""Compiled kernels are kept by what their sources reach: all of it, and nothing else."""

import ast
import re

import numba
import numpy as np
import pytest

from models import compiled
from models.compiled import ROOT, imported_files, kernel_hash, reached_files


def test_a_file_reaches_what_it_imports_and_what_that_imports():
    reached = {
        path.relative_to(ROOT).as_posix() for path in reached_files(ROOT / "simulate/bits.py")
    }
    assert reached == {"simulate/bits.py", "models/compiled.py"}
    trial = {
        path.relative_to(ROOT).as_posix()
        for path in reached_files(ROOT / "simulate/engine/trial.py")
    }
    assert {"simulate/engine/fields.py", "simulate/effect/log_rank.py"} <= trial
    assert "models/reconstruction/tempering.py" not in trial


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("")
    (tmp_path / "models" / "top.py").write_text(
        "from models.middle import (\n    a,\n    b,\n)\nfrom models import constant\n"
    )
    (tmp_path / "models" / "middle.py").write_text("import models.bottom\na = b = 1\n")
    (tmp_path / "models" / "bottom.py").write_text(
        "from models.compiled import kernel\nimport os\n"
    )
    (tmp_path / "models" / "constant.py").write_text("import models.top  # a circle\n")
    (tmp_path / "models" / "other.py").write_text("")
    monkeypatch.setattr(compiled, "ROOT", tmp_path)

    def forget():
        for function in (imported_files, reached_files, kernel_hash):
            function.cache_clear()

    forget()
    yield tmp_path / "models", forget
    forget()


@pytest.mark.parametrize("changed", ["top", "middle", "bottom", "constant"])
def test_a_change_of_anything_reached_changes_the_hash(project, changed):
    folder, forget = project
    before = kernel_hash(folder / "top.py")
    with (folder / f"{changed}.py").open("a") as file:
        file.write("x = 1\n")
    forget()
    assert kernel_hash(folder / "top.py") != before


def test_a_change_of_anything_else_does_not(project):
    folder, forget = project
    before = kernel_hash(folder / "top.py")
    (folder / "other.py").write_text("x = 1\n")
    forget()
    assert kernel_hash(folder / "top.py") == before


def test_the_hash_of_kernels_alone_leaves_out_what_has_none(project):
    folder, forget = project
    before = kernel_hash(folder / "top.py", kernels_only=True)
    (folder / "constant.py").write_text("x = 1\n")
    forget()
    assert kernel_hash(folder / "top.py", kernels_only=True) == before
    (folder / "bottom.py").write_text("from models.compiled import inlined\n")
    forget()
    assert kernel_hash(folder / "top.py", kernels_only=True) != before


def test_every_kernel_module_finds_its_imports_in_one_way():
    """Imports inside of functions would not be followed; kernels cannot use them."""
    for path in ROOT.glob("simulate/**/*.py"):
        if re.search(rb"^@(lean_)?(kernel|inlined)$", path.read_bytes(), re.MULTILINE):
            assert ROOT / "models" / "compiled.py" in imported_files(path), path


def test_kernels_are_cached_in_the_folder_of_their_sources():
    if compiled.CHOSEN_BY_USER:
        pytest.skip("NUMBA_CACHE_DIR is set")
    path = ROOT / "simulate" / "bits.py"
    compiled._choose_cache(compiled.kernel)
    assert kernel_hash(ROOT / "models" / "compiled.py") in str(numba.config.CACHE_DIR)
    assert kernel_hash(path) in compiled.cache_folder(path).as_posix()


def decorated():
    """Every compiled function of the project: its name, decorator and node."""
    for path in (*ROOT.glob("models/**/*.py"), *ROOT.glob("simulate/**/*.py")):
        if compiled.KERNELS.search(path.read_bytes()):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    for decorator in node.decorator_list:
                        if isinstance(decorator, ast.Name):
                            yield node.name, decorator.id, node


def calls(node):
    return {
        call.func.id
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }


def test_kernels_that_count_take_no_arrays_of_those_that_do_not():
    """Counts would be one too few, and arrays be freed while they are in use."""
    found = list(decorated())
    plain = {"None", "int", "float", "bool", "np.uint64", "tuple[int, int]", "Key", "LookTime"}
    lean = {
        name: ast.unparse(node.returns) for name, kind, node in found if kind.startswith("lean_")
    }
    arrays = {name for name, returned in lean.items() if returned not in plain}
    assert {"see", "first_of"} <= arrays
    counting = [(name, node) for name, kind, node in found if kind in {"kernel", "inlined"}]
    assert len(counting) > 50
    assert {name: calls(node) & arrays for name, node in counting if calls(node) & arrays} == {}


def sum_of_parts(values):
    total = 0.0
    for part in (values[:2], values[2:]):
        for value in part:
            total += value
    return total


@compiled.lean_kernel
def made(count):
    return np.empty(count)


def counts_references(function, options):
    """Whether it does when compiled anew: code read from the cache cannot be looked into."""
    fresh = numba.njit(**options)(function)
    fresh(np.arange(5.0))
    return any("NRT_incref" in text for text in fresh.inspect_llvm().values())


def test_lean_kernels_count_no_references():
    assert compiled.lean_kernel(sum_of_parts)(np.arange(5.0)) == 10.0
    assert compiled.lean_kernel(sum_of_parts).targetoptions.items() >= compiled.LEAN.items()
    assert not counts_references(sum_of_parts, compiled.LEAN)
    assert counts_references(sum_of_parts, {})


def test_a_lean_kernel_that_makes_an_array_is_refused():
    with pytest.raises(numba.core.errors.TypingError, match="Only accept returning of array"):
        made(3)
