"""Stages of a run that draws patients and then fits them: in order, how far, and how long each."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter

from analyses.outputs.progress import Progress
from models.reconstruction.stopping import SamplingProgress

COMPILING = "compiling kernels on first use"

Tell = Callable[[Progress], None]


class Stopwatch:
    """Wall time of stages that follow one another.

    Attributes
    ----------
    seconds : dict of str to float
        By stage, in the order in which they ended.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._began = perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage; the next one begins."""
        now = perf_counter()
        self.seconds[stage] = now - self._began
        self._began = now


def draw_while_compiling[Drawn, Compiled](
    draw: Callable[[Callable[[SamplingProgress], None]], Drawn],
    compile_model: Callable[[], Compiled],
    *,
    told: Callable[[SamplingProgress], None],
    watch: Stopwatch,
    progress: Tell,
) -> tuple[Drawn, Compiled]:
    """Draw patients, and compile PyMC's model aside once the first are drawn.

    Figures that no patients can print are told at once: there is no compilation to wait for yet.

    Parameters
    ----------
    draw : callable
        Called with what is to be told how far it is.
    compile_model : callable
    told : callable
        Told how far the sampler is.
    watch : Stopwatch
        Gets the stages "patients" and "waiting for PyMC to compile".
    progress : callable
    """
    compiling: list[Future[Compiled]] = []
    with ThreadPoolExecutor(1) as aside:

        def tell(step: SamplingProgress) -> None:
            if not compiling:
                compiling.append(aside.submit(compile_model))
            told(step)

        drawn = draw(tell)
        watch.lap("patients")
        progress(Progress(stage="PyMC", done=0.0, note="compiling the model"))
        compiled = compiling[0].result() if compiling else compile_model()
    watch.lap("waiting for PyMC to compile")
    return drawn, compiled


def tell_sampling(
    progress: Tell, *, ess_wanted: float, stage: str | None = None
) -> Callable[[SamplingProgress], None]:
    """Tell how far the sampler of patients is; it ends when its effective size is reached.

    Parameters
    ----------
    progress : callable
    ess_wanted : float
        Effective sample size at which the sampler stops.
    stage : str, optional
        Its name; that of the endpoint unless given.
    """

    def told(step: SamplingProgress) -> None:
        progress(
            Progress(
                stage=stage or f"{step.endpoint.upper()} patients",
                done=1.0 if step.done else min(0.99, step.ess / ess_wanted),
                note=f"effective sample size {step.ess:.0f}, R-hat {step.r_hat:.3f}",
                seconds_left=step.seconds_left,
            )
        )

    return told


def tell_fitting(
    progress: Tell, *, place: int = 0, of: int = 1, began: float | None = None
) -> Callable[[int, int], None]:
    """Tell how many sets are fitted.

    Parameters
    ----------
    progress : callable
    place, of : int
        Which of how many runs over all sets.
    began : float, optional
        When the first of these runs began, by `perf_counter`; now unless given.
    """
    start = perf_counter() if began is None else began

    def told(done: int, sets: int) -> None:
        share = (place + done / sets) / of
        spent = perf_counter() - start
        note = f"set {done} of {sets}"
        left = spent / share - spent
        progress(Progress(stage="PyMC", done=share, note=note, seconds_left=left))

    return told
