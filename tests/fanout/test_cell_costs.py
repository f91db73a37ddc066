"""What a cell will cost, by what was recorded."""

import io
import json
import sys
from contextlib import redirect_stdout
from types import SimpleNamespace
from unittest import mock

import pytest

from emotions.fanout import cost, network_macs
from emotions.fanout.pipeline import Cell, Pipeline
from emotions.models.cost import PASSES
from emotions.runtime import cpu

IMAGES, MACS = 1000, 50_000


class Project:
    """Cells of two backbones on disk, as DVC would list them."""

    def __init__(self, folder):
        self.folder = folder
        self.cells = {}

    def add(self, name, backbone, epochs=10, **recorded):
        plan, details = f"plan-{name}.json", f"details-{name}.json"
        content = {"backbone": backbone, "network": "none:None", "channels": 1, "input_size": 48}
        content |= {"network_code": {}, "train": {"epochs": epochs, "schedule": "constant"}}
        (self.folder / plan).write_text(json.dumps(content))
        if recorded:
            machine = {"processor": recorded.pop("processor", cpu.name()), "intra_op_threads": 1}
            (self.folder / details).write_text(json.dumps({"macs": MACS, "machine": machine} | recorded))
        self.cells[name] = Cell(name, (f"train@{name}", f"evaluate@{name}"), (plan,), (), (details,))

    def costs(self, *names, threads=1, macs=None):
        (self.folder / "dataset.json").write_text(json.dumps({"images": {"train": IMAGES}}))
        pipeline = Pipeline(self.cells, (), ("dataset.json",), self.folder, {})
        plans = {name: cost.plan_of(self.cells[name], self.folder) for name in names}
        with mock.patch.object(cost, "network_macs", return_value=macs or {}):
            return cost.costs(pipeline, plans, self.folder, threads, None, None)


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path)
    made.add("a-1", "a", training_macs=3 * MACS * IMAGES * 10, seconds=3600.0)
    made.add("a-2", "a", epochs=20)
    made.add("b-1", "b", training_macs=10**9, seconds=100.0, processor="another")
    made.add("c-1", "c")
    return made


def test_a_step_takes_as_many_passes_as_where_macs_are_counted():
    assert cost.PASSES == PASSES


def test_a_cell_costs_what_its_backbone_did_by_its_epochs(project):
    found = project.costs("a-1", "a-2")
    assert found["a-2"].macs == 2 * found["a-1"].macs == 3 * MACS * IMAGES * 20
    assert found["a-1"].hours == pytest.approx(1)
    assert found["a-2"].hours == pytest.approx(2)
    assert found["a-1"].source == "this cell, recorded on such a machine"
    assert found["a-2"].source == "its backbone, recorded on such a machine"


def test_other_machines_and_other_threads_are_said_to_be_so(project):
    assert project.costs("b-1")["b-1"].source == "this cell, recorded on another machine or on other threads"
    assert project.costs("a-1", threads=2)["a-1"].source.endswith("on other threads")


def test_a_backbone_that_was_never_recorded_takes_the_rate_of_others_and_its_own_macs(project):
    found = project.costs("c-1", macs={"c": 2 * MACS})["c-1"]
    assert found.macs == 3 * 2 * MACS * IMAGES * 10
    assert found.hours == pytest.approx(2)
    assert found.source == "other backbones, recorded on such a machine"
    assert project.costs("c-1")["c-1"] == cost.Cost(None, None, "")


def count(_, input, **__):  # noqa: A002
    """Count in this process, which has TensorFlow."""
    out = io.StringIO()
    with mock.patch("sys.stdin", io.StringIO(input)), redirect_stdout(out):
        network_macs.main()
    return SimpleNamespace(returncode=0, stdout=out.getvalue())


def test_macs_are_counted_once_by_building_the_network(tmp_path, tiny, monkeypatch):
    monkeypatch.setattr(cost.subprocess, "run", count)
    plans = {"Tiny": tiny().model_dump(mode="json"), "broken": tiny().model_dump(mode="json")}
    plans["broken"]["network"] = "tiny:NoSuchNetwork"
    monkeypatch.setattr(sys, "path", list(sys.path))
    store, said = tmp_path / "macs.json", []
    # 36 pooled pixels, or 3 times as many of RGB, into 16 units, and these into 6 scores
    expected = {"Tiny": 36 * plans["Tiny"]["channels"] * 16 + 16 * 6}
    assert cost.network_macs(plans, tmp_path, store, said.append) == expected
    assert len(said) == 1
    monkeypatch.setattr(cost.subprocess, "run", None)
    assert cost.network_macs({"Tiny": plans["Tiny"]}, tmp_path, store, said.append) == expected
