"""Pinned importance sampling: a second, unrelated sampler that proves the one that ships."""
