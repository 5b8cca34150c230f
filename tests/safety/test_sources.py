"""The sources: no call that runs text, no pickle, no shell, no network, but where it is stated."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "simulate", "analyses")
CALLS = {
    *("eval", "exec", "compile", "__import__", "breakpoint", "os.system", "os.popen", "os.fork"),
    *("pickle.load", "pickle.loads", "marshal.load", "marshal.loads", "shelve.open"),
    *("subprocess.getoutput", "subprocess.getstatusoutput", "runpy.run_path", "runpy.run_module"),
    *("pd.read_pickle", "pandas.read_pickle", "pd.eval", "pandas.eval", "joblib.load"),
    *("yaml.load", "torch.load", "cloudpickle.loads", "urllib.request.urlopen"),
}
METHODS = {
    "to_pickle",
    "read_pickle",
    "query",
    "execv",
    "execve",
    "execvp",
    "spawnv",
    "posix_spawn",
}
MODULES = {
    *("pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "code", "pty"),
    *("urllib", "http", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "webbrowser", "ssl"),
    *("xmlrpc", "telnetlib", "asyncio", "runpy", "ctypes", "cffi"),
}
KEYWORDS = {"shell", "allow_pickle"}
# Where a thing is used all the same, and for what.
STATED = {
    ("analyses/sweep/lock.py", "socket"): "the name of this machine, in the message of a lock",
    ("analyses/sweep/local_pool.py", "subprocess"): "workers of a sweep",
    ("analyses/power/first_use.py", "subprocess"): "compiling on the second core",
    ("analyses/selftest/fault_bench.py", "subprocess"): "sweeps to be killed",
    ("analyses/selftest/fault_files.py", "subprocess"): "disks in memory, for `make faults`",
    ("analyses/sweep/dask_pool.py", "import_module"): "Dask, where a scheduler is named",
    ("analyses/sweep/dask_pool.py", "asyncio"): "what Dask raises when a scheduler is lost",
    ("models/__init__.py", "import_module"): "public names, from the table in this file",
    ("simulate/__init__.py", "import_module"): "public names, from the table in this file",
    ("analyses/selftest/registry.py", "import_module"): "modules that stand in a list beside it",
}
# It starts `mount` and `umount`, of words that stand in it and folders that it made.
MOUNTING = {"analyses/selftest/fault_files.py"}


def name_of(node: ast.expr) -> str:
    """Dotted name of what is called; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".lstrip(".")
    return ""


def of_import(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        names = [node.module or ""] if node.level == 0 else []
    watched = MODULES | {"socket", "subprocess", "distributed", "dask"}
    return [name.split(".")[0] for name in names if name.split(".")[0] in watched]


def of_call(node: ast.Call) -> list[str]:
    name, found = name_of(node.func), []
    if name in CALLS or name.rpartition(".")[2] in METHODS:
        found.append(name)
    if name.rpartition(".")[2] == "import_module":
        found.append("import_module")
    for keyword in node.keywords:
        said_no = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg in KEYWORDS and not said_no:
            found.append(f"{keyword.arg}=")
    return found


def findings(text: str) -> list[tuple[int, str]]:
    """Line and name of everything that is watched for."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [(node.lineno, name) for name in of_import(node)]
        elif isinstance(node, ast.Call):
            found += [(node.lineno, name) for name in of_call(node)]
    return found


def sources() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def test_nothing_is_used_but_what_is_stated():
    wrong = [
        f"{file}:{line} {name}"
        for file, text in sources().items()
        for line, name in findings(text)
        if (file, name) not in STATED
    ]
    assert not wrong, "; ".join(wrong)


def test_everything_that_is_stated_is_used():
    used = {(file, name) for file, text in sources().items() for _, name in findings(text)}
    assert not STATED.keys() - used


def test_processes_are_started_from_lists_that_begin_with_this_interpreter():
    for file, what in STATED:
        if what != "subprocess":
            continue
        text = sources()[file]
        called = [
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and name_of(node.func).startswith("subprocess.")
        ]
        assert called
        for node in called:
            words = node.args[0]
            assert not isinstance(words, ast.Constant | ast.JoinedStr), f"{file}:{node.lineno}"
        assert ("sys.executable" in text) != (file in MOUNTING)


@pytest.mark.parametrize(
    "text",
    [
        "eval(x)",
        "import pickle",
        "from urllib.request import urlopen",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
        "import subprocess",
        "f(x, shell=flag)",
        "frame.query(text)",
        "import os\nos.execve(a, b, c)",
        "import importlib\nimportlib.import_module(name)",
        "import socket",
    ],
)
def test_the_scan_finds_what_it_is_for(text):
    assert findings(text)


def test_the_scan_leaves_plain_code_alone():
    assert not findings(
        "import os\nimport numpy as np\nnp.load(p, allow_pickle=False)\nos.getpid()"
    )


def test_the_page_on_safety_states_each_exception():
    page = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    for word in ("numba", "unpickle", "Dask", "--scheduler", "shell", "worker", "g++", "uname"):
        assert word in page, word
