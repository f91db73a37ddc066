"""Names for what Keras and TensorFlow leave untyped: they tell a reader what a checker can't know."""

from typing import Any, TypeAlias

Tensor: TypeAlias = Any
"""A tensor, symbolic or not, of TensorFlow or Keras."""

Model: TypeAlias = Any
"""A `keras.Model`."""

Layer: TypeAlias = Any
"""A `keras.layers.Layer`."""

Dataset: TypeAlias = Any
"""A `tf.data.Dataset`."""

Optimizer: TypeAlias = Any
"""A `keras.optimizers.Optimizer`."""

LearningRateSchedule: TypeAlias = Any
"""A `keras.optimizers.schedules.LearningRateSchedule`."""

Callback: TypeAlias = Any
"""A `keras.callbacks.Callback`."""

Strategy: TypeAlias = Any
"""A `tf.distribute.Strategy`."""
