"""Carrying out `replan reanalyse`: run, write, tell."""

from pathlib import Path

from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.outputs.provenance import provenance
from analyses.reanalyse.document import describe_run
from analyses.reanalyse.run import reanalyse
from analyses.reanalyse.screen import show_run
from analyses.reanalyse.sensitivity import run_sensitivity
from analyses.reanalyse.write import write_run
from models.record.record import Record
from models.settings import AnalysisSettings, load_settings


def carry_out(
    record: Record,
    *,
    path: Path,
    endpoints: tuple[str, ...],
    settings: AnalysisSettings,
    seed: int,
    out: Path,
    quick: bool,
    sensitivity: bool,
    as_json: bool,
    strict: bool,
    cores: int,
) -> int:
    """Re-analyse a record, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails or, under `strict`, there are findings.
    """
    reference = _reference(path) if sensitivity else None
    with results_folder(out) as folder, tell_progress() as progress:
        run = reanalyse(
            record,
            endpoints=endpoints,
            settings=settings,
            seed=seed,
            quick=quick,
            cores=cores,
            progress=progress,
        )
        table = None
        if sensitivity:
            table = run_sensitivity(run, cores=cores, reference=reference, progress=progress)
        attrs = provenance(path, settings=run.settings, seed=seed, quick=quick)
        document = describe_run(run, attrs=attrs, sensitivity=table)
        write_run(run, folder, attrs=attrs, document=document, sensitivity=table)
    if as_json:
        print_document(document)
    else:
        show_run(run, out=out, sensitivity=table)
    return 0 if run.gates_hold and (run.findings_clear or not strict) else 1


def _reference(record: Path) -> AnalysisSettings | None:
    """Read the reference analysis beside a record, if there is one."""
    path = record.parent / "reference.toml"
    return load_settings(path) if path.is_file() else None
