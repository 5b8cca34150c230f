"""Settings of the whole test run: no screen, repeatable examples, folders kept together."""

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "agg")

# Compiled functions are slow on their first call, so no deadline; `explore` looks for new examples.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# Of two notebooks that run side by side on empty caches, one compiles the samplers of patients and
# the other the simulator of trials, so that neither does the other's work again.
NOTEBOOKS = ("1_", "4_", "2_", "5_", "3_", "6_")


def pytest_collection_modifyitems(items):
    """Begin with the notebooks, in an order in which neighbours need different kernels."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid):
    start = nodeid.removeprefix("notebooks/")[:2]
    return NOTEBOOKS.index(start) if start in NOTEBOOKS else len(NOTEBOOKS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Where files stay together, keep folders together: they share kernels to compile, and runs."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LoadFolderScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            folder, _, file = nodeid.split("::", 1)[0].rpartition("/")
            return f"{folder}/{file}" if folder == "notebooks" else folder

        def remove_node(self, node):
            """Give back what a worker left, all but the test that ended it."""
            units = self.assigned_work[node].values()
            left = ((unit, test) for unit in units for test, done in unit.items() if not done)
            unit, ended = next(left, ({}, None))
            unit[ended] = True
            super().remove_node(node)
            return ended

    return LoadFolderScheduling(config, log)
