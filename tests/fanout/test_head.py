"""What the head does when workers die, cells fail, or results can not be put in place."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from emotions.fanout import head
from emotions.fanout.board import Board
from emotions.fanout.job import Outcome
from emotions.fanout.ray_session import Lost
from emotions.runtime.errors import UserError


class Workers:
    """Cells end in the order in which they were submitted, each as its next ending says."""

    def __init__(self, slots=2, **endings):
        self.room, self.endings = slots, endings
        self.submitted, self.running = [], []

    def slots(self):
        return self.room

    def submit(self, name):
        self.submitted.append(name)
        self.running.append(name)

    def poll(self, _):
        name = self.running.pop(0)
        endings = self.endings.get(name)
        return [], [endings.pop(0) if endings else Outcome(name)]


@pytest.fixture
def lead(tmp_path, monkeypatch):
    """A function that leads cells on such workers; it gives problems by cell, and what was delivered."""
    delivered = []
    monkeypatch.setattr(head, "deliver", lambda _, done, __: delivered.extend(one.cell for one in done))
    setting = SimpleNamespace(job=str, places=SimpleNamespace(patience=0.0))

    def run(order, workers, after=None):
        with Board(order, tmp_path / "log", Console(file=io.StringIO())) as board:
            found = head.Head(tmp_path, setting, after or {}, workers, board).run(order)
            states = {name: row.state for name, row in board.rows.items()}
        problems = {failure.cell: failure.problem for failure in found}
        assert states == {name: "failed" if name in problems else "done" for name in order}
        return problems, delivered

    return run


def test_a_cell_whose_worker_dies_goes_on_elsewhere_before_those_that_wait(lead):
    workers = Workers(a=[Lost("a", "killed")])
    assert lead(["a", "b"], workers) == ({}, ["b", "a"])
    assert workers.submitted == ["a", "b", "a"]


def test_a_cell_that_kills_its_workers_is_given_up_and_the_others_are_not(lead):
    workers = Workers(a=[Lost("a", "killed")] * 5)
    problems, delivered = lead(["a", "b"], workers)
    assert problems == {"a": "its worker died 3 times: killed"}
    assert delivered == ["b"]
    assert workers.submitted.count("a") == 3


def test_where_no_machine_is_left_nothing_waits_for_one(lead):
    problems, _ = lead(["a"], Workers(slots=0, a=[Lost("a", "node died")]))
    assert problems == {"a": "its worker died, and no machine is left: node died"}


def test_a_cell_that_goes_on_from_another_starts_after_it_even_if_that_fails(lead):
    workers = Workers(a=[Outcome("a", problem="it could not", log="the last\nlines")])
    problems, delivered = lead(["b", "a", "c"], workers, after={"b": "a"})
    assert workers.submitted == ["a", "c", "b"]
    assert problems == {"a": "it could not"}
    assert delivered == ["c", "b"]


def test_the_whole_log_of_a_failure_is_kept(lead, tmp_path):
    lead(["a"], Workers(a=[Outcome("a", problem="it could not", log="the last\nlines")]))
    assert (tmp_path / ".dvc/tmp/fanout/logs/a.log").read_text() == "the last\nlines\n"


def test_one_result_that_can_not_be_put_in_place_takes_no_other_with_it(monkeypatch):
    def deliver(_, done, __):
        if any(one.cell == "b" for one in done):
            raise UserError("b.model is not in the cache")

    monkeypatch.setattr(head, "deliver", deliver)
    found = head._delivered(Path(), [Outcome("a"), Outcome("b"), Outcome("c")], 0.0)
    assert [(one.cell, problem) for one, problem in found] == [
        ("a", ""),
        ("b", "its results could not be put in place: b.model is not in the cache"),
        ("c", ""),
    ]
