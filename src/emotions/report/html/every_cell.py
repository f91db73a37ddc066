"""Tables of every cell, of test-time augmentation, and of the spread over seeds."""

from collections.abc import Iterator

from emotions.evaluation.intervals import RESAMPLES
from emotions.report.cells import chance_baselines, marks
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Table, Text
from emotions.report.seeds import Spread, repeated, spread
from emotions.report.study import Study
from emotions.report.text import between, count, share


def everything(study: Study) -> Table | Text:
    """Make the table of every cell that was run, each figure with its interval."""
    if not study.cells:
        return Text("Nothing has been run yet.", "note")
    rows = []
    for cell in study.cells.values():
        scores, intervals, calibration = cell.details.scores, cell.details.intervals, cell.details.calibration
        rows.append(
            [
                cell.backbone,
                cell.variant + marks(cell),
                share(cell.accuracy),
                between(intervals.test),
                share(scores.test_unseen.accuracy),
                between(intervals.test_unseen),
                share(scores.test.macro_f1),
                between(intervals.macro_f1),
                share(calibration.error if calibration else None),
                between(intervals.calibration_error),
            ]
        )
    notes = [
        "Intervals hold 95%: Wilson's for accuracies; for macro-F1 and the expected calibration error, "
        f"{count(RESAMPLES)} resamples of groups of identical images, seeded. They tell what other test "
        "images would change, not what another seed of the training would. Blank: not recorded, or scores "
        f"that are no probabilities. {chance_baselines(study.chance_baselines)}"
    ]
    return Table(
        caption="Every cell that was run, on the test images",
        header=[
            "Backbone",
            "Variant",
            "accuracy",
            "95%",
            "unseen",
            "95%",
            "macro-F1",
            "95%",
            "calibration error",
            "95%",
        ],
        rows=rows,
        words=2,
        source=provenance.of_cells(study, study.cells),
        notes=notes,
    )


def augmented(study: Study) -> Iterator[Block]:
    """Make the table of what test-time augmentation changes, if a cell has it."""
    rows, used = [], []
    for names, cell in study.cells.items():
        test, unseen = cell.details.scores.test, cell.details.scores.test_unseen
        if test.accuracy_tta is not None:
            used.append(names)
            figures = (test.accuracy, test.accuracy_tta, unseen.accuracy, unseen.accuracy_tta)
            rows.append([cell.backbone, cell.variant + marks(cell), *map(share, figures)])
    if rows:
        yield Table(
            caption="With test-time augmentation",
            header=["Backbone", "Variant", "test", "augmented", "unseen", "augmented"],
            rows=rows,
            words=2,
            source=provenance.of_cells(study, used),
            notes=["Augmented: by the mean of the scores of several views of each image."],
        )


def seeds(study: Study) -> Iterator[Block]:
    """Make the table of settings that were run under several seeds, if there are any."""
    rows: list[list[str]] = []
    used: list[tuple[str, str]] = []
    for variants in repeated(study.plan.variants, study.plan.seeds):
        for backbone in study.plan.backbones:
            if not any((backbone, variant) in study.plan.cells for variant in variants):
                continue
            names = [(backbone, one) for one in variants if (backbone, one) in study.gathered.current]
            used += names
            scores = [study.cells[one].details.scores for one in names]
            test, unseen = (
                spread([one.accuracy for one in split if one.accuracy is not None])
                for split in ([one.test for one in scores], [one.test_unseen for one in scores])
            )
            number = str(test.runs) if test else ""
            rows.append([backbone, ", ".join(variants), number, *_spread(test), *_spread(unseen)])
    if used:
        yield Table(
            caption="One setting under several seeds",
            header=["Backbone", "Variants", "runs", *("test: mean", *_HEADER), *("unseen: mean", *_HEADER)],
            rows=rows,
            words=2,
            source=provenance.of_cells(study, used),
            notes=[
                "Deviation: of single runs, n \u2212 1 in the divisor. Blank: fewer than two runs, "
                "without stale ones."
            ],
        )


_HEADER = ("deviation", "lowest\u2013highest")


def _spread(found: Spread | None) -> list[str]:
    if found is None:
        return ["", "", ""]
    return [share(found.mean), share(found.deviation), between((found.low, found.high))]
