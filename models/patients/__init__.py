"""Patient data: read and checked, with covariates as proportional effects or strata.

Evidence level 3. Times are months; hazard ratios are RT versus control, below 1 favours RT.
"""

from models.patients.covariates import Covariates, encode_covariates
from models.patients.read import read_patients

__all__ = ["Covariates", "encode_covariates", "read_patients"]
