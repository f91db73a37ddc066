"""Train one cell of the grid.

    python -m emotions.stages.train --cell data/plan/VGG16/sgd.json --faces data/prepared/faces.npz \
        --statistics data/statistics.npz --model models/VGG16/sgd.keras \
        --history history/VGG16/sgd.csv --timing history/VGG16/sgd.json
"""

import os
import shutil
import sys
from pathlib import Path

from emotions.data.faces import Faces
from emotions.data.pixel_statistics import Statistics
from emotions.runtime import cpu
from emotions.runtime.atomic_files import write_json, write_text
from emotions.runtime.code_hash import digests
from emotions.runtime.environment import prepare
from emotions.runtime.lock import one_trainer
from emotions.settings.backbones import SOURCE, network_code
from emotions.settings.cell import Cell
from emotions.settings.fingerprint import Trained
from emotions.stages.command import check_same, run


def main(cell: Path, faces: Path, statistics: Path, model: Path, history: Path, timing: Path) -> None:
    """Write the model, its history, and apart from both what differs between equal runs.

    A killed run goes on from its last whole epoch: see `emotions.training.checkpoint`. Checkpoints stand in
    the folder that the variable EMOTIONS_CHECKPOINTS names, else in `.checkpoints`. One stays there when its
    run has ended if a cell planned beside this one is the same with more epochs: that one goes on from it.
    """
    settings = Cell.read(cell)
    others = [Cell.read(path) for path in cell.parent.glob("*.json")]
    check_same(cell, settings.network_code, network_code(settings.network))
    prepare(settings.onednn)
    # Only now: TensorFlow reads the environment when it is imported.
    from emotions.models.saving import save
    from emotions.runtime import hardware
    from emotions.training import checkpoint
    from emotions.training.fit import train

    hardware.configure(settings.seed, deterministic=settings.train.deterministic)
    machine = hardware.describe()
    print(
        f"training {settings.backbone} on {', '.join(f'{k} {v}' for k, v in machine.items())}",
        file=sys.stderr,
    )
    if settings.train.precision == "mixed_bfloat16" and cpu.lacks_avx512(cpu.instructions()):
        print(
            "train.precision: mixed_bfloat16 is slow here, as this processor has no AVX-512 and multiplies "
            "it in software: a tenth of the images a second of float32, which is the better choice here",
            file=sys.stderr,
        )
    data, measured = Faces.load(faces), Statistics.load(statistics)
    run_key = checkpoint.key(settings, {"faces": faces, "statistics": statistics})
    folder = Path(os.environ.get("EMOTIONS_CHECKPOINTS", ".checkpoints")) / run_key
    with one_trainer(folder.with_suffix(".lock")):
        trained = train(settings, data, measured, folder / "last.npz")
        save(trained.model, model)
        write_text(history, trained.history.to_csv(index=False, lineterminator="\n"))
        rate = trained.images_per_second
        write_json(
            timing,
            {
                "seconds": round(trained.seconds, 1),
                "images_per_second": None if rate is None else round(rate, 1),
                "training_macs": trained.macs,
                "deterministic": settings.train.deterministic,
                "machine": machine,
                "fingerprint": Trained.of(settings, digests(__spec__.name, SOURCE)).model_dump()
                | {"faces": data.sha256()},
            },
        )
        if not checkpoint.is_continued(settings, others):
            # With what a kill may have left half-written beside the checkpoint.
            shutil.rmtree(folder)


if __name__ == "__main__":
    run(main)
