"""A cell's model as it is trained."""

from typing import Any

import keras

from emotions.untyped import Layer, Model, Tensor


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
        """Train on a batch of (N, 48, 48, 1) uint8 images and (N,) class indices."""
        if self.augment is not None:
            data = self.augment(*data)
        step: dict[str, Any] = super().train_step(data)
        return step
