"""Table of the images in each class: ours beside the report's Table 1."""

from collections.abc import Sequence

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.report import published
from emotions.report.stage_files import Counts
from emotions.report.text import count, count_difference

HEADER = ("Class", *("training: ours", "report", "difference"), *("test: ours", "report", "difference"))


def rows(counts: Counts, classes: Sequence[str]) -> list[list[str]]:
    """Return a row a class and one of the sums, under `HEADER`; what the report lacks is blank."""
    sides = ((counts.training, CLASS_COUNTS["training"]), (counts.test, CLASS_COUNTS["test"]))
    found = [[name] for name in (*classes, "all")]
    for ours, theirs in sides:
        pairs = [(ours[name], theirs.get(name)) for name in classes]
        pairs.append((sum(ours[name] for name in classes), sum(theirs.values())))
        for row, (n, m) in zip(found, pairs, strict=True):
            row += [count(n), count(m), count_difference(n, m)]
    return found


def note() -> str:
    """Say that the report's totals disagree."""
    stated = [count(total) for total in published.TOTALS_IN_TEXT.values()]
    summed = [count(sum(counts.values())) for counts in CLASS_COUNTS.values()]
    return (
        f"The report's counts are its Table 1, which adds up to {summed[0]} training and {summed[1]} test "
        f"images; its text says {stated[0]} and {stated[1]}."
    )
