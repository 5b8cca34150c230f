"""Reports of runs: one HTML file, the same as Markdown, and the tables as CSV."""
