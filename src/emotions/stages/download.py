"""Fetch or draw the faces: one verified zip, whatever the source.

python -m emotions.stages.download --plan data/plan/download.json --archive data/raw/faces.zip
"""

from pathlib import Path

from emotions.settings.data import DownloadPlan
from emotions.sources import archive as given
from emotions.sources import kaggle
from emotions.sources import synthetic_archive as synthetic
from emotions.sources.zips import SafeZip
from emotions.stages.command import run


def main(plan: Path, archive: Path) -> None:
    """Write the archive of the source that the plan names."""
    settings = DownloadPlan.read(plan)
    if settings.kaggle:
        kaggle.write_archive(settings.kaggle, archive)
    if settings.archive:
        given.write_archive(settings.archive.path, archive)
    if settings.synthetic:
        drawing, images = settings.synthetic, settings.synthetic.images
        synthetic.write_archive(archive, drawing.classes, images.train, images.test, drawing.seed)
    with SafeZip(archive) as files:
        print(f"{archive}: {len(files.names):,} files, {archive.stat().st_size:,} bytes")


if __name__ == "__main__":
    run(main)
