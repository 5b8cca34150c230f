"""One simulated trial again, whether its design tests one endpoint or several."""

from simulate.design.trial import TrialDesign
from simulate.replay.replay import Replay, replay
from simulate.replay.several import SeveralReplay, replay_several
from simulate.truth.kinds import OneTruth


def replay_trial(
    design: TrialDesign, truth: OneTruth, *, seed: int, replicate: int
) -> Replay | SeveralReplay:
    """Simulate one replicate alone, and keep its patients and what each look saw and decided.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth, IllnessDeathTruth or MarginalsTruth
        One of the design's, or another whose factors the design has.
    seed, replicate : int
        Those of the simulation, replicates counted from 0; from 0 to 2^63 - 1.

    Returns
    -------
    Replay or SeveralReplay
        The same numbers, to the bit, as this replicate has among thousands. Of one endpoint:
        `outcome`, `patients` (DataFrame; times in months) and `looks`, each with its `month`,
        `hazard_ratio` (RT versus control, with 95% limits), `decision` and `data` (DataFrame).
        Of several: one such for each of `endpoints`, and whether the trial is a `success`.

    Raises
    ------
    ValueError
        If seed or replicate is out of range, or the design cannot be recruited.

    Examples
    --------
    >>> from simulate import load_design, replay_trial
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> trial = replay_trial(design, design.truths[0], seed=1, replicate=0)
    >>> trial.outcome, [look.decision for look in trial.looks]
    ('success', ['continue', 'continue', 'success'])
    >>> trial.looks[-1].data.columns.tolist()
    ['patient', 'time', 'event', 'arm', 'stratum', 'entry']
    """
    if design.endpoints:
        return replay_several(design, truth, seed=seed, replicate=replicate)
    return replay(design, truth, seed=seed, replicate=replicate)
