"""What a cell will cost, by what was recorded."""

import json

import pytest

from emotions.fanout import cost
from emotions.fanout.pipeline import GridCell, Pipeline
from emotions.models.cost import PASSES
from emotions.runtime import cpu

IMAGES, MACS = 100_000, 50_000


class Project:
    """Cells of two backbones on disk, as DVC would list them."""

    def __init__(self, folder):
        self.folder = folder
        self.cells = {}

    def add(self, name, backbone, epochs=10, resizing=(), any_size=False, **recorded):
        plan, details = f"plan-{name}.json", f"details-{name}.json"
        content = {"backbone": backbone, "network": f"keras.applications:{backbone}", "channels": 3}
        train = {"epochs": epochs, "schedule": "constant", "progressive_resizing": resizing}
        content |= {"input_size": 48, "any_size": any_size, "train": train}
        (self.folder / plan).write_text(json.dumps(content))
        if recorded:
            machine = {"processor": recorded.pop("processor", cpu.name()), "intra_op_threads": 1}
            (self.folder / details).write_text(json.dumps({"macs": MACS, "machine": machine} | recorded))
        self.cells[name] = GridCell(name, (f"train@{name}", f"evaluate@{name}"), (plan,), (), (details,))

    def costs(self, *names, threads=1, images=IMAGES):
        (self.folder / "dataset.json").write_text(json.dumps({"images": {"train": images}}))
        pipeline = Pipeline(self.cells, (), ("dataset.json",), self.folder, {})
        plans = {name: cost.plan_of(self.cells[name], self.folder) for name in names}
        return cost.costs(pipeline, plans, self.folder, threads)


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path)
    made.add("a-1", "a", training_macs=3 * MACS * IMAGES * 10, seconds=3600.0)
    made.add("a-2", "a", epochs=20)
    made.add("b-1", "b", training_macs=10**9, seconds=100.0, processor="another")
    made.add("VGG16-1", "VGG16")
    made.add("own-1", "own")
    return made


def test_a_step_takes_as_many_passes_as_where_macs_are_counted():
    assert cost.PASSES == PASSES


def test_a_cell_costs_what_its_backbone_did_by_its_epochs(project):
    found = project.costs("a-1", "a-2")
    assert found["a-1"].macs == pytest.approx(3 * MACS * IMAGES * 10, rel=0.01)
    assert found["a-2"].macs == pytest.approx(3 * MACS * IMAGES * 20, rel=0.01)
    assert found["a-1"].hours == pytest.approx(1, rel=0.01)
    assert found["a-2"].hours == pytest.approx(2, rel=0.01)
    assert found["a-1"].source == "this cell, recorded on such a machine"
    assert found["a-2"].source == "its backbone, recorded on such a machine"


def test_epochs_on_smaller_faces_cost_less_where_the_network_takes_them(project):
    halves = [{"size": 24, "share": 0.5}]
    project.add("a-3", "a", resizing=halves, any_size=True)
    project.add("a-4", "a", resizing=halves)
    found = project.costs("a-1", "a-3", "a-4")
    assert found["a-3"].hours == pytest.approx(found["a-1"].hours * (1 + 1 / 4) / 2, rel=0.01)
    assert found["a-4"].hours == found["a-1"].hours
    few = project.costs("a-1", "a-3", images=10)  # each size is traced
    assert few["a-3"].hours == pytest.approx(2 * few["a-1"].hours, rel=0.05)


def test_on_a_small_data_set_tracing_is_most_of_it(project):
    small, large = (project.costs("a-1", "a-2", images=images) for images in (10, IMAGES))
    assert small["a-2"].hours < 1.1 * small["a-1"].hours
    assert large["a-2"].hours > 1.9 * large["a-1"].hours


def test_other_machines_and_other_threads_are_said_to_be_so(project):
    assert project.costs("b-1")["b-1"].source == "this cell, recorded on another machine or on other threads"
    assert project.costs("a-1", threads=2)["a-1"].source.endswith("on other threads")


def test_a_backbone_that_was_never_recorded_takes_the_rate_of_others_and_its_own_macs(project):
    found, other = project.costs("VGG16-1", "a-1").values()
    assert found.macs / other.macs == found.hours / other.hours == pytest.approx(723_591_168 / MACS)
    assert found.source == "other backbones, recorded on such a machine"
    assert project.costs("own-1")["own-1"] == cost.Cost(None, None, "")
