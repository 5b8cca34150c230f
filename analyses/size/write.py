"""Writing a search for a size to files."""

from pathlib import Path
from typing import Any

from analyses.outputs.document import write_document
from analyses.power.document import provenance
from analyses.size.run import SizeRun


def write_size(run: SizeRun, folder: Path, *, document: dict[str, Any]) -> None:
    """Write tables, document, the design of the answer and the picture into a folder.

    Parameters
    ----------
    run : SizeRun
    folder : Path
    document : dict
        From `describe_size`.
    """
    from analyses.outputs.pictures import save_pictures
    from analyses.size.picture import draw_size

    run.points().to_csv(folder / "points.csv", index=False)
    run.curve().to_csv(folder / "curve.csv", index=False)
    sized = provenance(run.design, seed=run.seed)["design"]
    (folder / "design.toml").write_text(sized, encoding="utf-8")
    write_document(document, folder / "size.json")
    save_pictures([("power_curve", draw_size(run))], folder)
