"""Distillation: targets in which a trained network has a share."""

import numpy as np
from numpy.typing import NDArray

from emotions.faces import Faces
from emotions.models.cost import multiply_adds
from emotions.settings.cell import Train
from emotions.untyped import Model

_BATCH = 256


def soft_targets(teacher: Model, faces: Faces, settings: Train) -> tuple[NDArray[np.float32], int]:
    """Mix the labels of the training images with the scores that a teacher gives the images as they are.

    From G. Hinton, O. Vinyals and J. Dean, Distilling the Knowledge in a Neural Network (2015), arXiv
    1503.02531, at a temperature of 1: labels of faces are contested, and scores tell of each image how much.
    That a network can teach one of its own size is T. Furlanello et al., Born-Again Neural Networks (2018),
    arXiv 1805.04770. Where training mirrors images, scores are means over an image and its mirror image.

    Returns:
        (N, classes) probabilities, and the multiply-adds that the scores took.
    """
    assert settings.distillation
    images, share = faces.images("train"), settings.distillation.share
    views = [images, images[:, :, ::-1]] if settings.augmentation.flip else [images]
    scores = np.mean([teacher.predict(view, batch_size=_BATCH, verbose=0) for view in views], axis=0)
    labels = np.eye(len(faces.classes), dtype=np.float32)[faces.targets("train")]
    return (
        ((1 - share) * labels + share * scores).astype(np.float32),
        len(views) * len(images) * multiply_adds(teacher),
    )


def seed_of_student(seed: int, start: int) -> int:
    """Derive a seed from the run's and a student's first epoch, so that it starts unlike its teacher."""
    return int(np.random.SeedSequence((seed, start)).generate_state(1)[0])
