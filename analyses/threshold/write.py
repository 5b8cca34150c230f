"""Writing a calibrated threshold to files."""

from pathlib import Path
from typing import Any

from analyses.outputs.document import write_document
from simulate.design.trial import TrialDesign
from simulate.threshold.calibrate import Calibration


def write_threshold(
    design: TrialDesign, found: Calibration, folder: Path, *, document: dict[str, Any]
) -> None:
    """Write table, document, the design with its new threshold and the picture into a folder.

    Parameters
    ----------
    design : TrialDesign
    found : Calibration
    folder : Path
    document : dict
        From `describe_threshold`.
    """
    from analyses.outputs.pictures import save_pictures
    from simulate.design.replace import replaced
    from simulate.design.text import design_text
    from simulate.plots.threshold import plot_threshold

    found.table.to_csv(folder / "grid.csv", index=False)
    above = f"endpoints.{found.endpoint}." if design.endpoints else ""
    calibrated = replaced(design, {f"{above}analysis.bayes.probability": found.rounded})
    (folder / "design.toml").write_text(design_text(calibrated), encoding="utf-8")
    write_document(document, folder / "threshold.json")
    save_pictures([("threshold", plot_threshold(found))], folder)
