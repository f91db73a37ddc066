"""What git holds of results belongs to today's code and params: real DVC says so, and makes nothing anew."""

import pytest

from workspace import Workspace, copy_project

PAGES = ("report", "plots", "card@CompactCNN-modern")
"""The stages that need nothing but what git holds."""

pytestmark = pytest.mark.long


class Committed(Workspace):
    """The project as git has it, with its results."""

    def __init__(self, path):
        self.path = path
        copy_project(path, without=())


def test_pages_are_of_todays_code_and_metrics(tmp_path):
    workspace = Committed(tmp_path)
    workspace.repro("plan")
    said = workspace.dvc("status", *PAGES).stdout
    assert "up to date" in said, f"{said}\n`dvc repro plan && dvc repro --single-item {' '.join(PAGES)}`"
