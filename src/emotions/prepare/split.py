"""Order the rows, group identical images, and draw the validation split."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emotions.runtime.errors import UserError


def order(labels: Sequence[int], digests: Sequence[bytes], in_test: Sequence[bool]) -> list[int]:
    """Return row numbers ordered by class, then digest of the pixels, then training before test.

    Rows that are equal in all three are equal in everything, so that the ordered rows do not depend on the
    order in which they came.
    """
    return sorted(range(len(labels)), key=lambda row: (labels[row], digests[row], in_test[row]))


def number_groups(digests: Sequence[bytes]) -> NDArray[np.int32]:
    """Give rows with equal digests the same number: (N,) int32, counted by first appearance."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(digest, len(numbers)) for digest in digests], dtype=np.int32)


def draw_validation(
    groups: NDArray[np.int32], labels: NDArray[np.uint8], share: float, seed: int
) -> NDArray[np.bool_]:
    """Draw the validation rows from the training rows, stratified by class.

    A group goes as a whole, even if its rows are of several classes: it is drawn with the lowest of them.
    Of every class come as many groups, in random order, as bring its rows nearest to `share`, but at least
    one row, and never all.

    Args:
        groups: (n,) group numbers of the training rows.
        labels: (n,) classes of the training rows, ascending.
        share: Of the rows, above 0 and below 1.
        seed: At least 0.

    Returns:
        (n,) bool, true for validation. A class that can't stand on both sides stays on one of them
        (`require_both_sides`).
    """
    numbers, first_rows = np.unique(groups, return_index=True)
    chance = np.random.Generator(np.random.PCG64(seed)).random(len(numbers))
    validation = np.zeros(len(labels), dtype=np.bool_)
    for label in np.unique(labels):
        ours = labels == label
        homes = np.flatnonzero(labels[first_rows] == label)
        members = numbers[homes[np.argsort(chance[homes], kind="stable")]]
        sizes = np.bincount(groups[ours], minlength=numbers[-1] + 1)[members]
        # Rows that came with groups of lower classes count.
        drawn = (validation & ours).sum() + np.concatenate(([0], np.cumsum(sizes)))
        distance = np.abs(drawn - share * ours.sum())
        distance[(drawn == 0) | (drawn == ours.sum())] = np.inf
        validation |= np.isin(groups, members[: distance.argmin()])
    return validation


def require_both_sides(
    labels: NDArray[np.uint8], validation: NDArray[np.bool_], classes: Sequence[str]
) -> None:
    """Check that every class has rows on both sides of the draw.

    Raises:
        UserError: One has not.
    """
    for side, mask in (("validation", validation), ("train", ~validation)):
        counts = np.bincount(labels[mask], minlength=len(classes))
        short = [name for name, count in zip(classes, counts, strict=True) if not count]
        if short:
            raise UserError(
                f"no images for {side} of {', '.join(short)}: training needs at least two different images "
                "of every class, as identical ones stay on one side; add some"
            )


def mark_seen(groups: NDArray[np.int32], in_test: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the test rows whose pixels also stand in a training or validation row: (N,) bool."""
    return in_test & np.isin(groups, groups[~in_test])
