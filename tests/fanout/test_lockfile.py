"""Entries of `dvc.lock` move as text, and DVC reads them as it would have."""

from pathlib import Path

import pytest
from dvc.utils.serialize import parse_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from emotions.fanout import lockfile
from emotions.runtime.errors import UserError

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "dvc.lock"


def stages(text):
    return parse_yaml(text, "dvc.lock").get("stages", {})


def test_what_is_read_and_written_again_is_the_same_text():
    assert lockfile.text(lockfile.entries(LOCK)) == LOCK.read_text()
    assert list(lockfile.entries(LOCK)) == list(stages(LOCK.read_text()))


CELLS = {name: block for name, block in lockfile.entries(LOCK).items() if "@CompactCNN-s" in name}


@settings(max_examples=30)
@given(st.sets(st.sampled_from(sorted(CELLS))))
def test_any_stages_can_be_taken_out_and_put_back(chosen):
    all_of_them = stages(lockfile.text(CELLS))
    rest = {name: block for name, block in CELLS.items() if name not in chosen}
    assert stages(lockfile.text(rest)) == {k: v for k, v in all_of_them.items() if k not in chosen}
    assert stages(lockfile.text(rest | {name: CELLS[name] for name in chosen})) == all_of_them


def test_a_lock_of_no_stages_and_none_at_all_have_no_entries(tmp_path):
    assert lockfile.entries(tmp_path / "dvc.lock") == {}
    (tmp_path / "dvc.lock").write_text(lockfile.text({}))
    assert lockfile.entries(tmp_path / "dvc.lock") == {}


def test_another_layout_is_refused_and_not_lost(tmp_path):
    (tmp_path / "dvc.lock").write_text("stages:\n    a:\n        cmd: b\nschema: '2.0'\n")
    with pytest.raises(UserError, match=r"git checkout dvc\.lock"):
        lockfile.entries(tmp_path / "dvc.lock")
