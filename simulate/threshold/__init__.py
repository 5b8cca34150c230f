"""The posterior threshold that holds the type I error of a Bayesian rule over nuisance values."""
