"""What surrounds a cell, wherever it runs."""

import os
from unittest import mock

from emotions.fanout import attempt, worker
from emotions.fanout.job import Job


def test_the_heads_variables_shape_a_cell_and_none_of_the_workers_machine():
    job = Job("a", (), (), (), None, 2, {"OMP_NUM_THREADS": "1"})
    own = {"TF_ENABLE_ONEDNN_OPTS": "0", "OMP_NUM_THREADS": "9", "XLA_FLAGS": "x", "LANG": "C"}
    with mock.patch.dict(os.environ, own, clear=True):
        worker._shape(job)
        assert dict(os.environ) == {"OMP_NUM_THREADS": "1", "LANG": "C", "EMOTIONS_THREADS": "2"}


def test_nothing_of_a_clone_is_kept_outside_of_it_and_nothing_of_git_or_dvc_comes_in(tmp_path):
    with mock.patch.dict(os.environ, {"GIT_DIR": "x", "DVC_STAGE": "y", "DVC_SITE_CACHE_DIR": "z"}):
        found = attempt._variables(tmp_path)
    assert found["DVC_SITE_CACHE_DIR"].startswith(str(tmp_path))
    assert not {"GIT_DIR", "DVC_STAGE"} & set(found)
