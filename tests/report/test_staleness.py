"""Which cells are stale, and why."""

import pytest

from emotions.evaluation import evidence
from emotions.report.staleness import OLD, stale
from emotions.settings.evaluate import Fingerprint

MADE = evidence.Fingerprint(settings="s", code="c", faces="f")


@pytest.mark.parametrize(
    ("settings", "code", "faces", "reason"),
    [
        ("s", "c", "f", ""),
        ("x", "c", "f", "settings"),
        ("s", "x", "f", "code"),
        ("s", "c", "x", "faces"),
        ("s", "c", None, "faces"),
        ("x", "x", "x", "settings, code, faces"),
    ],
)
def test_a_cell_is_stale_by_what_differs_from_today(settings, code, faces, reason):
    assert stale(MADE, Fingerprint(settings=settings, code=code), faces) == reason


def test_a_cell_without_a_fingerprint_is_older_than_them():
    assert stale(None, Fingerprint(settings="s", code="c"), "f") == OLD


def test_a_cell_without_a_plan_differs_from_nothing():
    assert stale(MADE, None, "x") == stale(None, None, "f") == ""
