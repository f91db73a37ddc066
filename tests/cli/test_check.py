"""What is checked before DVC starts."""

import shutil
from pathlib import Path

import pytest

from emotions.cli.check import check
from emotions.runtime.errors import UserError

PARAMS = Path(__file__).parents[2] / "params.yaml"


@pytest.fixture
def folder(tmp_path):
    shutil.copy(PARAMS, tmp_path)
    return tmp_path


def test_the_committed_params_pass_with_and_without_a_lock(folder):
    check(folder)
    (folder / "dvc.lock").write_text("schema: '2.0'\n")
    check(folder)


def test_a_lock_that_a_kill_left_empty_is_recognised(folder):
    (folder / "dvc.lock").write_text("")
    with pytest.raises(UserError, match=r"dvc\.lock is empty.*git checkout dvc\.lock"):
        check(folder)


@pytest.mark.parametrize("backbones", ["VGG16", "null", "{a: b}"])
def test_a_grid_that_dvc_can_not_read_is_named(folder, backbones):
    text = (folder / "params.yaml").read_text()
    start, end = text.index("  backbones: ["), text.index("  variants: [")
    (folder / "params.yaml").write_text(f"{text[:start]}  backbones: {backbones}\n{text[end:]}")
    with pytest.raises(UserError, match=r"grid\.backbones: .* is given; allowed: a list"):
        check(folder)
