"""Render the short report as Markdown, to be read rendered or as plain text."""

from collections.abc import Iterator
from itertools import groupby

from emotions.report import published, settings, tables
from emotions.report.cells import (
    FACES,
    GENERATED,
    UNSEEN,
    legend,
    machine,
    machines,
    marks,
    removal,
    stale_cells,
)
from emotions.report.grid import EvaluatedCell, Gathered
from emotions.report.text import bullets, count, number, paragraph, plain, share, suffix, table


def render(gathered: Gathered, chart: str = "class_counts.png") -> str:
    """Render the page.

    Args:
        gathered: What `emotions.report.grid.gather` returns.
        chart: The address of the chart of class counts, relative to the page.

    Returns:
        Markdown with a final newline; equal inputs give equal text.
    """
    parts = [
        *_opening(gathered),
        *_provenance(gathered),
        *_settings(gathered),
        *tables.class_counts(gathered, chart),
        *tables.accuracies(gathered),
        *_metrics(gathered),
        *_stale(gathered),
        *_missing(gathered),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(gathered: Gathered) -> Iterator[str]:
    yield f"# {published.TITLE}: these runs beside the report of 2020"
    if gathered.generated:
        yield paragraph(f"**Generated faces.** {GENERATED}", "> ", "> ")
    run, backbones, variants = len(gathered.cells), len(gathered.plan.backbones), len(gathered.plan.variants)
    stale = run - len(gathered.current)
    shown = "all" if stale == run else stale
    yield paragraph(
        f"{run} of {len(gathered.plan.cells)} cells ({backbones} backbones, {variants} variants) "
        f"{'has' if run == 1 else 'have'} been run{f', {shown} of them stale' if stale else ''}. "
        f"*Ours* is what they gave, *report* is what the report of "
        f'2020, "{published.TITLE}", printed, *difference* is ours minus the report\'s. A blank was not run, '
        "or the report does not have it."
    )
    if explained := legend(gathered.cells.values()):
        yield paragraph(explained)
    yield paragraph(
        "`index.html` beside this page has all of it with intervals, paired tests and pictures; it is one "
        "file, for a browser."
    )


def _provenance(gathered: Gathered) -> Iterator[str]:
    yield "## What was run, on what"
    cells = gathered.cells.values()
    sources = dict.fromkeys(cell.details.source for cell in cells) or (gathered.dataset.source,)
    lines = [f"Faces: {'; '.join(FACES[source] for source in sources)}", _seeds(gathered)]
    lines += dict.fromkeys(_images(cell) for cell in cells)
    found = machines(cells)
    lines += [f"Machine{f' {i}' if len(found) > 1 else ''}: {name}" for name, i in found.items()]
    yield bullets(lines)


def _images(cell: EvaluatedCell) -> str:
    scores = cell.details.scores
    return (
        f"Images: {count(scores.train.images)} to train on, {count(scores.validation.images)} to validate, "
        f"{count(scores.test.images)} to test; {count(scores.test_unseen.images)} of the last are "
        f"unseen, {UNSEEN}"
    )


def _seeds(gathered: Gathered) -> str:
    plan = gathered.plan
    others = [f"{seed} for {name}" for name, seed in plan.seeds.items() if seed != plan.seed]
    return f"Seed: {', but '.join([str(plan.seed), ', '.join(others)] if others else [str(plan.seed)])}"


def _settings(gathered: Gathered) -> Iterator[str]:
    variants = settings.of_variants(gathered.plan)
    base = settings.base(variants)
    yield "### Settings"
    yield f"Of `{base}`:"
    yield bullets(f"`{key}`: {value}" for key, value in variants[base].items())
    others = [(name, changed) for name, changed in settings.changes(variants).items() if name != base]
    if others:
        yield "What the other variants change:"
        yield table(["Variant", "changes"], others, words=2)


def _metrics(gathered: Gathered) -> Iterator[str]:
    yield f"## All metrics of all runs{suffix(gathered.generated)}"
    cells = gathered.cells.values()
    if not cells:
        yield "Nothing has been run yet."
        return
    found = machines(cells)
    header = ["Backbone", "Variant"]
    for split in ("train", "validation", "test", "unseen"):
        header += [f"{split}: accuracy", "loss"]
    header += ["test: macro-F1", "parameters", "epochs", "images/s"]
    rows = [_metrics_row(cell) for cell in cells]
    if len(found) > 1:
        header.append("machine")
        rows = [[*row, plain(found.get(machine(cell), ""))] for row, cell in zip(rows, cells, strict=True)]
    yield table(header, rows, words=2)


def _metrics_row(cell: EvaluatedCell) -> list[str]:
    row = [cell.backbone, cell.variant + marks(cell)]
    details, scores = cell.details, cell.details.scores
    for split in (scores.train, scores.validation, scores.test, scores.test_unseen):
        row += [share(split.accuracy), number(split.loss)]
    row += [share(scores.test.macro_f1), count(details.parameters), count(details.epochs_run)]
    return [*row, number(details.images_per_second)]


def _stale(gathered: Gathered) -> Iterator[str]:
    if lines := stale_cells(gathered.cells.values()):
        yield "## Stale cells"
        yield "`dvc repro` runs them anew. What differs from today:"
        yield bullets(lines)
    if gathered.unlisted:
        yield "## Cells that no list names"
        yield "They are left out above: no list of `params.yaml` names them any more. To remove them:"
        yield "\n".join(f"    {removal(names)}" for names in gathered.unlisted)


def _missing(gathered: Gathered) -> Iterator[str]:
    missing = gathered.missing()
    yield "## What has not been run"
    if not missing:
        yield "Every cell has been run."
        return
    lines = []
    for variant, names in groupby(missing, key=lambda cell: cell[1]):
        backbones = [backbone for backbone, _ in names]
        everything = [backbone for backbone, name in gathered.plan.cells if name == variant]
        whole = backbones == everything and len(everything) > 1
        lines.append(f"{variant}: {'all backbones' if whole else ', '.join(backbones)}")
    yield bullets(lines)
    backbone, variant = missing[0]
    yield "`dvc repro` runs them all. The first of them alone, and this page again:"
    yield f"    dvc repro {gathered.plan.stage(backbone, variant)}\n    dvc repro --single-item report"
