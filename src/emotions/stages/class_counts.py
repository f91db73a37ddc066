"""Count the images of each class, draw the report's Fig. 7, and keep mean faces.

    python -m emotions.stages.class_counts --faces data/prepared/faces.npz --dataset metrics/dataset.json \
        --counts metrics/class_counts.json --table metrics/class_counts.csv --chart reports/class_counts.png \
        --pictures reports/pictures/faces.npz

Training is all that stands in the folder of that name, as in the report: train and validation.
"""

from pathlib import Path

from emotions.data.class_counts import as_csv, count_classes, draw_chart, read_generated
from emotions.data.faces import Faces
from emotions.data.pictures import FacePictures
from emotions.runtime.atomic_files import write_json, write_text
from emotions.stages.command import run


def main(faces: Path, dataset: Path, counts: Path, table: Path, chart: Path, pictures: Path) -> None:
    """Read the faces, write the counts as JSON, table and chart, and the pictures."""
    data = Faces.load(faces)
    counted = count_classes(data)
    generated = read_generated(dataset)
    write_json(counts, counted)
    write_text(table, as_csv(counted))
    draw_chart(chart, counted, generated)
    FacePictures.of(data, generated=generated).save(pictures)


if __name__ == "__main__":
    run(main)
