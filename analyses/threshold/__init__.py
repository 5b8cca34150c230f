"""`replan calibrate-threshold`: the posterior threshold that holds the type I error."""
