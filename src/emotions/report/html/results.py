"""Section of Tables 2 to 11 beside the report's figures, and of every cell."""

from collections.abc import Container, Iterator

from emotions.report import compare, published
from emotions.report.cells import chance_baselines, legend, marks
from emotions.report.grid import EvaluatedCell, Names
from emotions.report.html import charts, provenance
from emotions.report.html.blocks import Block, Figure, Heading, Section, Table, Text
from emotions.report.html.every_cell import augmented, everything, seeds
from emotions.report.study import Study
from emotions.report.text import between, number, plain, share, share_difference

_DISAGREE = "§ the report's tables disagree on this run: see below."


def section(study: Study) -> Section:
    """Make the section."""
    explained = legend(study.cells.values())
    blocks: list[Block] = [
        Text(
            "Ours is what these runs gave, report is what the report of 2020 printed, difference is ours "
            f"less the report's. A blank was not run, or the report does not have it. {explained}".strip()
        )
    ]
    blocks += _deviations(study)
    blocks += _overview(study)
    blocks += [Heading("Training")]
    blocks += [_training(study, one) for one in published.TRAIN_TABLES]
    blocks += [Heading("Test")]
    blocks += [_test(study, one) for one in published.TEST_TABLES]
    blocks += _contradictions(study)
    blocks += [Heading("Every cell"), everything(study)]
    blocks += [*augmented(study), *seeds(study)]
    return Section("tables", "The report's tables, and ours", blocks)


def _deviations(study: Study) -> Iterator[Block]:
    for one in compare.deviations(study.plan.variants):
        yield Text(
            f"Not like with like: `{one.key}` is {plain(one.ours)} where the report has "
            f"{plain(one.theirs)}, in {', '.join(one.variants)}.",
            "warning",
        )


def _overview(study: Study) -> Iterator[Block]:
    rows = []
    for cell in study.cells.values():
        ours, sure = cell.accuracy, cell.details.intervals.test
        if ours is not None and sure is not None:
            theirs = published.test_accuracies(cell.backbone, cell.variant)
            rows.append(charts.Row(f"{cell.name}{marks(cell)}", ours, sure, theirs))
    if rows:
        yield Figure(
            "Test accuracy of every cell that was run, with its 95% interval; rings are the report's "
            "figures, which may be several for one setting; the dashed line is the majority class, the "
            "dotted one all classes equally often",
            [charts.forest(rows, study.chance_baselines)],
            f"{chance_baselines(study.chance_baselines)} {provenance.of_cells(study, study.cells)}",
        )


def _rows(
    study: Study, one: published.PublishedTable
) -> Iterator[tuple[str, str, EvaluatedCell | None, published.Result | None]]:
    for value, variant in one.variants.items():
        for backbone in study.plan.backbones:
            cell = study.cells.get((backbone, variant))
            yield backbone, value, cell, published.result(one.number, value, backbone)


def _names(study: Study, one: published.PublishedTable) -> list[Names]:
    return [names for names in study.cells if names[1] in one.variants.values()]


def _training(study: Study, one: published.PublishedTable) -> Table:
    odd = compare.contradictions(study.plan.backbones, published.TRAIN_TABLES)
    rows = []
    for backbone, value, cell, theirs in _rows(study, one):
        ours = cell.details.scores.train if cell else None
        note = _note(odd, backbone, one.variants[value], theirs)
        history = cell.details.history if cell else None
        last = history.accuracy[-1] if history and history.accuracy else None
        rows.append(
            [
                backbone,
                value,
                share(ours.accuracy) + marks(cell) if ours and cell else "",
                share(last),
                share(theirs.accuracy if theirs else None) + note,
                share_difference(ours.accuracy if ours else None, theirs.accuracy if theirs else None),
                *_losses(ours.loss if ours else None, theirs),
            ]
        )
    return Table(
        caption=f"Table {one.number}: {one.subject}, training images",
        header=[
            "Backbone",
            one.subject,
            "accuracy: ours",
            "last epoch",
            "report",
            "difference",
            "loss: ours",
            "report",
        ],
        rows=rows,
        words=2,
        source=provenance.of_cells(study, _names(study, one)),
        notes=[
            "Ours is the trained model on the training images. Last epoch is what Keras showed while it "
            "trained, a mean over weights that changed, as the report's figures presumably are. "
            f"{chance_baselines(study.chance_baselines)}",
            *([_DISAGREE] if odd else []),
        ],
    )


def _note(odd: Container[str], backbone: str, variant: str, theirs: published.Result | None) -> str:
    return " §" if backbone in odd and variant == "baseline" and theirs else ""


def _losses(ours: float | None, theirs: published.Result | None) -> list[str]:
    return [number(ours), number(theirs.loss) if theirs else ""]


def _test(study: Study, one: published.PublishedTable) -> Table:
    odd = compare.contradictions(study.plan.backbones)
    rows = []
    for backbone, value, cell, theirs in _rows(study, one):
        variant = one.variants[value]
        scores = cell.details.scores if cell else None
        sure = cell.details.intervals if cell else None
        accuracy = cell.accuracy if cell else None
        note = _note(odd, backbone, variant, theirs)
        rows.append(
            [
                backbone,
                value,
                share(accuracy) + marks(cell) if cell else "",
                between(sure.test if sure else None),
                share(theirs.accuracy if theirs else None) + note,
                share_difference(accuracy, theirs.accuracy if theirs else None),
                share(scores.test_unseen.accuracy if scores else None),
                between(sure.test_unseen if sure else None),
                *_losses(scores.test.loss if scores else None, theirs),
            ]
        )
    notes = [chance_baselines(study.chance_baselines)]
    if odd:
        notes.append(_DISAGREE)
    where = ", ".join(
        f"{value} is `{variant}`" + ("" if variant in study.plan.variants else " (not in this grid)")
        for value, variant in one.variants.items()
    )
    return Table(
        caption=f"Table {one.number}: {one.subject}, test images",
        header=[
            "Backbone",
            one.subject,
            "accuracy: ours",
            "95%",
            "report",
            "difference",
            "unseen",
            "95%",
            "loss: ours",
            "report",
        ],
        rows=rows,
        words=2,
        source=f"{where}. {provenance.of_cells(study, _names(study, one))}",
        notes=notes,
    )


def _contradictions(study: Study) -> Iterator[Block]:
    for split, tables in (("training", published.TRAIN_TABLES), ("test", published.TEST_TABLES)):
        found = compare.contradictions(study.plan.backbones, tables)
        if not found:
            continue
        yield Table(
            caption=f"§ Where the report contradicts itself: its {split} accuracies for one setting",
            header=["Backbone", *(f"Table {one.number}" for one in tables)],
            rows=[[name, *map(share, row)] for name, row in found.items()],
            source="The report alone: 10 epochs, learning rate 0.01, RMSprop, softmax, normalized.",
        )
