"""A first look of less precision: shorter runs, and gates that are looser and say so."""

from models.settings import FEWEST_ROWS, AnalysisSettings

QUICK_CHUNK = 2_000
QUICK_SAMPLER = {
    "chunks": 10,
    "ess_wanted": 40.0,
    "ess_needed": 40.0,
    "r_hat": 1.1,
    "round_trips": 20,
}
QUICK_FIT = {"imputations": 20}


def quick_settings(settings: AnalysisSettings) -> AnalysisSettings:
    """Shorten sampler and fits to a first look: the gates are looser and say so."""
    chunk = max(QUICK_CHUNK, FEWEST_ROWS * settings.sampler.thin)
    return settings.model_copy(
        update={
            "sampler": settings.sampler.model_copy(update=QUICK_SAMPLER | {"chunk": chunk}),
            "fit": settings.fit.model_copy(update=QUICK_FIT),
        }
    )
