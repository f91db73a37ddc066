"""How to run every cell again."""

from emotions.report.cells import machines, marks
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Fold, Section, Table, Text
from emotions.report.study import Study
from emotions.report.text import count, number, plain, plural
from emotions.settings.cell import Train


def section(study: Study) -> Section:
    """Make the section."""
    missing = study.gathered.missing()
    blocks: list[Block] = [
        Text(
            "`dvc repro` runs every cell that is missing or whose settings changed; a cell that is run "
            "again on one kind of machine gives the same bytes. `dvc repro evaluate@BACKBONE-VARIANT` runs "
            "one and what it needs, `dvc repro --force --single-item train@BACKBONE-VARIANT` trains one "
            "anew. `dvc repro plan` and `dvc repro --force --single-item report` make this page again, "
            "from what is there."
        ),
        Text(f"{plural(len(missing), 'cell')} not run yet." if missing else "Every cell was run."),
        _settings(study),
        Fold("Every cell and its command", [_commands(study)]),
    ]
    blocks += [Text(f"Machine {i}: {name}", "note") for name, i in machines(study.cells.values()).items()]
    return Section("rerun", "How to run every cell again", blocks)


def _settings(study: Study) -> Table:
    rows = {name: train.model_dump() for name, train in study.plan.variants.items()}
    varied = [key for key in Train.model_fields if len({plain(row[key]) for row in rows.values()}) > 1]
    same = [key for key in Train.model_fields if key not in varied]
    one = next(iter(rows.values()), {})
    return Table(
        caption="The settings of each variant",
        header=["Variant", *varied, "seed"],
        rows=[
            [name, *(plain(row[key]) for key in varied), str(study.plan.seeds[name])]
            for name, row in rows.items()
        ],
        words=1 + len(varied),
        source="`params.yaml`",
        notes=["In all of them: " + "; ".join(f"`{key}` {plain(one[key])}" for key in same) + "."],
    )


def _commands(study: Study) -> Table:
    rows = []
    for backbone, variant in study.plan.cells:
        cell = study.cells.get((backbone, variant))
        rows.append(
            [
                f"`dvc repro {study.plan.stage(backbone, variant)}`",
                str(study.plan.seeds[variant]),
                f"run{marks(cell)}" if cell else "",
                count(cell.details.epochs_run) if cell else "",
                number(cell.details.seconds) if cell else "",
                number(cell.details.images_per_second) if cell else "",
            ]
        )
    return Table(
        caption="Commands; blank where a cell was not run",
        header=["Command", "seed", "state", "epochs", "seconds", "images/s"],
        rows=rows,
        source=provenance.of_cells(study, study.cells),
    )
