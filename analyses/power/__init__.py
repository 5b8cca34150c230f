"""Operating characteristics of a design, from its file to tables, files and pictures."""
