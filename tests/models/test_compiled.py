"""Compiled kernels are kept by what their sources reach: all of it, and nothing else."""

import numba
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
        if b"@kernel" in path.read_bytes():
            assert ROOT / "models" / "compiled.py" in imported_files(path), path


def test_kernels_are_cached_in_the_folder_of_their_sources():
    if compiled.CHOSEN_BY_USER:
        pytest.skip("NUMBA_CACHE_DIR is set")
    path = ROOT / "simulate" / "bits.py"
    compiled._choose_cache(compiled.kernel)
    assert kernel_hash(ROOT / "models" / "compiled.py") in str(numba.config.CACHE_DIR)
    assert kernel_hash(path) in compiled.cache_folder(path).as_posix()
