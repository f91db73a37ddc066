"""From a photo to faces with their expressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emotions.data.image_file import resized
from emotions.predict.classifier import Classifier
from emotions.predict.crop import cut_out
from emotions.predict.detector import Box, FaceDetector


@dataclass(frozen=True)
class Face:
    """A face in a photo.

    Attributes:
        box: Where it is; None if it was not looked for, so that it is the whole image.
        ranked: Classes and scores, the likeliest first.
    """

    box: Box | None
    ranked: tuple[tuple[str, float], ...]


class Predictor:
    """A detector and a classifier; loaded once, used for any number of photos.

    Attributes:
        description: The model's classes, and whether its faces were generated.
    """

    def __init__(self, classifier: Classifier, detector: FaceDetector | None = None) -> None:
        self.description = classifier.description
        self._classifier = classifier
        self._detector = detector

    @classmethod
    def load(cls, model: Path, *, detect: bool = True) -> Self:
        """Load a model's ONNX file and, if faces are to be found, the detector.

        Raises:
            UserError: The file is no model that can be used (`Classifier.load`).
        """
        return cls(Classifier.load(model), FaceDetector() if detect else None)

    def faces(self, image: Image.Image) -> list[Face]:
        """Find the faces in an upright image of mode L or RGB, left to right, and rank their expressions.

        Without a detector the image is one face. Colours become grey by ITU-R 601 luma, as in training.

        Raises:
            UserError: The model fails.
        """
        grey = image.convert("L")
        if self._detector is None:
            return self._ranked([None], [np.asarray(resized(grey))])
        boxes = self._detector.boxes(np.asarray(image.convert("RGB")))
        pixels = np.asarray(grey)
        return self._ranked(boxes, [cut_out(pixels, box) for box in boxes])

    def _ranked(self, boxes: Sequence[Box | None], faces: Sequence[NDArray[np.uint8]]) -> list[Face]:
        if not boxes:
            return []
        classes = self.description.classes
        return [
            Face(box, tuple((classes[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")))
            for box, scores in zip(boxes, self._classifier.scores(np.stack(faces)), strict=True)
        ]
