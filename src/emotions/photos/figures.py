"""What is known of a model on photos: `metrics/photos/….json`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from emotions.runtime.atomic_files import write_json


class _Figures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SizeFigures(_Figures):
    """The photos whose face has a side of `least` to `most` pixels.

    Attributes:
        least: Pixels.
        most: Pixels.
        photos: Their number.
        found: In how many of them the face was found.
        right: In how many of them it was found, and its expression told as its label says.
        right_originals: How many of the same faces are told so as they are, in 48x48 pixels.
    """

    least: int
    most: int
    photos: int
    found: int
    right: int
    right_originals: int


class PhotoFigures(_Figures):
    """Detection and recognition in photos, beside recognition of the faces that were placed in them.

    Attributes:
        generated: The faces were drawn by a program.
        photos: Their number; each has an unseen test image in it.
        found: In how many the face was found.
        right: In how many it was found, and its expression told as its label says.
        right_originals: How many of the same faces are told so as they are, in 48x48 pixels.
        right_found_originals: The same, of those that were found.
        false_faces: Boxes where there is no face, in all photos.
        by_size: The same by the side of the placed square.
    """

    generated: bool
    photos: int
    found: int
    right: int
    right_originals: int
    right_found_originals: int
    false_faces: int
    by_size: tuple[SizeFigures, ...]

    def write(self, path: Path) -> None:
        """Write JSON."""
        write_json(path, self.model_dump(mode="json"))
