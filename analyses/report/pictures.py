"""Pictures of a run's folder, with captions and words for those who do not see them."""

from pathlib import Path

from analyses.report.blocks import Picture
from analyses.report.wording import endpoint_name

WORDS = {
    "audit": "The audit at a glance: a mark for each check of the paper against itself.",
    "kaplan_meier": "Kaplan–Meier curves of the pseudo-patient sets by arm, with the printed "
    "medians and numbers at risk.",
    "survival": "Posterior survival curves of both arms with central bands, and the printed "
    "medians.",
    "hazard_ratio": "Posterior of the hazard ratio beside its prior, the printed interval alone "
    "and the printed estimate; below 1 favours RT.",
    "estimands": "Posterior medians and intervals of hazard ratio, survival, medians and "
    "restricted means.",
    "convergence": "Distribution of each chain against that of all chains together.",
    "agreement": "Differences between independent computations of the same posterior, in Monte "
    "Carlo errors.",
    "predictive": "Printed figures among those of trials drawn from prior and posterior, as "
    "multiples of the print; numbers and p at the right are of the posterior.",
    "sensitivity": "The answer under other priors, cut points and models of follow-up, row by row.",
    "power": "Power of each truth and test, with Monte Carlo error.",
    "power_by_test": "Power of each truth had another test decided, on the same trials.",
    "stopping": "Share of trials that stop at each look, by truth and outcome.",
    "timeline": "When looks take place, by truth.",
    "boundaries": "Bounds of the test statistic at each look.",
    "forecast": "Expected recruitment and events over calendar time, with the looks.",
    "estimates": "Estimates of the hazard ratio at the stop against the truth.",
    "alpha_flow": "How the one-sided type I error is shared and passed on between the endpoints.",
    "occupancy": "Shares of patients without progression, with progression and dead over time, by "
    "arm.",
    "family_wise_error": "Share of trials that claim an effect on an endpoint without one, by "
    "truth, beside the planned error.",
    "power_curve": "Simulated power by size with the fitted curve, the wanted power, the answer "
    "with its interval, and closed forms.",
    "threshold": "Posterior threshold that holds the type I error, by nuisance value.",
    "power_distribution": "Distribution of power over the draws of the posterior.",
    "assurance_by_prior": "Assurance under each prior, with Monte Carlo error.",
    "success_by_effect": "Share of trials that succeed by the hazard ratio of the truth.",
    "power_curves": "Probability of success along the fields of the grid.",
    "power_map": "Probability of success over two fields of the grid.",
    "tornado": "How far each field moves the probability of success.",
    "smallest_size": "Smallest size with the wanted power, cell by cell.",
    "trials": "Forest of the other trials: as printed, drawn together, pooled and predicted.",
    "priors": "Densities of the priors of the hazard ratio.",
    "tipping_point": "Posterior probability of a benefit as the prior grows more sceptical.",
    "posteriors": "Prior and posterior of the hazard ratio under one prior after another.",
    "prior_survival": "Survival with RT that each prior allows, beside control.",
    "findings": "Share of patients with each finding by arm, and the differences.",
    "curves": "The published curve as it was read off, with the reconstructed sets.",
    "courses": "Progression and death of the same patients.",
    "states": "Posterior shares of patients without progression, with progression and dead over "
    "time, arm against arm.",
    "benefit": "Benefit in overall survival against benefit in progression-free survival, draw by "
    "draw.",
    "hazard_ratios": "Posterior hazard ratios of the passages and of both endpoints.",
    "hazard_ratio_over_time": "Hazard ratio over time under each model of the effect, prior beside "
    "posterior; below 1 favours RT.",
    "largest_change": "Prior and posterior of how much the hazard ratio changes over time.",
    "evidence": "Bayes factors of models of a changing effect against proportional hazards.",
    "evidence_levels": "The hazard ratio by level of evidence; below 1 favours RT.",
    "calibration": "Ranks of the truths among the draws, which must be uniform.",
    "calendar": "Patients of the replayed trial in calendar time.",
}
"""What each picture shows, by the last words of its file's name."""

LARGEST_SVG = 400_000


def picture(folder: Path, name: str, *, of: str = "") -> tuple[Picture, ...]:
    """Find a picture in a folder; nothing where it is not there.

    Parameters
    ----------
    folder : Path
    name : str
        Stem of the file.
    of : str
        What it is of, put before its words.
    """
    path = _file(folder, name)
    if path is None:
        return ()
    words = _words(name)
    caption = f"{of}. {words}" if of else words
    return (Picture(path=path, caption=caption, alternative=caption),)


def all_pictures(folder: Path) -> tuple[Picture, ...]:
    """Every picture of a folder and the folders in it, by name."""
    found: list[Picture] = []
    for path in sorted(folder.rglob("*.png")):
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-3:-1]):
            inside = path.parent.relative_to(folder).as_posix()
            found += picture(path.parent, path.stem, of="" if inside == "." else _place(inside))
    return tuple(found)


def _place(inside: str) -> str:
    return ", ".join(endpoint_name(part) for part in inside.split("/"))


def _file(folder: Path, name: str) -> Path | None:
    """Prefer lines to dots, unless there are very many of them."""
    lines, dots = folder / f"{name}.svg", folder / f"{name}.png"
    if lines.is_file() and lines.stat().st_size <= LARGEST_SVG:
        return lines
    return dots if dots.is_file() else None


def _words(name: str) -> str:
    """Find the longest known words that a name ends or begins with; the rest says of what."""
    for known in sorted(WORDS, key=len, reverse=True):
        if name == known:
            return WORDS[known]
        if name.endswith(f"_{known}") or name.startswith(f"{known}_"):
            rest = name.removesuffix(f"_{known}").removeprefix(f"{known}_").split("_")
            return f"{' '.join(endpoint_name(part) for part in rest)}: {WORDS[known]}"
    return f"{name.replace('_', ' ').capitalize()}, as the run drew it."
