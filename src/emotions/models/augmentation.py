"""Augmentation on the device: batches of uint8 faces in, changed ones out."""

import math

from emotions.models.losses import soft
from emotions.runtime.keras_types import Layer, Tensor
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import Augmentation, Train


def augmentation(settings: Train, classes: int) -> Layer | None:
    """Return what changes a batch of training images and its targets; None where nothing is to change."""
    layers = _image_layers(settings.augmentation)
    mixing = None
    if settings.mixup:
        mixing = keras.layers.MixUp(settings.mixup, dtype="float32", name="mixup")
        mixing.supports_jit = False  # XLA has no Gamma distribution
    return Augment(layers, mixing, classes) if layers or mixing else None


class Augment(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Changes images, then mixes them.

    Called with (N, H, W, 1) uint8 images and (N,) class indices, it returns uint8 images of the same shape,
    and what the targets have become: (N, classes) float32 probabilities with mixing, else the same indices.
    """

    def __init__(self, layers: list[Layer], mixing: Layer | None, classes: int) -> None:
        super().__init__(dtype="float32", name="augmentation")
        self._changing = layers
        self._mixing = mixing
        self._classes = classes

    def call(self, images: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Change a batch."""
        images = keras.ops.cast(images, "float32")
        for layer in self._changing:
            images = layer(images, training=True)
        if self._mixing is not None:
            batch = {"images": images, "labels": soft(targets, self._classes)}
            mixed = self._mixing(batch, training=True)
            images, targets = mixed["images"], mixed["labels"]
        return keras.ops.cast(keras.ops.clip(keras.ops.round(images), 0, 255), "uint8"), targets


class RandomAffine(keras.layers.Layer):  # type: ignore[misc]
    """Shifts, scales and rotates about the centre, in one bilinear resampling.

    Keras has a layer for each, which one after the other would blur an image three times. What comes in from
    outside repeats the edge. An image is shifted along both axes by up to the share `shift` of its side,
    enlarged or reduced by up to the share `scale`, and turned by up to `rotation` degrees, uniformly.
    """

    def __init__(self, shift: float, scale: float, rotation: float) -> None:
        super().__init__(dtype="float32", name="affine")
        self.supports_jit = False  # XLA has no projective transform
        self._shift = shift
        self._scale = scale
        self._rotation = math.radians(rotation)
        self._seed = keras.random.SeedGenerator()

    def call(self, images: Tensor, training: bool = True) -> Tensor:
        """Change (N, H, W, C) float32 images."""
        ops = keras.ops
        count = ops.shape(images)[0]
        height, width = images.shape[1:3]
        drawn = keras.random.uniform((4, count), -1.0, 1.0, seed=self._seed)
        x, y = drawn[0] * self._shift * width, drawn[1] * self._shift * height
        # From a place in the result to one in the image, so the result is enlarged by what this divides.
        size = 1 / (1 + self._scale * drawn[2])
        cos, sin = size * ops.cos(self._rotation * drawn[3]), size * ops.sin(self._rotation * drawn[3])
        middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
        zeros = ops.zeros_like(x)
        transforms = [
            *(cos, -sin, middle_x + x - cos * middle_x + sin * middle_y),
            *(sin, cos, middle_y + y - sin * middle_x - cos * middle_y),
            *(zeros, zeros),
        ]
        return ops.image.affine_transform(images, ops.stack(transforms, axis=1), fill_mode="nearest")


def _image_layers(settings: Augmentation) -> list[Layer]:
    layers: list[Layer] = []
    if settings.flip:
        layers.append(keras.layers.RandomFlip("horizontal", dtype="float32", name="flip"))
    if settings.shift or settings.scale or settings.rotation:
        layers.append(RandomAffine(settings.shift, settings.scale, settings.rotation))
    if settings.erasing:
        # As a number it would be the upper end of a range that each image's own probability is drawn from.
        share = settings.erasing, settings.erasing
        layers.append(keras.layers.RandomErasing(share, dtype="float32", name="erasing"))
    return layers
