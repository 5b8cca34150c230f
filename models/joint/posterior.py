"""The posterior of an illness-death model as a DataTree, whoever drew it.

Layout of `posterior.nc`, `kind` "illness_death":

Attributes of the tree
    `schema` "replan illness-death posterior 1"; `kind` "illness_death"; `clock` "forward" or
    "reset": whether the intervals of death after progression count months since randomisation or since
    progression (the other two transitions always count from randomisation); `time_unit` "months";
    `hazard_unit` "per month"; `hazard_ratio` "RT versus control, below 1 favours RT".
Coordinates
    `transition`: "progression", "death_without_progression", "death_after_progression";
    `arm`: "control", "rt"; `interval`: labels such as "(3, 6]", with `interval_start` and
    `interval_stop` (months) by interval, the last stop infinite; `endpoint`: "pfs", "os".
    All transitions share the intervals: the union of everybody's cut points.
Group `posterior` (chain, draw, …)
    `log_hr` (transition): RT versus control; `hazard` (transition, arm, interval) per month;
    `events` (endpoint, arm) and `transitions` (transition, arm): counts among the patients of the
    draw; `last_cut` (months) and `loss` (per month) where follow-up is unknown; `baseline_rate`
    (transition; person-months) and `walk_sd` (transition) where the prior has them.
Group `constant_data`
    `cuts` (cut): interior cut points in months.
"""
