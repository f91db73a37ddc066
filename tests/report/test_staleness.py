"""Which cells are stale, and why."""

import pytest

from emotions.evaluation.evidence import Origin
from emotions.report.cells import OLD, staleness
from emotions.settings.fingerprint import Fingerprint

MADE = Origin(settings="s", code="c", faces="f", evaluation="e")
TODAY = Fingerprint(settings="s", code="c", evaluation="e")


@pytest.mark.parametrize(
    ("settings", "code", "faces", "evaluation", "reason"),
    [
        ("s", "c", "f", "e", ""),
        ("x", "c", "f", "e", "settings"),
        ("s", "x", "f", "e", "code"),
        ("s", "c", "x", "e", "faces"),
        ("s", "c", None, "e", "faces"),
        ("s", "c", "f", "x", "evaluation"),
        ("x", "x", "x", "x", "settings, code, faces, evaluation"),
    ],
)
def test_a_cell_is_stale_by_what_differs_from_today(settings, code, faces, evaluation, reason):
    today = Fingerprint(settings=settings, code=code, evaluation=evaluation)
    assert staleness(MADE, today, faces) == reason


def test_a_cell_without_a_fingerprint_is_stale_for_want_of_it():
    assert staleness(None, TODAY, "f") == OLD


def test_a_cell_without_a_plan_differs_from_nothing():
    assert staleness(MADE, None, "x") == staleness(None, None, "f") == ""
