"""Check `params.yaml` as a whole and write down what shapes each stage and each cell, one small file each.

These are its settings, and in the folder `code` what code it runs; a network's code stands with its cells.

    python -m emotions.stages.plan --params params.yaml --networks networks --plan data/plan

DVC then compares a cell's own file: a cell runs again when what shapes it changed, and only then. Params
named on the cells' stages could not tell a default that a variant overrides from one that it inherits.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from emotions.params import Params, load_params
from emotions.runtime.atomic_files import write_json, write_text
from emotions.runtime.code_hash import digests
from emotions.settings.base import Settings
from emotions.settings.cell import Cell
from emotions.settings.data import DownloadPlan, Drawing, PreparePlan, ZcaPlan
from emotions.settings.evaluate import EvaluatePlan, Fingerprint
from emotions.settings.layers import LayersPlan
from emotions.settings.release import ReleasePlan
from emotions.settings.report import ReportPlan
from emotions.stages.command import run

_Cells: TypeAlias = Mapping[tuple[str, str], Cell]
"""By backbone and variant."""


def main(params: Path, networks: Path, plan: Path) -> None:
    """Write all plans into the folder `plan`."""
    code = dict(_code())
    for stage, listed in code.items():
        write_json(plan / "code" / f"{stage}.json", listed)
    for name, settings in _plans(load_params(params), networks, code).items():
        write_text(plan / f"{name}.json", _text(settings))


def report_plan(params: Path, networks: Path) -> ReportPlan:
    """Return what `main` writes for the report, of the files as they are now."""
    read = load_params(params)
    cells = {(backbone, variant): cell for backbone, variant, cell in read.cells(networks)}
    return _report(read, _evaluate(read, cells, {stage: _digests(stage) for stage in ("train", "evaluate")}))


def _text(settings: Settings) -> str:
    return settings.model_dump_json(indent=2) + "\n"


def _code() -> Iterator[tuple[str, dict[str, str]]]:
    """Find the code of every stage but this one."""
    folder = Path(__file__).parent
    for stage in sorted(file.stem for file in folder.glob("*.py")):
        if stage not in {"__init__", "command", "plan"}:
            yield stage, _digests(stage)


def _digests(stage: str) -> dict[str, str]:
    return digests(f"emotions.stages.{stage}", Path(__file__).parents[2])


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


def _evaluate(
    params: Params, cells: _Cells, code: Mapping[str, Mapping[str, str]]
) -> dict[tuple[str, str], EvaluatePlan]:
    shared = _sha256(json.dumps([code["train"], code["evaluate"]]))
    plans = {}
    for (backbone, variant), cell in cells.items():
        evaluate = params.variant(variant).evaluate
        plans[backbone, variant] = EvaluatePlan(
            backbone=backbone,
            variant=variant,
            network=cell.network,
            seed=cell.seed,
            source=params.data.source,
            test_time_augmentation=evaluate.test_time_augmentation,
            fingerprint=Fingerprint(settings=_sha256(_text(cell) + _text(evaluate)), code=shared),
        )
    return plans


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _report(params: Params, evaluate: Mapping[tuple[str, str], EvaluatePlan]) -> ReportPlan:
    grid, recipes = params.grid, params.recipes
    resolved = {name: params.variant(name) for name in (*grid.variants, *recipes.variants)}
    return ReportPlan(
        source=params.data.source,
        seed=params.seed,
        classes=params.classes,
        backbones=tuple(dict.fromkeys((*grid.backbones, *recipes.backbones))),
        variants={name: variant.train for name, variant in resolved.items()},
        seeds={name: variant.seed for name, variant in resolved.items()},
        grid=grid.names(),
        recipes=recipes.names(),
        fingerprints={"/".join(names): plan.fingerprint for names, plan in evaluate.items()},
    )


def _layers(params: Params) -> LayersPlan:
    layers = params.layers
    return LayersPlan(
        variant=layers.variant,
        classes=params.classes,
        face=(layers.first_seven, layers.faces[layers.first_seven]),
        faces={name: layers.faces[name] for name in params.classes if name in layers.faces},
    )


def _plans(params: Params, networks: Path, code: Mapping[str, Mapping[str, str]]) -> dict[str, Settings]:
    cells = {(backbone, variant): cell for backbone, variant, cell in params.cells(networks)}
    evaluate = _evaluate(params, cells, code)
    plans: dict[str, Settings] = {
        "download": _download(params),
        "prepare": PreparePlan(
            seed=params.seed, source=params.data.source, classes=params.classes, prepare=params.prepare
        ),
        "zca": ZcaPlan(seed=params.seed, epsilon=params.zca.epsilon),
        "layers": _layers(params),
        "report": _report(params, evaluate),
    }
    for variant in params.release.variants:
        plans[f"release/{variant}"] = ReleasePlan(
            train=params.variant(variant).train,
            fingerprints={name: evaluate[name, variant].fingerprint for name in params.release.backbones},
        )
    for names, cell in cells.items():
        plans["/".join(names)] = cell
        plans["/".join(("evaluate", *names))] = evaluate[names]
    return plans


if __name__ == "__main__":
    run(main)
