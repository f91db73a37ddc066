"""Write what was found: a line a face, CSV or JSON, each photo as soon as it is done."""

import csv
import json
import sys
from collections.abc import Sequence

from emotions.predict.detector import Box
from emotions.predict.inputs import shown
from emotions.predict.model_description import WARNING, ModelDescription
from emotions.predict.predictor import Face


class Output:
    """Takes photos one after the other."""

    def photo(self, name: str, faces: Sequence[Face]) -> None:
        """Write a photo's faces, or that it has none."""
        raise NotImplementedError

    def bad(self, name: str, reason: str) -> None:
        """Write that a photo could not be taken, if there is a place for it; the error stream has it too."""

    def end(self) -> None:
        """Write what comes after the last photo, if anything does."""


def rounded(box: Box) -> tuple[int, int, int, int]:
    """Return left, upper, width and height in whole pixels."""
    return round(box.x), round(box.y), round(box.width), round(box.height)


class Lines(Output):
    """`photo.jpg  12,30,96,120  happy 0.972  neutral 0.011  …`, two spaces between fields."""

    def photo(self, name: str, faces: Sequence[Face]) -> None:
        """Write a line a face."""
        for face in faces:
            box = [",".join(map(str, rounded(face.box)))] if face.box else []
            _write(
                "  ".join([shown(name), *box, *(f"{one} {score:.3f}" for one, score in face.ranked)]) + "\n"
            )
        if not faces:
            _write(f"{shown(name)}  no face found\n")


class Csv(Output):
    """A row a face; one without a face for a photo that has none."""

    def __init__(self, description: ModelDescription) -> None:
        self._classes = description.classes
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        box = ("x", "y", "width", "height", "confidence")
        self._writer.writerow(["file", *box, "expression", *self._classes])

    def photo(self, name: str, faces: Sequence[Face]) -> None:
        """Write a row a face, its scores in the model's order."""
        for face in faces:
            box = [*rounded(face.box), f"{face.box.confidence:.3f}"] if face.box else [""] * 5
            scores = dict(face.ranked)
            figures = (f"{scores[one]:.6f}" for one in self._classes)
            self._writer.writerow([name, *box, face.ranked[0][0], *figures])
        if not faces:
            self._writer.writerow([name, *[""] * (6 + len(self._classes))])
        sys.stdout.flush()


class Json(Output):
    """One array, an object a photo on a line of its own; a bad one has `error` in place of `faces`."""

    def __init__(self, description: ModelDescription) -> None:
        self._warning = {"warning": WARNING} if description.generated else {}
        self._before = "[\n"

    def photo(self, name: str, faces: Sequence[Face]) -> None:
        """Write a photo's faces."""
        self._object({"file": name, "faces": [_content(face) for face in faces], **self._warning})

    def bad(self, name: str, reason: str) -> None:
        """Write why a photo could not be taken."""
        self._object({"file": name, "error": reason})

    def end(self) -> None:
        """End the array."""
        _write("]\n", before="\n")

    def _object(self, content: object) -> None:
        _write(json.dumps(content), before=self._before)
        self._before = ",\n"


def _content(face: Face) -> dict[str, object]:
    box = None
    if face.box:
        x, y, width, height = rounded(face.box)
        box = {"x": x, "y": y, "width": width, "height": height, "confidence": round(face.box.confidence, 4)}
    return {
        "box": box,
        "expression": face.ranked[0][0],
        "scores": {one: round(s, 6) for one, s in face.ranked},
    }


def _write(text: str, before: str = "") -> None:
    sys.stdout.write(before + text)
    sys.stdout.flush()
