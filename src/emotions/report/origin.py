"""Where faces come from, in words."""

from collections.abc import Mapping

from emotions.report.grid import EvaluatedCell
from emotions.report.stage_files import Dataset
from emotions.settings.base import Source

FACES: Mapping[Source, str] = {
    "kaggle": "photographs from Kaggle",
    "archive": "photographs from an archive in Kaggle's layout",
    "synthetic": "GENERATED, drawn by a program",
}

KNOWN: Mapping[str, str] = {
    "0deaf89b983f46bae0c436cc00c0ba1641924d06855fd7cb6b0045fe18cde9a0": (
        "photographs from an archive in Kaggle's layout that was made from FER2013, without its class "
        "Disgust, and served locally to Kaggle's own client"
    )
}
"""SHA-256 of prepared faces -> what no stage can know of them, where it is known."""


def faces(source: Source, sha256: str | None) -> str:
    """Say where faces come from; `sha256` is that of the prepared ones, None if it is not recorded."""
    return KNOWN.get(sha256 or "", FACES[source])


def of_cell(cell: EvaluatedCell, dataset: Dataset) -> str:
    """Say where a cell's faces come from; today's are taken for those of which it is not recorded."""
    made = cell.details.fingerprint
    same = dataset.faces_sha256 if cell.details.source == dataset.source else None
    return faces(cell.details.source, made.faces if made else same)
