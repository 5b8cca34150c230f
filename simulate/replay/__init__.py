"""One simulated trial again, patient by patient and look by look, to be read and drawn."""
