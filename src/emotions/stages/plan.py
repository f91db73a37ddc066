"""Check `params.yaml` as a whole and write down what shapes each stage and each cell, one small file each.

These are its settings, and in the folder `code` what code it runs; a network's code stands with its cells.

    python -m emotions.stages.plan --params params.yaml --networks networks --plan data/plan

DVC then compares a cell's own file: a cell runs again when what shapes it changed, and only then. Params
named on the cells' stages could not tell a default that a variant overrides from one that it inherits.
"""

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
from emotions.settings.evaluate import EvaluatePlan
from emotions.settings.fingerprint import Fingerprint, Trained, sha256
from emotions.settings.layers import LayersPlan
from emotions.settings.release import ReleasePlan
from emotions.settings.report import ReportPlan
from emotions.stages.command import run

_Names: TypeAlias = tuple[str, str]
"""Backbone and variant."""


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
    code = {stage: _digests(stage) for stage in ("train", "evaluate")}
    return _report(read, _fingerprints(read, cells, code))


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


def _prepare(params: Params) -> PreparePlan:
    return PreparePlan(
        seed=params.seed, source=params.data.source, classes=params.classes, prepare=params.prepare
    )


def _fingerprints(
    params: Params, cells: Mapping[_Names, Cell], code: Mapping[str, Mapping[str, str]]
) -> dict[_Names, Fingerprint]:
    found = {}
    for names, cell in cells.items():
        evaluation = _text(params.variant(names[1]).evaluate) + json.dumps(code["evaluate"], sort_keys=True)
        trained = Trained.of(cell, code["train"])
        found[names] = Fingerprint(**trained.model_dump(), evaluation=sha256(evaluation))
    return found


def _report(params: Params, fingerprints: Mapping[_Names, Fingerprint]) -> ReportPlan:
    resolved = {name: params.variant(name) for one in params.lists.values() for name in one.variants}
    return ReportPlan(
        prepare_sha256=sha256(_text(_prepare(params))),
        seed=params.seed,
        classes=params.classes,
        backbones=tuple(dict.fromkeys(name for one in params.lists.values() for name in one.backbones)),
        variants={name: variant.train for name, variant in resolved.items()},
        evaluate={name: variant.evaluate for name, variant in resolved.items()},
        seeds={name: variant.seed for name, variant in resolved.items()},
        **{section: cells.names() for section, cells in params.lists.items()},
        fingerprints={"/".join(names): fingerprint for names, fingerprint in fingerprints.items()},
    )


def _layers(params: Params, variant: str) -> LayersPlan:
    layers = params.layers
    return LayersPlan(
        variant=variant,
        classes=params.classes,
        face=(layers.first_seven, layers.faces[layers.first_seven]),
        faces={name: layers.faces[name] for name in params.classes if name in layers.faces},
    )


def _plans(params: Params, networks: Path, code: Mapping[str, Mapping[str, str]]) -> dict[str, Settings]:
    cells = {(backbone, variant): cell for backbone, variant, cell in params.cells(networks)}
    fingerprints = _fingerprints(params, cells, code)
    plans: dict[str, Settings] = {
        "download": _download(params),
        "prepare": _prepare(params),
        "zca": ZcaPlan(seed=params.seed, epsilon=params.zca.epsilon),
        "layers": _layers(params, params.grid.variants[0]),
        "report": _report(params, fingerprints),
    }
    for variant in params.release.variants:
        settings = params.variant(variant)
        plans[f"release/layers/{variant}"] = _layers(params, variant)
        plans[f"release/{variant}"] = ReleasePlan(
            train=settings.train,
            evaluate=settings.evaluate,
            fingerprints={name: fingerprints[name, variant] for name in params.release.backbones},
        )
    for (backbone, variant), cell in cells.items():
        plans[f"{backbone}/{variant}"] = cell
        plans[f"evaluate/{backbone}/{variant}"] = EvaluatePlan(
            backbone=backbone,
            variant=variant,
            onednn=cell.onednn,
            seed=cell.seed,
            source=params.data.source,
            test_time_augmentation=params.variant(variant).evaluate.test_time_augmentation,
            evaluation=fingerprints[backbone, variant].evaluation,
        )
    return plans


if __name__ == "__main__":
    run(main)
