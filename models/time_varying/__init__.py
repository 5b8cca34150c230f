"""Effects that change over time: models of log HR(t), how far printed figures tell them apart."""
