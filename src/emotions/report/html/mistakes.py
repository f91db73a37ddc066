"""The mistakes that a model is surest of."""

from collections.abc import Iterator

import numpy as np

from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Figure, Table, Text
from emotions.report.html.pictures import picture
from emotions.report.study import Study
from emotions.report.text import share

SHOWN = 12


def mistakes(study: Study) -> Iterator[Block]:
    """Show those of the most accurate cell that has predictions, and how many cells share each."""
    found = study.evidence.predictions
    known = [names for names in found if study.cells[names].run.test.accuracy is not None]
    if not known:
        yield Text("Left out: no predictions here.", "note")
        return
    names = max(known, key=lambda one: study.cells[one].run.test.accuracy or 0)
    predicted, classes = found[names], study.plan.classes
    wrong = np.flatnonzero(~predicted.right & np.isfinite(predicted.scores) & (predicted.predicted >= 0))
    surest = wrong[np.argsort(-predicted.scores[wrong], kind="stable")][:SHOWN]
    rows = []
    for row in surest:
        same = sum(int(one.predicted[row]) == int(predicted.predicted[row]) for one in found.values())
        rows.append(
            [
                classes[predicted.actual[row]],
                classes[predicted.predicted[row]],
                share(float(predicted.scores[row])),
                f"{same} of {len(found)}",
                str(predicted.faces[row]),
            ]
        )
    source = provenance.of_cell(study, study.cells[names])
    if not rows:
        yield Text(f"{'-'.join(names)} makes no mistake.", "note")
        return
    yield Table(
        caption=f"Test images that {'-'.join(names)} gets wrong and is surest of",
        header=["Actual", "Predicted", "score", "cells that say the same", "row of the faces"],
        rows=rows,
        words=2,
        source=source,
        notes=[f"The highest scores among {len(wrong):,} mistakes."],
    )
    faces = study.evidence.faces
    if study.gathered.dataset.generated and faces is not None:
        yield Figure(
            "The same, in their order",
            [
                picture(
                    faces.pixels[predicted.faces[row]],
                    f"{classes[predicted.actual[row]]}, taken for {classes[predicted.predicted[row]]}",
                )
                for row in surest
            ],
            source,
        )
    elif not study.gathered.dataset.generated:
        yield Text("The pictures stay away: the licence of the real faces does not allow them here.", "note")
