"""Section on how to run every cell again."""

from collections.abc import Iterator

from emotions.report import settings
from emotions.report.cells import machines, marks
from emotions.report.grid import EvaluatedCell
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Fold, Heading, Section, Table, Text
from emotions.report.study import Study
from emotions.report.text import count, number, plural


def section(study: Study) -> Section:
    """Make the section."""
    missing = study.gathered.missing()
    blocks: list[Block] = [
        Text(
            "`dvc repro` runs every cell that is missing or whose settings changed; a cell that is run "
            "again on one kind of machine gives the same bytes. `dvc repro evaluate@BACKBONE-VARIANT` runs "
            "one and what it needs, `dvc repro --force --single-item train@BACKBONE-VARIANT` trains one "
            "anew. `dvc repro plan` and `dvc repro --single-item report` make this page again, from what git "
            "holds."
        ),
        Text(f"{plural(len(missing), 'cell')} not run yet." if missing else "Every cell was run."),
        Heading("Settings"),
        *_settings(study),
        Fold("Every cell and its command", [_commands(study)]),
    ]
    blocks += [Text(f"Machine {i}: {name}", "note") for name, i in machines(study.cells.values()).items()]
    return Section("rerun", "How to run every cell again", blocks)


def _settings(study: Study) -> Iterator[Text]:
    variants = settings.of_variants(study.plan)
    base = settings.base(variants)
    common = "; ".join(f"`{key}` {value}" for key, value in variants[base].items())
    yield Text(f"The settings of `{base}`, as `params.yaml` has them: {common}.")
    for name, changed in settings.changes(variants).items():
        if name != base:
            yield Text(f"`{name}`, seed {study.plan.seeds[name]}: {changed or 'the same'}.")


def _state(cell: EvaluatedCell) -> str:
    return f"run{marks(cell)}" + (f" ({cell.stale})" if cell.stale else "")


def _commands(study: Study) -> Table:
    rows = []
    for backbone, variant in study.plan.cells:
        cell = study.cells.get((backbone, variant))
        rows.append(
            [
                f"`dvc repro {study.plan.stage(backbone, variant)}`",
                _state(cell) if cell else "",
                str(study.plan.seeds[variant]),
                count(cell.details.epochs_run) if cell else "",
                number(cell.details.seconds) if cell else "",
                number(cell.details.images_per_second) if cell else "",
            ]
        )
    return Table(
        caption="Commands; blank where a cell was not run",
        header=["Command", "state", "seed", "epochs", "seconds", "images/s"],
        rows=rows,
        words=2,
        source=provenance.of_cells(study, study.cells),
    )
