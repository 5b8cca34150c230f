"""The engine: whole trials on arrays, one pass each, the same for any number of workers."""
