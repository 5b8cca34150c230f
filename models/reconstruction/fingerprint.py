"""Which state of the samplers' kernels this is, so that proofs can say what they proved."""

import hashlib

from models.compiled import ROOT, kernel_hash

SAMPLERS = ("sample.py", "importance/run.py")


def samplers_hash() -> str:
    """Hash of the sources of all kernels that the samplers of one endpoint call (16 hex digits)."""
    folder = ROOT / "models" / "reconstruction"
    parts = [kernel_hash(folder / name, kernels_only=True) for name in SAMPLERS]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
