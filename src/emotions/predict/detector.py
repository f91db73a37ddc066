"""Find faces with YuNet, whose weights are part of this package, through OpenCV."""

from dataclasses import dataclass
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from emotions.runtime import cpu

SCORE_THRESHOLD = 0.6
_NMS_IOU = 0.3
_TOP_K = 5000
_LONG_SIDES = (1280, 320)
"""Pixels. YuNet was trained on faces of 10 to 300: the small picture is for those that fill a photo."""


@dataclass(frozen=True)
class Box:
    """Where a face is, in pixels of the upright image.

    Attributes:
        x: Of the left edge.
        y: Of the upper edge.
        width: In pixels.
        height: In pixels.
        confidence: 0 to 1; how sure the detector is that it is a face.
    """

    x: float
    y: float
    width: float
    height: float
    confidence: float


class FaceDetector:
    """YuNet (W. Wu et al., 2023) on two sizes of each image."""

    def __init__(self) -> None:
        cv2.setNumThreads(cpu.threads())
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # it warns of its own defaults
        weights = np.frombuffer(files("emotions.predict").joinpath("yunet.onnx").read_bytes(), np.uint8)
        nothing = np.zeros(0, np.uint8)
        self._network = cv2.FaceDetectorYN.create(
            "onnx", weights, nothing, (320, 320), SCORE_THRESHOLD, _NMS_IOU, _TOP_K
        )

    def boxes(self, image: NDArray[np.uint8]) -> list[Box]:
        """Find the faces in an (H, W, 3) uint8 RGB image, from left to right.

        A face that fills the image is found too, and so are faces of ten pixels in an image of 1,280.
        """
        height, width = image.shape[:2]
        most, least = _LONG_SIDES
        long = max(height, width)
        picture, rows = image, []
        for side in dict.fromkeys((min(max(long, least), most), least)):
            picture = _scaled(
                picture, max(round(width * side / long), 1), max(round(height * side / long), 1)
            )
            rows.append(self._detect(picture, width, height))
        found = np.concatenate(rows)
        return sorted(
            (Box(*map(float, found[i])) for i in self._suppressed(found)),
            key=lambda box: (box.x, box.y),
        )

    def _detect(self, picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float64]:
        """Return (n, 5): boxes in pixels of the whole image, which has this size, and confidences."""
        size = picture.shape[1], picture.shape[0]
        self._network.setInputSize(size)
        found = self._network.detect(np.ascontiguousarray(picture[..., ::-1]))[1]
        if found is None:
            return np.zeros((0, 5))
        boxes = found[:, [0, 1, 2, 3, 14]].astype(np.float64)
        boxes[:, :4] /= np.tile([size[0] / width, size[1] / height], 2)
        return boxes[np.isfinite(boxes).all(axis=1) & (boxes[:, 2:4] >= 1).all(axis=1)]

    @staticmethod
    def _suppressed(found: NDArray[np.float64]) -> list[int]:
        """Return the rows that non-maximum suppression leaves, as both sizes may show a face."""
        kept = cv2.dnn.NMSBoxes(found[:, :4].tolist(), found[:, 4].tolist(), SCORE_THRESHOLD, _NMS_IOU)
        return [int(i) for i in kept]


def _scaled(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    if image.shape[:2] == (height, width):
        return image
    how = cv2.INTER_AREA if width < image.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), np.uint8)
