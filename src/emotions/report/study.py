"""Everything that the page tells, computed: what was run, how sure it is, and what is paired with what."""

from dataclasses import dataclass

import numpy as np

from emotions.evaluation.calibration import Reliability, are_confidences, calibration_error, reliability
from emotions.evaluation.intervals import Interval, Weighted, bootstrap, macro_f1, wilson
from emotions.report import compare
from emotions.report.effects import Effect, effects
from emotions.report.evidence import Evidence, Predicted
from emotions.report.grid import Cell, Gathered
from emotions.report.metrics import Zca
from emotions.settings.report import ReportPlan

Names = tuple[str, str]
"""Backbone and variant."""


@dataclass(frozen=True)
class Certainty:
    """How sure a cell's figures are; None where that can't be told.

    Attributes:
        accuracy: Wilson's interval of the test accuracy.
        unseen: Likewise of `test_unseen`.
        macro_f1: By resampling groups of identical images.
        reliability: Its bins; their `error` is the expected calibration error.
        calibration: The interval of that error, as of `macro_f1`.
    """

    accuracy: Interval | None
    unseen: Interval | None
    macro_f1: Interval | None
    reliability: Reliability | None
    calibration: Interval | None


@dataclass(frozen=True, eq=False)
class Study:
    """What the sections are made from.

    Attributes:
        gathered: The plan and the metrics.
        zca: What the metrics say of the whitening.
        evidence: What lies beside the metrics.
        certainty: Of each cell that was run.
        effects: What each setting changes.
        chance_baselines: What needs no model.
    """

    gathered: Gathered
    zca: Zca
    evidence: Evidence
    certainty: dict[Names, Certainty]
    effects: list[Effect]
    chance_baselines: compare.ChanceBaselines

    @property
    def plan(self) -> ReportPlan:
        """Return the plan."""
        return self.gathered.plan

    @property
    def cells(self) -> dict[Names, Cell]:
        """Return the cells that were run."""
        return self.gathered.cells

    def best(self) -> Cell | None:
        """Return the cell of the highest test accuracy, the first of several; None if nothing was run."""
        known = [cell for cell in self.cells.values() if cell.run.test.accuracy is not None]
        return max(known, key=lambda cell: cell.run.test.accuracy or 0, default=None)


def study(gathered: Gathered, zca: Zca, evidence: Evidence) -> Study:
    """Compute it; equal inputs give equal results."""
    return Study(
        gathered=gathered,
        zca=zca,
        evidence=evidence,
        certainty=_certainties(gathered, evidence),
        effects=effects(gathered, evidence.predictions),
        chance_baselines=compare.chance_baselines(gathered.counts, gathered.plan.classes),
    )


def _certainties(gathered: Gathered, evidence: Evidence) -> dict[Names, Certainty]:
    plan = gathered.plan
    calibrated = {
        names: one
        for names, one in evidence.predictions.items()
        if len(one.scores) and plan.variants[names[1]].activation != "relu" and are_confidences(one.scores)
    }
    wanted: list[tuple[str, Names, Weighted]] = [
        ("f1", names, macro_f1(one.actual, one.predicted, len(plan.classes)))
        for names, one in evidence.predictions.items()
        if len(one.scores)
    ]
    wanted += [("ece", names, calibration_error(one.scores, one.right)) for names, one in calibrated.items()]
    intervals: dict[tuple[str, Names], Interval] = {}
    # Which images are copies of which is known from the faces alone. All predictions are of the same rows.
    if evidence.faces and wanted:
        groups = evidence.faces.groups[evidence.faces.rows("test")]
        found = bootstrap(groups, [statistic for _, _, statistic in wanted], plan.seed)
        intervals = {(kind, names): one for (kind, names, _), one in zip(wanted, found, strict=True)}
    return {
        names: Certainty(
            accuracy=_of_share(cell.run.test.accuracy, cell.details.n.test),
            unseen=_of_share(cell.run.test_unseen.accuracy, cell.details.n.test_unseen),
            macro_f1=intervals.get(("f1", names)),
            reliability=_reliability(calibrated.get(names)),
            calibration=intervals.get(("ece", names)),
        )
        for names, cell in gathered.cells.items()
    }


def _of_share(share: float | None, n: int) -> Interval | None:
    return None if share is None else wilson(share, n)


def _reliability(predicted: Predicted | None) -> Reliability | None:
    if predicted is None:
        return None
    return reliability(predicted.scores, np.asarray(predicted.right))
