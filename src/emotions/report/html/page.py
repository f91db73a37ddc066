"""Render the page: compute charts, pictures and tables, and set them into the templates."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from markupsafe import Markup

from emotions.evaluation.intervals import RESAMPLES
from emotions.report import compare, count_table, published, settings
from emotions.report.accuracy_grid import grid
from emotions.report.cells import UNSEEN, machines, marks, removal, stale_cells, used_signs
from emotions.report.conclusions import CONCLUSIONS, ON_ZCA
from emotions.report.evidence import arrays
from emotions.report.html import charts, cost, layers, tables
from emotions.report.html.pictures import pair, picture
from emotions.report.study import Beside, Study
from emotions.report.templates import environment
from emotions.report.text import share
from emotions.synthetic.portraits import portrait

_FEWEST = 3
"""Cells of one machine that a chart of their minutes is worth drawing for."""


def render(study: Study, beside: Beside) -> str:
    """Render the page.

    Returns:
        HTML that loads nothing from anywhere; equal inputs give equal text.
    """
    variants, base = settings.of_variants(study.plan), settings.base(study.plan.variants)
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return (
        environment(html=True)
        .get_template("html/page.html.j2")
        .render(
            title=published.TITLE,
            style=Markup(style),  # noqa: S704  # a file of this package
            study=study,
            beside=beside,
            best=study.best,
            stale=study.best_stale,
            best_reported=max(
                (row for row in published.results() if row.split == "test"), key=lambda row: row.accuracy
            ),
            marks=marks,
            unseen=UNSEEN,
            signs=used_signs(study.cells.values()),
            stale_cells=stale_cells(study.cells.values()),
            removals=[removal(names) for names in study.gathered.unlisted],
            grids={
                name: grid(
                    study.plan,
                    study.table,
                    name,
                    study.chance.majority_accuracy,
                    beside=not study.gathered.generated,
                )
                for name in study.plan.lists
                if name == "grid" or any(study.table["list"] == name)
            },
            conclusions={one.variants[0]: one for one in (*CONCLUSIONS, ON_ZCA)},
            deviations=compare.deviations(study.plan.variants),
            count_note=count_table.note(),
            resamples=RESAMPLES,
            missing=study.gathered.missing(),
            machines=machines(study.cells.values()),
            base=base,
            base_settings="; ".join(f"`{key}` {value}" for key, value in variants[base].items()),
            variants=settings.changes(variants),
            tables=tables,
            published=published,
            layers=layers.layers(study, beside),
            portraits=[picture(portrait(*face), face[0]) for face in layers.faces(study, beside)],
            has_record={names[0] for names in beside.layers if names in study.plan.cells},
            foreign=["-".join(names) for names in beside.layers if names not in study.plan.cells],
            fewest=_FEWEST,
            **_data(study, beside),
            **_charts(study),
            **_behaviour(study),
        )
    )


def _data(study: Study, beside: Beside) -> dict[str, object]:
    generated, drawn = study.gathered.dataset.generated, beside.whitening.faces
    # Of photographs there are no samples, whose licence does not allow them in git: drawn faces stand in.
    samples = beside.faces.samples if generated else {name: (face,) for name, face in drawn.items()}
    means = [] if beside.faces.mean is None else [("all", beside.faces.mean)]
    return {
        "samples": [picture(face, name) for name, faces in samples.items() for face in faces],
        "means": [picture(mean, name) for name, mean in [*means, *beside.faces.means.items()]],
        "whitened": [
            pair(picture(face, name), picture(beside.whitening.whitened[name], "whitened"))
            for name, face in drawn.items()
        ],
        "counts_chart": charts.class_counts(study.gathered.counts, study.plan.classes, beside=not generated),
        "spectrum": charts.spectrum(beside.zca, beside.whitening.eigenvalues),
    }


def _charts(study: Study) -> dict[str, object]:
    majority = study.chance.majority_accuracy
    reach = charts.limit(study.effects, majority)
    return {
        "forests": {effect.subject: charts.forest(effect, reach) for effect in study.effects if effect.pairs},
        "costs": [
            cost.chart(found, axis, majority)
            for table, column, axis in _costs(study)
            if (found := cost.points(study, table, column))
        ],
        "front": [
            f"{one.label} {share(one.accuracy)}"
            for one in cost.pareto_front(cost.points(study, study.table, "training_macs"))
        ],
    }


def _costs(study: Study) -> Iterator[tuple[pd.DataFrame, str, str]]:
    """Give cells, column and axis of each chart: MACs across machines, minutes within one kind of machine."""
    yield study.table, "training_macs", cost.MACS
    timed = study.table.assign(minutes=study.table["seconds"] / 60)
    for machine, cells in timed[timed["machine"] > 0].groupby("machine"):
        if len(cells) >= _FEWEST:
            yield cells, "minutes", f"minutes of training on machine {machine}"


def _behaviour(study: Study) -> dict[str, object]:
    best = study.table.sort_values("validation", ascending=False, kind="stable")
    lines: dict[str, list[charts.Line]] = {"val_accuracy": [], "val_loss": []}
    for row in best.to_dict("records"):
        history = study.cells[row["backbone"], row["variant"]].details.history
        if history is None:
            continue
        columns = arrays(history)
        for key, each in lines.items():
            place = study.plan.backbones.index(row["backbone"])
            label, dashed = row["name"] + row["marks"], row["list"] != "grid"
            each.append(charts.Line(label, place, columns["epoch"], columns[key], dashed))
    calibrated = {
        cell.backbone: cell
        for names in reversed(list(best.index))
        if (cell := study.cells[names]).details.calibration
    }
    return {
        "curves": [
            charts.curves(each, ylabel, log=key == "val_loss")
            for (key, each), ylabel in zip(
                lines.items(), ("validation accuracy", "validation loss"), strict=True
            )
            if any(np.isfinite(line.values).any() for line in each)
        ],
        "reliability": charts.reliability(
            {
                f"{cell.name}{marks(cell)}, ECE {share(cell.details.calibration.error)}": (
                    study.plan.backbones.index(backbone),
                    arrays(cell.details.calibration.bins),
                )
                for backbone, cell in calibrated.items()
                if cell.details.calibration
            }
        )
        if calibrated
        else "",
        "matrices": {
            backbone: found
            for backbone in study.plan.backbones
            if (
                found := [
                    tables.confusion(cell, marks(cell))
                    for cell in study.cells.values()
                    if cell.backbone == backbone and cell.details.confusion
                ]
            )
        },
    }
