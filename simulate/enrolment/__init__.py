"""Who enters the trial, when, of which stratum and into which arm."""
