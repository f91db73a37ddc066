"""A cell's model, built."""

from collections.abc import Iterator
from contextlib import contextmanager

from emotions.data.faces import SIZE
from emotions.data.pixel_statistics import Statistics
from emotions.models.backbones import classifier
from emotions.models.batch_norm import fuse
from emotions.models.preprocessing import normalize, resize, to_rgb
from emotions.models.weights import pretrained
from emotions.runtime.keras_types import Layer, Model
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import Cell


def build(cell: Cell, statistics: Statistics, classes: int, input_size: int | None = None) -> Model:
    """Build a cell's model: (N, 48, 48, 1) uint8 pixels in, (N, classes) float32 scores out.

    The backbone sees faces of `input_size` pixels, the cell's own if that is None. From scratch it keeps its
    own head; on given weights its head is global average pooling and one dense layer. The last layer,
    `scores`, is the output activation alone: what goes into it are the logits.

    Raises:
        UserError: The network or the weights can't be had, or do not fit each other.
    """
    with _policy(cell.train.precision):
        pixels = keras.Input((SIZE, SIZE, 1), dtype="uint8", name="pixels")
        size = input_size or cell.input_size
        images = resize(normalize(pixels, cell.train.preprocessing, statistics), size)
        if cell.channels > 1:
            images = to_rgb(images)
        if cell.train.weights is None:
            network, last = classifier(cell, size, classes), None
            if cell.train.dropout:
                network, last = _before_its_last_layer(network)
        else:
            network = pretrained(cell, size, cell.train.weights)
            last = keras.layers.Dense(classes, name="logits")
        logits = network(images)
        if cell.train.dropout:
            logits = keras.layers.Dropout(cell.train.dropout, name="dropout")(logits)
        if last is not None:
            logits = last(logits)
        fuse(network)
        # Softmax loses what it needs in 16 bits: the scores are float32 under every policy.
        scores = keras.layers.Activation(cell.train.activation, dtype="float32", name="scores")(logits)
        # Under the policy too: it is the model's that tells the optimizer to scale the loss in float16.
        return keras.Model(pixels, scores, name=cell.backbone)


def _before_its_last_layer(network: Model) -> tuple[Model, Layer]:
    last = network.layers[-1]
    return keras.Model(network.inputs, last.input, name=network.name), last


@contextmanager
def _policy(precision: str) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
