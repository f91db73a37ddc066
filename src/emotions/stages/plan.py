"""Check `params.yaml` as a whole and write down what shapes each stage and each cell, one small file each.

These are its settings, and in the folder `code` what code it runs.

    python -m emotions.stages.plan --params params.yaml --plan data/plan

DVC then compares a cell's own file: a cell runs again when what shapes it changed, and only then. Params
named on the cells' stages could not tell a default that a variant overrides from one that it inherits.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from emotions.params import Params, load_params
from emotions.runtime.atomic_files import write_json, write_text
from emotions.runtime.code_hash import digests
from emotions.settings.base import Settings
from emotions.settings.data import DownloadPlan, Drawing, PreparePlan, ZcaPlan
from emotions.settings.evaluate import EvaluatePlan, Fingerprint
from emotions.settings.layers import LayersPlan
from emotions.settings.release import ReleasePlan
from emotions.settings.report import ReportPlan
from emotions.stages.command import run


def main(params: Path, plan: Path) -> None:
    """Write all plans into the folder `plan`."""
    for stage, code in _code():
        write_json(plan / "code" / f"{stage}.json", code)
    for name, settings in _plans(load_params(params)).items():
        write_text(plan / f"{name}.json", settings.model_dump_json(indent=2) + "\n")


def _code() -> Iterator[tuple[str, dict[str, str]]]:
    """Find the code of every stage but this one."""
    folder = Path(__file__).parent
    for stage in sorted(file.stem for file in folder.glob("*.py")):
        if stage not in {"__init__", "command", "plan"}:
            yield stage, digests(f"emotions.stages.{stage}", folder.parents[1])


def _download(params: Params) -> DownloadPlan:
    data = params.data
    match data.source:
        case "kaggle":
            return DownloadPlan(kaggle=data.kaggle)
        case "archive":
            return DownloadPlan(archive=data.archive)
        case "synthetic":
            drawing = Drawing(seed=params.seed, classes=params.classes, images=data.synthetic)
            return DownloadPlan(synthetic=drawing)


def _report(params: Params) -> ReportPlan:
    grid, recipes = params.grid, params.recipes
    resolved = {name: params.variant(name) for name in (*grid.variants, *recipes.variants)}
    return ReportPlan(
        source=params.data.source,
        seed=params.seed,
        classes=params.classes,
        backbones=tuple(dict.fromkeys((*grid.backbones, *recipes.backbones))),
        variants={name: train for name, (_, train) in resolved.items()},
        seeds={name: seed for name, (seed, _) in resolved.items()},
        grid=grid.names(),
        recipes=recipes.names(),
    )


def _layers(params: Params) -> LayersPlan:
    layers = params.layers
    return LayersPlan(
        variant=layers.variant,
        classes=params.classes,
        face=(layers.first_seven, layers.faces[layers.first_seven]),
        faces={name: layers.faces[name] for name in params.classes if name in layers.faces},
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plans(params: Params) -> dict[str, Settings]:
    plans: dict[str, Settings] = {
        "download": _download(params),
        "prepare": PreparePlan(
            seed=params.seed, source=params.data.source, classes=params.classes, prepare=params.prepare
        ),
        "zca": ZcaPlan(seed=params.seed, epsilon=params.zca.epsilon),
        "layers": _layers(params),
        "report": _report(params),
    }
    for variant in params.release.variants:
        seed, train = params.variant(variant)
        plans[f"release/{variant}"] = ReleasePlan(
            source=params.data.source, classes=params.classes, seed=seed, train=train
        )
    code = _digest(json.dumps(dict(_code())))
    for backbone, variant, cell in params.cells():
        plans[f"{backbone}/{variant}"] = cell
        plans[f"evaluate/{backbone}/{variant}"] = EvaluatePlan(
            backbone=backbone,
            variant=variant,
            network=backbone,
            seed=cell.seed,
            source=params.data.source,
            test_time_augmentation=params.variant(variant)[1].test_time_augmentation,
            fingerprint=Fingerprint(settings=_digest(cell.model_dump_json()), code=code),
        )
    return plans


if __name__ == "__main__":
    run(main)
