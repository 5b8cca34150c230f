"""Operating characteristics: what a design does over many trials, each with its standard error."""
