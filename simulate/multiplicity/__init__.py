"""Several endpoints under one type I error: levels, decisions look by look, sequential p values."""
