"""A cell has cores that no other has, as long as there are enough."""

import contextlib
import multiprocessing
import os
import sys

import pytest

from emotions.fanout.cores import taken

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux binds processes to cores")


def hold(folder, count, allowed, pipe):
    os.sched_setaffinity = lambda _, cores: pipe.send(set(cores))
    os.sched_getaffinity = lambda _: allowed
    with taken(count, folder):
        pipe.recv()


@contextlib.contextmanager
def holders(folder, *counts, allowed=frozenset(range(4))):
    """Processes that hold so many cores each; the cores, one holder after the other."""
    context = multiprocessing.get_context("fork")
    started, pipes, found = [], [], []
    try:
        for count in counts:
            ours, theirs = context.Pipe()
            started.append(context.Process(target=hold, args=(folder, count, set(allowed), theirs)))
            started[-1].start()
            pipes.append(ours)
            found.append(ours.recv())
        yield found, started
    finally:
        for process in started:
            process.kill()
            process.join()


def test_no_two_have_one(tmp_path):
    with holders(tmp_path, 1, 2, 1) as (found, _):
        assert [len(cores) for cores in found] == [1, 2, 1]
        assert set().union(*found) == {0, 1, 2, 3}


def test_where_there_are_too_few_they_are_shared_and_the_number_stays(tmp_path):
    with holders(tmp_path, 1, 1, 2, 3, allowed={0, 1}) as (found, _):
        assert found == [{0}, {1}, {0, 1}, {0, 1}]


def test_those_that_share_are_spread(tmp_path):
    with holders(tmp_path, 1, 1, 1, 1, 1, allowed={0, 1}) as (found, _):
        assert found == [{0}, {1}, {0}, {1}, {0}]


def test_a_killed_holders_are_free(tmp_path):
    with holders(tmp_path, 3) as (_, started):
        started[0].kill()
        started[0].join()
        with holders(tmp_path, 3) as (found, _):
            assert found == [{0, 1, 2}]


def test_the_process_itself_is_kept_there_and_released(tmp_path):
    before = os.sched_getaffinity(0)
    with taken(1, tmp_path):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
