"""nutpie's NUTS: compile a model once, then draw from it for one data set after another."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa
    import pymc as pm
    from nutpie.sample import CompiledModel

COMPILING = Lock()
STATS = ("diverging", "maxdepth_reached", "energy", "n_steps", "depth")


class NutsRun(NamedTuple):
    """Draws after tuning.

    Attributes
    ----------
    draws : dict of str to numpy.ndarray, shape (chain, draw, ...)
        One entry for each variable the model was compiled for.
    stats : dict of str to numpy.ndarray, shape (chain, draw)
        `diverging`, `maxdepth_reached`, `energy`, `n_steps` and `depth`.
    """

    draws: dict[str, NDArray[np.float64]]
    stats: dict[str, NDArray[Any]]


def compile_for_nuts(model: pm.Model, *, variables: tuple[str, ...]) -> CompiledModel:
    """Compile a model for nutpie with the numba backend.

    Parameters
    ----------
    model : pymc.Model
        Its data (`pm.Data`) can be swapped afterwards.
    variables : tuple of str
        Variables to keep.

    Returns
    -------
    nutpie.CompiledModel
        Takes about 10 s, 30 s while numba's cache is empty.
    """
    import nutpie
    from pytensor.configdefaults import config

    # With fast-math, code that is compiled afresh and code that is read from numba's cache round
    # differently, and one seed would give two answers on one machine.
    with config.change_flags(numba__fastmath=False), few_words(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nutpie.compile_pymc_model(model, backend="numba", var_names=list(variables))


@contextmanager
def few_words() -> Iterator[None]:
    """Let what numba compiles say in few words that shapes do not fit.

    nutpie catches that error and drops its words; numba's own, with numbers turned into text, take
    a third of the time in which a model is compiled. Where numba has no such function (it is not
    part of its public interface) nothing changes but that time.
    """
    from numba.np import arrayobj

    name = "raise_with_shape_context"
    with COMPILING:
        long = getattr(arrayobj, name, None)
        if long is not None:
            setattr(arrayobj, name, _refusal())
        try:
            yield
        finally:
            if long is not None:
                setattr(arrayobj, name, long)


@cache
def _refusal() -> Callable[..., None]:
    """Give numba its function that refuses shapes."""
    from numba.extending import overload

    def refuse(given: object, wanted: object) -> None:
        raise ValueError("shapes do not fit")

    def implement(given: object, wanted: object) -> Callable[..., None]:
        return refuse

    overload(refuse)(implement)
    return refuse


def run_nuts(
    compiled: CompiledModel,
    *,
    seed: int,
    chains: int,
    draws: int,
    tune: int,
    cores: int,
    target_accept: float,
) -> NutsRun:
    """Draw from a compiled model, silently.

    Parameters
    ----------
    compiled : nutpie.CompiledModel
        Model with the data wanted (`with_data`).
    seed : int
        The same seed gives the same draws to the bit, whatever `cores` is.
    chains, draws, tune : int
        Chains, draws kept of each, and draws spent on tuning before.
    cores : int
        Chains run at the same time.
    target_accept : float
        Acceptance that the step size aims at, strictly between 0 and 1.

    Returns
    -------
    NutsRun
    """
    import nutpie

    sampler = nutpie.sample(
        compiled,
        seed=seed,
        chains=chains,
        draws=draws,
        tune=tune,
        cores=cores,
        target_accept=target_accept,
        progress_bar=False,
        save_warmup=False,
        return_raw_trace=True,
        blocking=False,
    )
    # Blocking, nutpie would swallow Ctrl-C and return the draws there are.
    try:
        trace = sampler.wait()
    except BaseException:
        sampler.cancel()
        raise
    positions, stats = trace.get_arrow_trace()
    names = [name for name in positions[0].column_names if not name.endswith("__")]
    kept = [name for name in names if name in compiled.shapes]
    return NutsRun(
        draws={
            name: np.stack(
                [
                    _column(batch, name, draws=draws).reshape(draws, *compiled.shapes[name])
                    for batch in positions
                ]
            )
            for name in kept
        },
        stats={
            name: np.stack([_column(batch, name, draws=draws) for batch in stats]) for name in STATS
        },
    )


def _column(batch: pa.RecordBatch, name: str, *, draws: int) -> NDArray[Any]:
    """Last rows of a column of an Arrow record batch: those after tuning."""
    import pyarrow as pa

    column = pa.array(batch.column(name)).slice(batch.num_rows - draws)
    flat = column.flatten() if pa.types.is_large_list(column.type) else column
    return np.asarray(flat.to_numpy(zero_copy_only=False))
