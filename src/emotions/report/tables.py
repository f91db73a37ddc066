"""Markdown tables of the report's figures beside those of the runs."""

from collections.abc import Iterator

from emotions.report import compare, count_table, published
from emotions.report.cells import accuracy, accuracy_text, chance_baselines
from emotions.report.grid import Gathered
from emotions.report.text import (
    bullets,
    paragraph,
    plain,
    share,
    share_difference,
    suffix,
    table,
)


def class_counts(gathered: Gathered, chart: str) -> Iterator[str]:
    """Give the section on how many images each class has: ours, the report's Table 1, and the chart."""
    generated = suffix(gathered.dataset.generated)
    yield f"## Images in each class{generated}"
    yield table(count_table.HEADER, count_table.rows(gathered.counts, gathered.plan.classes))
    yield paragraph(count_table.note())
    yield f"![Bar chart of the images in each class{generated}]({chart})"


def accuracies(gathered: Gathered) -> Iterator[str]:
    """Give the section of test accuracies: Tables 7 to 11, ZCA, and what the report does not have."""
    generated, variants, names = suffix(gathered.generated), gathered.plan.variants, _names(gathered)
    yield f"## Test accuracies{generated}"
    chance = compare.chance_baselines(gathered.counts, gathered.plan.classes)
    yield paragraph(chance_baselines(chance))
    yield from _deviations(gathered)
    for one in published.TEST_TABLES:
        yield f"### Table {one.number}: {one.subject}{generated}"
        yield from _beside_the_report(gathered, one)
    yield from _contradictions(gathered)
    if published.ZCA in variants:
        yield f"### ZCA whitening{generated}"
        yield "The report says that it whitened the images with ZCA, and gives no figures for that."
        yield _zca(gathered)
    others = compare.other_variants(variants)
    if others:
        yield f"### Other settings{generated}"
        yield "Variants that repeat nothing of the report."
        wanted = {backbone for backbone, variant in gathered.plan.cells if variant in others}
        rows = [
            [name, *(accuracy_text(gathered, name, variant) for variant in others)]
            for name in names
            if name in wanted
        ]
        yield table(["Backbone", *others], rows)


def _names(gathered: Gathered) -> tuple[str, ...]:
    return gathered.plan.backbones


def _deviations(gathered: Gathered) -> Iterator[str]:
    deviations = compare.deviations(gathered.plan.variants)
    if deviations:
        yield "**Some settings are not the report's**, so these rows do not compare like with like:"
        yield bullets(
            f"`{one.key}` is {plain(one.ours)} where the report has {plain(one.theirs)}: "
            f"{', '.join(one.variants)}"
            for one in deviations
        )


def _beside_the_report(gathered: Gathered, one: published.PublishedTable) -> Iterator[str]:
    where = ", ".join(
        f"{value} is `{variant}`{'' if variant in gathered.plan.variants else ' (not in this grid)'}"
        for value, variant in one.variants.items()
    )
    yield f"By variant: {where}."
    header = ["Backbone"]
    for value in one.variants:
        header += [f"{value}: ours", "report", "difference"]
    rows = []
    for backbone in _names(gathered):
        row = [backbone]
        for value, variant in one.variants.items():
            theirs = published.accuracy(one.number, value, backbone)
            ours = accuracy(gathered, backbone, variant)
            row += [accuracy_text(gathered, backbone, variant), share(theirs), share_difference(ours, theirs)]
        rows.append(row)
    yield table(header, rows)


def _zca(gathered: Gathered) -> str:
    rows = [
        [
            name,
            accuracy_text(gathered, name, published.ZCA),
            accuracy_text(gathered, name, "baseline"),
            share_difference(accuracy(gathered, name, published.ZCA), accuracy(gathered, name, "baseline")),
        ]
        for name in _names(gathered)
    ]
    return table(["Backbone", "zca", "baseline", "difference"], rows)


def _contradictions(gathered: Gathered) -> Iterator[str]:
    found = compare.contradictions(_names(gathered))
    if found:
        yield "### Where the report contradicts itself"
        yield paragraph(
            "Each of its tables has a row for one and the same setting (10 epochs, learning rate 0.01, "
            "RMSprop, softmax, normalized). For these backbones it prints different test accuracies there."
        )
        header = ["Backbone", *(f"Table {one.number}" for one in published.TEST_TABLES)]
        yield table(header, [[name, *map(share, row)] for name, row in found.items()])
