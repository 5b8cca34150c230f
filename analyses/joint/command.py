"""Carrying out `replan joint`: run, write, tell."""

from pathlib import Path

from analyses.joint.document import describe_joint
from analyses.joint.run import analyse_jointly
from analyses.joint.screen import show_joint
from analyses.joint.write import write_joint
from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.outputs.provenance import provenance
from models.joint.settings import JointSettings
from models.record.record import Record


def carry_out(
    record: Record,
    *,
    path: Path,
    settings: JointSettings,
    seed: int,
    out: Path,
    quick: bool,
    as_json: bool,
    cores: int,
) -> int:
    """Re-analyse both endpoints together, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails.
    """
    with results_folder(out) as folder, tell_progress() as progress:
        run = analyse_jointly(
            record, settings=settings, seed=seed, quick=quick, cores=cores, progress=progress
        )
        attrs = provenance(path, settings=run.settings, seed=seed, quick=quick)
        document = describe_joint(run, attrs=attrs)
        write_joint(run, folder, attrs=attrs, document=document)
    if as_json:
        print_document(document)
    else:
        show_joint(run, out=out)
    return 0 if run.gates_hold else 1
