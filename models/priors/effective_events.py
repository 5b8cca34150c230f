"""How many events a prior of log HR is worth: expected local information ratio.

The information of a prior at a log hazard ratio is minus the second derivative of its log density;
that of one event is q (1 - q), q being the share of patients randomised to RT. The ratio of both,
averaged over the prior, is the number of events. For a normal prior it is 1 / (sd² q (1 - q)).
"""

import numpy as np

from models.priors.normal_mixture import NormalMixture

REACH = 10.0
FINEST = 0.25
EDGES = np.linspace(-REACH, REACH, 41)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)


def effective_events(prior: NormalMixture, *, rt_share: float = 0.5) -> float:
    """Events that a prior is worth.

    The average of minus the second derivative equals that of the squared slope, which is what is
    integrated: it has no negative parts between modes.

    Parameters
    ----------
    prior : NormalMixture
    rt_share : float
        Share of patients randomised to RT, strictly between 0 and 1.

    Returns
    -------
    float
        Events of both arms together.

    Raises
    ------
    ValueError
        If `rt_share` is not strictly between 0 and 1.

    References
    ----------
    Neuenschwander, Weber, Schmidli & O'Hagan 2020, doi 10.1111/biom.13252.

    Examples
    --------
    >>> from models import NormalMixture, effective_events
    >>> round(effective_events(NormalMixture(weights=(1.0,), means=(0.0,), sds=(0.2,))))
    100
    """
    if not 0.0 < rt_share < 1.0:
        raise ValueError(
            f"`rt_share` must lie strictly between 0 and 1, got {rt_share}; 0.5 is 1:1"
        )
    means, sds = np.array(prior.means), np.array(prior.sds)
    step = sds.min() * FINEST
    edges = np.unique(np.round((means[:, np.newaxis] + sds[:, np.newaxis] * EDGES) / step)) * step
    half = np.diff(edges)[:, np.newaxis] / 2
    points = edges[:-1, np.newaxis] + half * (1 + NODES)
    information = float((half * WEIGHTS * prior.density(points) * prior.slope(points) ** 2).sum())
    return information / (rt_share * (1 - rt_share))
