"""Count how often a placed face is found, and its expression told as its label says."""

import math
from itertools import pairwise

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray
from PIL import Image

from emotions.photos.figures import PhotoFigures, SizeFigures
from emotions.photos.scenes import Scene, place
from emotions.predict.classifier import Classifier
from emotions.predict.crop import square
from emotions.predict.detector import FaceDetector
from emotions.predict.predictor import Face, Predictor

SIZE_STEPS = (30, 40, 60, 100, 200, 400)
"""Pixels, between which the counts are told."""
_IOU_THRESHOLD = 0.3
"""Of the square that is cut out and the one that was placed: intersection over union."""


def measure(
    faces: NDArray[np.uint8], labels: NDArray[np.uint8], classifier: Classifier, seed: int = 0
) -> PhotoFigures:
    """Place each face in a scene of its own, find it there, and tell its expression.

    Args:
        faces: (N, 48, 48) uint8.
        labels: (N,) indices into the model's classes.
        classifier: The model.
        seed: Of the scenes; equal seeds give equal scenes.

    Raises:
        UserError: The model fails.
    """
    predictor = Predictor(classifier, FaceDetector())
    right_originals = classifier.scores(faces).argmax(axis=1) == labels
    sizes = np.zeros(len(faces))
    found, right = np.zeros((2, len(faces)), bool)
    false_faces = 0
    classes = classifier.description.classes
    for number, face in enumerate(faces):
        scene = place(face, Generator(PCG64(SeedSequence((seed, number)))))
        sizes[number] = scene.size
        answers = predictor.faces(Image.fromarray(scene.pixels))
        hits = [answer for answer in answers if _iou(answer, scene) >= _IOU_THRESHOLD]
        false_faces += len(answers) - len(hits)
        if hits:
            best = max(hits, key=lambda answer: _iou(answer, scene))
            found[number] = True
            right[number] = best.ranked[0][0] == classes[labels[number]]
    return PhotoFigures(
        generated=classifier.description.generated,
        photos=len(faces),
        found=int(found.sum()),
        right=int(right.sum()),
        right_originals=int(right_originals.sum()),
        right_found_originals=int((right_originals & found).sum()),
        false_faces=false_faces,
        by_size=tuple(
            SizeFigures(
                least=least,
                most=most,
                photos=int(ours.sum()),
                found=int((found & ours).sum()),
                right=int((right & ours).sum()),
                right_originals=int((right_originals & ours).sum()),
            )
            for least, most in pairwise(SIZE_STEPS)
            if (ours := (sizes >= least) & ((sizes < most) | (most == SIZE_STEPS[-1]))).any()
        ),
    )


def _iou(face: Face, scene: Scene) -> float:
    assert face.box is not None
    left, upper, side = square(face.box)
    x, y = (middle - scene.size / 2 for middle in scene.middle)
    wide = min(left + side, x + scene.size) - max(left, x)
    high = min(upper + side, y + scene.size) - max(upper, y)
    both = max(wide, 0.0) * max(high, 0.0)
    return both / (math.pow(side, 2) + math.pow(scene.size, 2) - both)
