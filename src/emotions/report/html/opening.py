"""What was asked, on what data, and the answer in three sentences."""

from emotions.report import published
from emotions.report.cells import marks
from emotions.report.grid import Cell
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Fold, Section, Text
from emotions.report.study import Study
from emotions.report.text import between, count, plural, share, signed_share


def section(study: Study, left_out: list[str]) -> Section:
    """Make the section.

    Args:
        study: What was computed.
        left_out: What the page does without, and why.
    """
    plan, counts = study.plan, study.gathered.counts
    training, test = sum(counts.training.values()), sum(counts.test.values())
    blocks: list[Block] = []
    if study.gathered.dataset.generated:
        blocks.append(
            Text(
                "The faces of these runs are GENERATED, drawn by a program. Their figures show that the "
                "pipeline works, and say nothing about recognising emotions in people. The report's are of "
                "photographs: a difference from them is no finding.",
                "warning",
            )
        )
    blocks += [
        Text(
            f"The report of 2020, \u201c{published.TITLE}\u201d, asked how well deep networks tell the "
            "emotion in a face, and what the number of epochs, the learning rate, the optimizer, the "
            "output activation and normalization change. Here the same is asked of "
            f"{plural(len(plan.backbones), 'backbone')} under {plural(len(plan.variants), 'variant')} of "
            f"settings, on {count(training)} training and "
            f"{count(test)} test faces in {len(plan.classes)} classes, and every figure says how sure it is."
        ),
        Text(" ".join((_best(study), _beside_the_report(study), _effects(study))), "answer"),
        Text(provenance.of_cells(study, study.cells), "note"),
    ]
    if left_out:
        blocks.append(Fold("What this page leaves out, and why", [Text(one) for one in left_out]))
    return Section("answer", "What was asked, and the answer", blocks)


def _best(study: Study) -> str:
    plan, chance = study.plan, study.chance_baselines
    of = f"{count(len(study.cells))} of {plural(len(plan.cells), 'cell')}"
    cell = study.best()
    if cell is None:
        return f"{of} were run, so there is no answer yet."
    accuracy = cell.run.test.accuracy
    sure = study.certainty[cell.backbone, cell.variant].accuracy
    assert accuracy is not None
    assert sure is not None
    if sure.low > chance.majority_accuracy:
        against = "which is above what needs no model"
    elif sure.high < chance.majority_accuracy:
        against = "which is below what needs no model"
    else:
        against = "which can't be told from what needs no model"
    unseen = cell.run.test_unseen.accuracy
    without = "" if unseen is None else f" ({share(unseen)} on those that training doesn't also hold)"
    return (
        f"{of} {'was' if len(study.cells) == 1 else 'were'} run, and the most accurate, "
        f"{cell.backbone}-{cell.variant}{marks(cell)}, gets {share(accuracy)} of the test images right, 95% "
        f"interval {between(sure)}{without}, {against}: always guessing `{chance.majority}` gets "
        f"{share(chance.majority_accuracy)}, guessing evenly {share(chance.uniform_accuracy)}."
    )


def _beside_the_report(study: Study) -> str:
    differences, agreeing = [], 0
    for names, cell in study.cells.items():
        theirs = _published(cell)
        ours, sure = cell.run.test.accuracy, study.certainty[names].accuracy
        if not theirs or ours is None or sure is None:
            continue
        differences.append(ours - sum(theirs) / len(theirs))
        agreeing += any(one in sure for one in theirs)
    if not differences:
        return "None of the cells that were run has a figure in the report."
    mean = signed_share(sum(differences) / len(differences))
    return (
        f"The report has a test accuracy for {count(len(differences))} of them: {count(agreeing)} "
        f"{'has' if agreeing == 1 else 'have'} it within the interval, and ours less the report's, or less "
        f"the mean of what it has, is {mean} in the mean."
    )


def _published(cell: Cell) -> list[float]:
    """Return the different test accuracies that the report has for a cell's setting."""
    found = [
        published.accuracy(one.number, value, cell.backbone)
        for one in published.TEST_TABLES
        for value, variant in one.variants.items()
        if variant == cell.variant
    ]
    return sorted({one for one in found if one is not None})


def _effects(study: Study) -> str:
    pairs = [pair for effect in study.effects for pair in effect.pairs]
    tested = [pair for pair in pairs if pair.test]
    if not pairs:
        return "No backbone was run under both the baseline and another setting, so no effect can be told."
    if not tested:
        return (
            f"{plural(len(pairs), 'pair')} of settings can be compared, and without predictions none tested."
        )
    parts = []
    for effect in study.effects:
        for variant in effect.variants:
            sure = [pair for pair in effect.of(variant) if pair.significant]
            ups = sum(pair.difference > 0 for pair in sure)
            if sure:
                parts.append(f"{variant} better on {ups} and worse on {len(sure) - ups}")
    said = f": {', '.join(parts)}" if parts else ""
    return (
        f"Of {plural(len(tested), 'paired test')} of a setting against the baseline, "
        f"{count(sum(pair.significant for pair in tested))} hold after Holm's correction{said}."
    )
