"""One simulated trial again, from its number to screen, files and pictures."""
