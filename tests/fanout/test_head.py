"""What the head does when workers die, cells fail, or results can not be put in place."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from emotions.fanout.board import Board
from emotions.fanout.head import Head
from emotions.fanout.job import Outcome
from emotions.runtime.errors import UserError


def lost(cell, reason="killed"):
    return Outcome(cell, problem=reason, died=True)


class Workers:
    """Cells end in the order in which they were submitted, each as its next ending says."""

    def __init__(self, slots=2, **endings):
        self.room, self.endings = slots, endings
        self.submitted, self.running = [], []

    def slots(self):
        return self.room

    def submit(self, job):
        self.submitted.append(job.cell)
        self.running.append(job.cell)

    def poll(self, _):
        name = self.running.pop(0)
        endings = self.endings.get(name)
        ended = endings.pop(0) if endings else Outcome(name)
        if "no node" in ended.problem:
            self.room = 0
        return [], [ended]


@pytest.fixture
def lead(tmp_path):
    """A function that leads cells on such workers; it gives problems by cell, and what was delivered."""

    def run(order, workers, after=None, broken=""):
        delivered = []

        def deliver(done, again):
            if any(one.cell == broken for one in done):
                raise UserError(f"{broken}.model is not in the cache")
            delivered.extend(one.cell for one in done)

        jobs = {name: SimpleNamespace(cell=name) for name in order}
        with Board(order, tmp_path / "log", Console(file=io.StringIO())) as board:
            found = Head(jobs, after or {}, workers, board, deliver, tmp_path / "logs").run(order)
            states = {name: row.state for name, row in board.rows.items()}
        problems = {failure.cell: failure.problem for failure in found}
        assert states == {name: "failed" if name in problems else "done" for name in order}
        return problems, delivered

    return run


def test_a_cell_whose_worker_dies_goes_on_elsewhere_before_those_that_wait(lead):
    workers = Workers(slots=1, a=[lost("a")])
    assert lead(["a", "b", "c", "d"], workers) == ({}, ["b", "a", "c", "d"])
    assert workers.submitted == ["a", "b", "a", "c", "d"]


def test_a_cell_that_kills_its_workers_is_given_up_and_the_others_are_not(lead):
    workers = Workers(a=[lost("a")] * 5)
    problems, delivered = lead(["a", "b"], workers)
    assert problems == {"a": "its worker died 3 times: killed"}
    assert delivered == ["b"]
    assert workers.submitted.count("a") == 3


def test_where_no_machine_is_left_nothing_waits_for_one(lead):
    workers = Workers(slots=1, b=[lost("b", "no node")])
    problems, delivered = lead(["a", "b", "c", "d"], workers)
    assert problems == dict.fromkeys("bcd", "no machine is left")
    assert delivered == ["a"]


def test_a_cell_that_goes_on_from_another_starts_after_it_even_if_that_fails(lead):
    workers = Workers(a=[Outcome("a", problem="it could not", log="the last\nlines")])
    problems, delivered = lead(["b", "a", "c"], workers, after={"b": "a"})
    assert workers.submitted == ["a", "c", "b"]
    assert problems == {"a": "it could not"}
    assert delivered == ["c", "b"]


def test_the_whole_log_of_a_failure_is_kept(lead, tmp_path):
    lead(["a"], Workers(a=[Outcome("a", problem="it could not", log="the last\nlines")]))
    assert (tmp_path / "logs" / "a.log").read_text() == "the last\nlines\n"


def test_one_result_that_can_not_be_put_in_place_takes_no_other_with_it(lead):
    class AtOnce(Workers):
        """All end together."""

        def poll(self, _):
            ended, self.running = self.running, []
            return [], [Outcome(name) for name in ended]

    problems, delivered = lead(["a", "b", "c"], AtOnce(), broken="b")
    assert problems == {"b": "its results could not be put in place: b.model is not in the cache"}
    assert delivered == ["a", "c"]
