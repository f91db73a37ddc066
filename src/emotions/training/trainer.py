"""A cell's model as it is trained."""

from typing import Any

from emotions.data.pixel_statistics import Statistics
from emotions.models.augmentation import augmentation
from emotions.models.build import build
from emotions.models.losses import accuracy, crossentropy
from emotions.runtime import hardware
from emotions.runtime.keras_types import Layer, Model, Tensor
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import Cell
from emotions.training.optimizers import optimizer


def compiled(cell: Cell, statistics: Statistics, classes: int, input_size: int, *, steps: int) -> "Trainer":
    """Build a cell's model, and compile it for a training of so many steps; its optimizer is built too.

    Raises:
        UserError: The cell's weights can't be had, or do not fit its backbone.
    """
    settings = cell.train
    # Built first, so augmentation cannot change the initial weights.
    model = build(cell, statistics, classes, input_size)
    trainer = Trainer(model, augmentation(settings, classes))
    trainer.compile(
        optimizer=optimizer(settings, steps),
        loss=crossentropy(settings.activation, settings.label_smoothing),
        metrics=[keras.metrics.MeanMetricWrapper(accuracy, name="accuracy")],
        jit_compile=hardware.use_xla(deterministic=settings.deterministic),
    )
    trainer.optimizer.build(trainer.trainable_variables)
    return trainer


class Trainer(keras.Model):  # type: ignore[misc]  # Keras has no types
    """Trains the layers of another model, and augments in training steps alone.

    So what is saved knows nothing of augmentation: a plain call of it, which Keras's augmentation layers take
    for training, changes no image.
    """

    def __init__(self, model: Model, augment: Layer | None) -> None:
        """Take a functional model, and what `emotions.models.augmentation` made."""
        super().__init__(model.input, model.output, name=model.name)
        self.dtype_policy = model.dtype_policy  # which tells `compile` to scale the loss in float16
        self.augment = augment

    def train_step(self, data: tuple[Tensor, Tensor]) -> dict[str, Any]:
        """Train on a batch of (N, 48, 48, 1) uint8 images, and (N,) class indices."""
        if self.augment is not None:
            data = self.augment(*data)
        step: dict[str, Any] = super().train_step(data)
        return step
