"""The simulation engine against R's rpact.

Run by `make bench`. Times are seconds of processor time of one core; medians of interleaved pairs.
Without `Rscript` and rpact, R's part is left out.
"""

import shutil
import statistics
import subprocess

from simulation import PAIRS, TRIALS, core_seconds, per_trial, show, workload

RPACT = """
suppressMessages(library(rpact))
design <- {design}
began <- proc.time()[["user.self"]]
result <- getSimulationSurvival(design, directionUpper = FALSE, pi1 = NA_real_,
    lambda2 = log(2) / 10.93, hazardRatio = 0.7, dropoutRate1 = 0.05, dropoutRate2 = 0.05,
    dropoutTime = 12, accrualTime = c(0, 24), accrualIntensity = 400 / 24,
    plannedEvents = {events}, maxNumberOfIterations = {trials}, seed = {seed})
cat(proc.time()[["user.self"]] - began, result$overallReject, "\\n")
"""


def rpact_seconds(events: list[int], *, seed: int) -> float:
    """Processor time that rpact takes for the same trials."""
    fractions = ", ".join(str(count / events[-1]) for count in events)
    design = "getDesignGroupSequential(kMax = 1, alpha = 0.025)"
    if len(events) > 1:
        design = (
            f'getDesignGroupSequential(typeOfDesign = "asOF", alpha = 0.025, '
            f"informationRates = c({fractions}))"
        )
    code = RPACT.format(
        design=design,
        events=f"c({', '.join(str(count) for count in events)})",
        trials=TRIALS,
        seed=seed,
    )
    done = subprocess.run(["Rscript", "-e", code], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[0])


def has_rpact() -> bool:
    """Whether R and rpact are there."""
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(rpact)"], capture_output=True).returncode == 0


def against_rpact() -> None:
    """W1 and W2, interleaved with rpact."""
    known = has_rpact()
    for name, events in (("W1", [250]), ("W2", [125, 188, 250])):
        scenario = workload(events)
        core_seconds(scenario, seed=0, trials=10)
        ours, theirs = [], []
        for pair in range(PAIRS):
            ours.append(core_seconds(scenario, seed=pair))
            if known:
                theirs.append(rpact_seconds(events, seed=pair))
        show(f"{name}: ours, a trial on one core", per_trial(statistics.median(ours)), "")
        if known:
            ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
            show(f"{name}: rpact", per_trial(statistics.median(theirs)), "")
            spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
            median = statistics.median(ratios)
            show(f"{name}: rpact over ours ({spread})", f"{median:.1f}", "at least 10")


if __name__ == "__main__":
    against_rpact()
