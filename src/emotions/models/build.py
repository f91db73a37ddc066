"""A cell's model, built."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from emotions.faces import SIZE
from emotions.models.backbones import BACKBONES
from emotions.models.batch_norm import fuse
from emotions.models.preprocessing import normalize, to_rgb
from emotions.models.weights import pretrained
from emotions.settings.cell import Cell
from emotions.statistics import Statistics
from emotions.untyped import Model


def build(cell: Cell, statistics: Statistics, classes: int) -> Model:
    """Build a cell's model: (N, 48, 48, 1) uint8 pixels in, (N, classes) float32 scores out.

    From scratch the backbone keeps the head that Keras gives it; on given weights its head is global
    average pooling and one dense layer. The last layer, `scores`, is the output activation alone: what
    goes into it are the logits.

    Raises:
        UserError: The weights can't be had, or do not fit the backbone.
    """
    backbone = BACKBONES[cell.backbone]
    with _policy(cell.train.precision):
        pixels = keras.Input((SIZE, SIZE, 1), dtype="uint8", name="pixels")
        rgb = to_rgb(normalize(pixels, cell.train.preprocessing, statistics), cell.input_size)
        if cell.train.weights is None:
            network = backbone.classifier(cell.input_size, classes)
            logits = network(rgb)
        else:
            network = pretrained(backbone, cell.input_size, cell.train.weights, cell.weights_sha256)
            logits = keras.layers.Dense(classes, name="logits")(network(rgb))
        fuse(network)
        # Softmax loses what it needs in 16 bits: the scores are float32 under every policy.
        scores = keras.layers.Activation(cell.train.activation, dtype="float32", name="scores")(logits)
        # Under the policy too: it is the model's that tells the optimizer to scale the loss in float16.
        return keras.Model(pixels, scores, name=cell.backbone)


@contextmanager
def _policy(precision: str) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
