"""Evidence levels of several results side by side, from the printed interval to patient data."""
