"""Kind and mass of every interval estimate: central, 95%."""

CI_PROB = 0.95
CI_KIND = "eti"
Z_95 = 1.959964
