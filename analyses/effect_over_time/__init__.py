"""Whether the effect changes over time: models weighed by the printed figures, and answers."""
