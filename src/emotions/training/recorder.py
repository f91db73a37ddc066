"""The history of a run, and what its steps cost."""

from emotions.runtime.keras_types import LearningRateSchedule
from emotions.runtime.tensorflow_import import keras
from emotions.training.checkpoint import State

COLUMNS = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]
"""Of a history. Epochs count from 1; `learning_rate` is what the epoch's last step was trained with. `loss`
is what is minimised, with label smoothing, `val_loss` the same on the labels of `validation`. `accuracy`
compares the argmax of scores and targets: the label, unless images are mixed."""


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Keeps the history with each epoch's learning rate, and adds up what the steps cost."""

    def __init__(self, state: State, cost: float, rate: float | LearningRateSchedule) -> None:
        """Take the mean cost of a step in MACs, and the learning rate or its schedule."""
        super().__init__()
        self._state = state
        self._cost = cost
        self._rate = rate
        self._steps = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Count a step."""
        self._steps += 1

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep an epoch's logs."""
        optimizer = self.model.optimizer
        # The optimizer's own rate is what the plateau made of it, or that of the step to come.
        rate = self._rate(optimizer.iterations - 1) if callable(self._rate) else optimizer.learning_rate
        found = {"epoch": epoch + 1, **(logs or {}), "learning_rate": float(keras.ops.convert_to_numpy(rate))}
        self._state.history.append(found)
        self._state.macs += round(self._cost * self._steps)
        self._steps = 0
