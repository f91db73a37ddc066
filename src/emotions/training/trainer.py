"""A cell's model as it is trained."""

from typing import Any

import keras

from emotions import hardware
from emotions.faces import Faces
from emotions.models.augmentation import augmentation
from emotions.models.build import build
from emotions.models.losses import accuracy, crossentropy
from emotions.settings.cell import Cell
from emotions.statistics import Statistics
from emotions.training.optimizers import optimizer
from emotions.training.self_adaptation import SelfAdaptiveTargets
from emotions.untyped import Layer, Model, Tensor


def compiled(cell: Cell, input_size: int, statistics: Statistics, faces: Faces, steps: int) -> "Trainer":
    """Build a cell's model and compile it for a run of `epochs` times `steps` steps; its optimizer is built.

    Raises:
        UserError: The cell's weights can't be had, or do not fit its backbone.
    """
    settings, classes = cell.train, len(faces.classes)
    total = settings.epochs * steps
    # Built first, and alone: so what it starts from does not hang on what is augmented.
    model = build(cell, statistics, classes, input_size)
    adaptation = None
    if settings.self_adaptation:
        labels = faces.targets("train")
        adaptation = SelfAdaptiveTargets(labels, classes, settings.self_adaptation, total)
    trainer = Trainer(model, augmentation(settings, classes), adaptation)
    trainer.compile(
        optimizer=optimizer(settings, total),
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

    def __init__(self, model: Model, augment: Layer | None, adaptation: SelfAdaptiveTargets | None) -> None:
        """Take a functional model, what `emotions.models.augmentation` made, and the targets if they move."""
        super().__init__(model.input, model.output, name=model.name)
        self.dtype_policy = model.dtype_policy  # which tells `compile` to scale the loss in float16
        self.augment = augment
        self.adaptation = adaptation

    def train_step(self, data: tuple[Tensor, Tensor]) -> dict[str, Any]:
        """Train on a batch of (N, 48, 48, 1) uint8 images and (N,) class indices.

        Where targets move, a pair of indices and rows of the training images stands in the indices' place.
        """
        images, targets = data
        if self.augment is not None:
            if isinstance(targets, tuple):
                images, _ = self.augment(images, targets[0])
            else:
                images, targets = self.augment(images, targets)
        step: dict[str, Any] = super().train_step((images, targets))
        return step

    def compute_loss(
        self,
        x: Tensor = None,
        y: Tensor | tuple[Tensor, Tensor] = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        """Return the loss of targets, or of what those of a pair of targets and rows have become."""
        if self.adaptation is not None and isinstance(y, tuple):
            y, sample_weight = self.adaptation(y[1], y_pred, self.optimizer.iterations)
        return super().compute_loss(x, y, y_pred, sample_weight, training)

    def compute_metrics(
        self, x: Tensor, y: Tensor | tuple[Tensor, Tensor], y_pred: Tensor, sample_weight: Tensor = None
    ) -> dict[str, Any]:
        """Measure against the labels, moved or not."""
        labels = y[0] if isinstance(y, tuple) else y
        measured: dict[str, Any] = super().compute_metrics(x, labels, y_pred, sample_weight)
        return measured
