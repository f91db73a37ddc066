"""dvc.yaml against the code that its stages run."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from emotions.params import load_params
from emotions.runtime.code_hash import UNHASHED, digests
from emotions.settings.backbones import network_code
from emotions.stages import plan

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
STAGES = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def module(stage):
    return STAGES[stage]["cmd"].split()[2]


def code(stage):
    return set(digests(module(stage), SOURCE))


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"plan"}))
def test_a_stage_depends_on_its_own_code_and_on_nothing_else_in_the_source(stage):
    deps = STAGES[stage]["deps"]
    assert f"data/plan/code/{module(stage).rpartition('.')[2]}.json" in deps
    assert not any(dep.startswith("src/") for dep in deps)
    assert "params" not in STAGES[stage]


def test_the_plan_has_the_code_of_every_stage(tmp_path):
    plan.main(ROOT / "params.yaml", ROOT / "networks", tmp_path)
    assert STAGES["plan"]["deps"] == ["src/emotions", "networks"]
    for name in {module(stage) for stage in STAGES} - {"emotions.stages.plan"}:
        listed = json.loads((tmp_path / "code" / f"{name.rpartition('.')[2]}.json").read_text())
        assert listed == digests(name, SOURCE)


@pytest.mark.parametrize("kind", ["recipe", "diagnostic"])
@pytest.mark.parametrize("stage", ["train", "evaluate"])
def test_a_cell_of_another_list_differs_from_one_of_the_grid_in_where_it_is_listed_alone(stage, kind):
    other = STAGES[f"{stage}_{kind}"]
    assert other["matrix"] == {"backbone": f"${{{kind}s.backbones}}", "variant": f"${{{kind}s.variants}}"}
    assert other == STAGES[stage] | {"matrix": other["matrix"]}


def test_training_does_not_hang_on_the_report_nor_the_report_on_training():
    assert "emotions/training/fit.py" in code("train")
    assert "emotions/report/text.py" in code("report")
    assert not any(file.startswith("emotions/report/") for file in code("train"))
    assert not any(file.startswith("emotions/training/") for file in code("report"))
    assert "emotions/report/results_2020.csv" in code("report")


def test_a_networks_code_is_of_its_own_cells_alone():
    own = "emotions/models/compact_cnn.py"
    assert own in network_code("emotions.models.compact_cnn:CompactCNN")
    assert not any(own in code(stage) for stage in STAGES)


def test_the_report_reads_what_layers_gave_and_runs_no_model():
    assert {"emotions/explain/record.py", "emotions/synthetic/portraits.py"} <= code("report") & code(
        "layers"
    )
    assert "emotions/explain/grad_cam.py" in code("layers") - code("report")
    assert not any(file.startswith(("emotions/report/", "emotions/training/")) for file in code("layers"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_told_every_path_it_depends_on_or_writes(stage):
    definition = STAGES[stage]
    words = definition["cmd"].split()
    outs = [next(iter(out)) if isinstance(out, dict) else out for out in definition["outs"]]
    metrics = [next(iter(kept)) for kept in definition.get("metrics", []) + definition.get("plots", [])]
    data = [dep for dep in definition["deps"] if not dep.startswith("src/")]
    assert set(outs + metrics + data) <= set(words)


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"plan"}))
def test_a_stage_depends_on_every_path_that_it_reads(stage):
    definition = STAGES[stage]
    kept = [*definition["outs"], *definition.get("metrics", []), *definition.get("plots", [])]
    outs = {next(iter(out)) if isinstance(out, dict) else out for out in kept}
    undeclared = set(definition["cmd"].split()[4::2]) - outs - set(definition["deps"])
    assert not undeclared


def test_every_python_module_is_reached_by_a_stage_or_run_by_hand():
    by_hand = {
        f"emotions.{name}" for name in ("app", "check", "demo", "export.__main__", "predict.__main__", "show")
    }
    by_hand |= {"emotions.fanout.__main__", "emotions.fanout.worker"}
    networks = [backbone.network for backbone in load_params(ROOT / "params.yaml").backbones.values()]
    reached = set().union(*map(code, STAGES), *(digests(name, SOURCE) for name in by_hand))
    reached |= set().union(*map(network_code, networks))
    everything = {file.relative_to(SOURCE).as_posix() for file in (SOURCE / "emotions").rglob("*.py")}
    assert everything <= reached | UNHASHED
    assert everything >= UNHASHED
    assert not reached & UNHASHED


def test_a_better_message_makes_no_cell_stale():
    shaping = {f"emotions/{name}.py" for name in ("training/fit", "models/build", "runtime/hardware")}
    assert shaping <= code("train")
    assert not code("train") & {"emotions/stages/command.py", "emotions/settings/data.py"}
    assert not code("evaluate") & {"emotions/stages/command.py", "emotions/settings/data.py"}
