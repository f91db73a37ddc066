"""Opening section: what was asked, on what data, and the answer."""

from collections.abc import Iterator

from emotions.report import published
from emotions.report.cells import GENERATED, UNSEEN, chance_baselines, marks, removal, stale_cells
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Fold, Section, Text
from emotions.report.study import Study
from emotions.report.text import between, count, plural, share, signed_share


def section(study: Study) -> Section:
    """Make the section."""
    plan, counts = study.plan, study.gathered.counts
    training, test = sum(counts.training.values()), sum(counts.test.values())
    blocks: list[Block] = []
    if study.gathered.generated:
        blocks.append(Text(f"GENERATED faces. {GENERATED}", "warning"))
    blocks += [
        Text(
            f"The report of 2020, \u201c{published.TITLE}\u201d, asked how well deep networks tell the "
            "emotion in a face, and what the number of epochs, the learning rate, the optimizer, the "
            "output activation and normalization change. Here the same is asked of "
            f"{plural(len(plan.backbones), 'backbone')} under {plural(len(plan.variants), 'variant')} of "
            f"settings, on {count(training)} training and "
            f"{count(test)} test faces in {len(plan.classes)} classes, and every figure says how sure it is."
        ),
        Text(" ".join(_answer(study)), "answer"),
        Text(provenance.of_cells(study, study.cells), "note"),
        *_stale(study),
        *_unlisted(study),
    ]
    return Section("answer", "What was asked, and the answer", blocks)


def _stale(study: Study) -> Iterator[Block]:
    lines = stale_cells(study.cells.values())
    if lines:
        stale = len(study.cells) - len(study.gathered.current)
        # Where all are, the answer names the best of them.
        best = "the most accurate, " if study.gathered.current else ""
        yield Text(
            f"{count(stale)} of the {plural(len(study.cells), 'cell')} that were run "
            f"{'is' if stale == 1 else 'are'} stale, which is: not known to belong to today's settings, code "
            "and faces. They stand in the tables and charts, marked ¶, and have no part in what is said of "
            f"several cells together: {best}means, which are worth their cost, paired tests. "
            "`dvc repro` runs them anew.",
            "warning",
        )
        yield Fold("Stale cells, by what differs from today", [Text(one) for one in lines])


def _unlisted(study: Study) -> Iterator[Block]:
    if names := study.gathered.unlisted:
        commands = [Text(f"`{removal(one)}`") for one in names]
        summary = f"{plural(len(names), 'cell')} left out, which no list of `params.yaml` names; to remove"
        yield Fold(summary, commands)


def _answer(study: Study) -> Iterator[str]:
    yield _best(study)
    if study.gathered.current:
        yield _beside_the_report(study)
        yield _effects(study)


def _best(study: Study) -> str:
    plan, chance = study.plan, study.chance_baselines
    of = f"{count(len(study.cells))} of {plural(len(plan.cells), 'cell')}"
    cell = study.best()
    if cell is None:
        return f"{of} were run, so there is no answer yet."
    accuracy, sure = cell.accuracy, cell.details.intervals.test
    assert accuracy is not None
    assert sure is not None
    if sure.low > chance.majority_accuracy:
        against = "is above"
    elif sure.high < chance.majority_accuracy:
        against = "is below"
    else:
        against = "can't be told from"
    unseen = cell.details.scores.test_unseen.accuracy
    on_unseen = "" if unseen is None else f"; of the unseen ones, {UNSEEN}, {share(unseen)}"
    stale = ", and all are stale" if cell.stale else ""
    return (
        f"{of} {'was' if len(study.cells) == 1 else 'were'} run{stale}. The most accurate, "
        f"{cell.name}{marks(cell)}, gets {share(accuracy)} of the test images right, 95% interval "
        f"{between(sure)}, which {against} the majority class{on_unseen}. {chance_baselines(chance)}"
    )


def _beside_the_report(study: Study) -> str:
    differences, agreeing = [], 0
    for cell in study.gathered.current.values():
        theirs = published.test_accuracies(cell.backbone, cell.variant)
        ours, sure = cell.accuracy, cell.details.intervals.test
        if not theirs or ours is None or sure is None:
            continue
        differences.append(ours - sum(theirs) / len(theirs))
        agreeing += any(one in sure for one in theirs)
    if not differences:
        return f"The report has no test accuracy for {_counted(study)}."
    mean = signed_share(sum(differences) / len(differences))
    return (
        f"The report has a test accuracy for {count(len(differences))} of {_counted(study)}: "
        f"{count(agreeing)} {'has' if agreeing == 1 else 'have'} it within the interval, and ours less the "
        f"report's, or less the mean of what it has, is {mean} in the mean."
    )


def _counted(study: Study) -> str:
    """Name the cells that have a part in what is said of several together."""
    return "them" if len(study.gathered.current) == len(study.cells) else "those that are not stale"


def _effects(study: Study) -> str:
    tested = [pair for effect in study.effects for pair in effect.pairs if pair.test]
    if not tested:
        return f"No backbone has both the baseline and another setting among {_counted(study)}."
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
