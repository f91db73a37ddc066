"""What is measured on: a real archive, or generated faces in its number."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from emotions.data.faces import Faces
from emotions.data.reference_counts import CLASS_COUNTS
from emotions.params import load_params
from emotions.prepare import prepare
from emotions.prepare.layout import arrange
from emotions.settings.cell import Cell
from emotions.settings.data import PreparePlan
from emotions.sources.zips import SafeZip

_PARAMS = load_params(Path(__file__).parents[1] / "params.yaml")
BACKBONES = tuple(_PARAMS.backbones)
PLAN = PreparePlan(seed=_PARAMS.seed, source="archive", classes=_PARAMS.classes, prepare=_PARAMS.prepare)


def cell_of(backbone: str, *, deterministic: bool = True) -> Cell:
    """Return a backbone's `baseline`."""
    cell = next(cell for name, _, cell in _PARAMS.cells() if name == backbone)
    return cell.model_copy(update={"train": cell.train.model_copy(update={"deterministic": deterministic})})


def generated(path: Path) -> None:
    """Write an archive of JPEGs of smooth noise, as many in each class and split as the report counts."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        for folder, counts in zip(("Training", "Testing"), CLASS_COUNTS.values(), strict=True):
            for name in PLAN.classes:
                for number in range(counts[name]):
                    coarse = Image.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8))
                    content = io.BytesIO()
                    coarse.resize((48, 48), Image.Resampling.BICUBIC).save(content, "JPEG", quality=90)
                    archive.writestr(f"{folder}/{folder}/{name}/{number}.jpg", content.getvalue())


def names_of_faces(archive: zipfile.ZipFile) -> list[str]:
    """List what `prepare` takes from an archive."""
    files = [name for name in archive.namelist() if not name.endswith("/")]
    return [file.name for file in arrange(files, PLAN.classes).files]


def subset(archive: Path, share: int, path: Path) -> int:
    """Write an archive of every `share`-th face; return their number."""
    with zipfile.ZipFile(archive) as given, zipfile.ZipFile(path, "w") as written:
        names = names_of_faces(given)[::share]
        for name in names:
            written.writestr(name, given.read(name))
    return len(names)


def faces_of(archive: Path) -> Faces:
    """Prepare an archive as stage `prepare` does."""
    with SafeZip(archive) as opened:
        return prepare(opened, PLAN)[0]
