"""How training shows that it goes on: a bar on a terminal, one line an epoch in a log."""

import sys
import time
from typing import Any

from tqdm import tqdm

from emotions.runtime.tensorflow_import import keras
from emotions.training.checkpoint import State


class Stopwatch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Times a run as a whole, and its training steps alone, without the first, which traces the graph."""

    def __init__(self, batch_size: int, state: State) -> None:
        super().__init__()
        self._batch_size = batch_size
        self._state = state
        self._batches = 0
        self._seconds = 0.0
        self._since_step: float | None = None
        self._since_epoch = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start to time the run, or to go on with it at another size, which is traced again."""
        self._since_step = None
        self._since_epoch = time.perf_counter()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start to time the epoch's first step, but for the run's first."""
        if self._since_step is not None:
            self._since_step = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Count a step."""
        now = time.perf_counter()
        if self._since_step is not None:
            self._seconds += now - self._since_step
            self._batches += 1
        self._since_step = now

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add the epoch to the time of the run."""
        now = time.perf_counter()
        self._state.seconds += now - self._since_epoch
        self._since_epoch = now

    def images_per_second(self) -> float | None:
        """Return the mean rate so far; an epoch's last, shorter batch counts as a whole one."""
        return self._batches * self._batch_size / self._seconds if self._batches else None


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """Shows epoch, loss, accuracy, images a second and the time left, on stderr."""

    def __init__(self, epochs: range, steps: int, stopwatch: Stopwatch) -> None:
        """Take all epochs that are left, those of later calls of `fit` too."""
        super().__init__()
        self._epochs = epochs
        self._steps = steps
        self._stopwatch = stopwatch
        self._bar: Any = None
        self._began = 0.0
        self._done = 0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Draw the bar, if anyone can see it."""
        self._began = time.perf_counter()
        total = len(self._epochs) * self._steps
        self._bar = tqdm(total=total, unit="batch", disable=not sys.stderr.isatty(), leave=False)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar."""
        self._done += 1
        rate = self._stopwatch.images_per_second()
        self._bar.set_postfix(
            {key: f"{value:.3f}" for key, value in (logs or {}).items()}
            | ({"images/s": f"{rate:.0f}"} if rate else {}),
            refresh=False,
        )
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Say how the epoch went."""
        rate = self._stopwatch.images_per_second()
        spent = time.perf_counter() - self._began
        left = spent / self._done * (len(self._epochs) * self._steps - self._done)
        values = "  ".join(f"{key} {value:.4g}" for key, value in (logs or {}).items())
        speed = f"{rate:.0f} images/s  " if rate else ""
        self._bar.set_description(f"epoch {epoch + 1}/{self._epochs.stop}")
        self._bar.write(
            f"epoch {epoch + 1}/{self._epochs.stop}  {values}  {speed}{tqdm.format_interval(left)} left",
            file=sys.stderr,
        )

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Take the bar away."""
        self._bar.close()
