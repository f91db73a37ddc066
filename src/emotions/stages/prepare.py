"""Make faces of the archive.

    python -m emotions.stages.prepare --plan data/plan/prepare.json --archive data/raw/faces.zip \
        --faces data/prepared/faces.npz --dataset metrics/dataset.json

The faces are packed, so that DVC takes in one file instead of one for every image.
"""

from pathlib import Path

from emotions.prepare import prepare
from emotions.runtime import file_hash
from emotions.runtime.atomic_files import write_json
from emotions.settings.data import PreparePlan
from emotions.sources.zips import SafeZip
from emotions.stages.command import run


def main(plan: Path, archive: Path, faces: Path, dataset: Path) -> None:
    """Read the plan and the archive, write the faces and what they are."""
    settings = PreparePlan.read(plan)
    with SafeZip(archive) as files:
        prepared, numbers = prepare(files, settings)
    prepared.save(faces)
    write_json(dataset, numbers | {"plan_sha256": file_hash.sha256(plan)})
    for what in ("images", "skipped", "ignored", "other_classes"):
        counts = [f"{count} {name}" for name, count in numbers[what].items() if count]
        print(f"{what}: {', '.join(counts) or 'none'}")


if __name__ == "__main__":
    run(main)
