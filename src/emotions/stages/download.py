"""Fetch or draw the faces: one verified zip, whatever the source.

python -m emotions.stages.download --plan data/plan/download.json --archive data/raw/faces.zip
"""

from pathlib import Path

from emotions.settings.data import DownloadPlan
from emotions.sources import archive as given
from emotions.sources import kaggle, synthetic
from emotions.stages.command import run
from emotions.zips import SafeZip


def main(plan: Path, archive: Path) -> None:
    """Write the archive of the source that the plan names."""
    settings = DownloadPlan.read(plan)
    data = settings.data
    match data.source:
        case "kaggle":
            kaggle.write_archive(data.kaggle, archive)
        case "archive":
            given.write_archive(data.archive.path, archive)
        case "synthetic":
            drawn = data.synthetic
            synthetic.write_archive(archive, settings.classes, drawn.train, drawn.test, settings.seed)
    with SafeZip(archive) as files:
        print(f"{archive}: {len(files.names):,} files, {archive.stat().st_size:,} bytes, from {data.source}")


if __name__ == "__main__":
    run(main)
