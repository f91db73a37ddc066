"""Batches for Keras, from faces that stay uint8 until they are inside the model."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from emotions.untyped import Dataset, Tensor


def training(
    images: NDArray[np.uint8], targets: NDArray[np.uint8], batch_size: int, seed: int, epochs: range
) -> Dataset:
    """Stream shuffled batches of (images, targets), epoch after epoch, the last batch of each shorter.

    The order within an epoch is a function of the seed and the epoch's number alone: a run that starts at
    a later epoch sees what one from the beginning sees there.

    Args:
        images: (n, 48, 48, 1).
        targets: (n,) class indices.
        batch_size: Images in a batch.
        seed: Of the order.
        epochs: The numbers of the epochs, from 0.
    """
    all_images, all_targets = tf.constant(images), tf.constant(targets)

    def batches(epoch: Tensor) -> Dataset:
        # Philox gives the same numbers on every device and in every version of TensorFlow.
        key = tf.random.stateless_uniform(
            [len(targets)], [seed, epoch], minval=None, maxval=None, dtype=tf.int64, alg="philox"
        )
        order = tf.data.Dataset.from_tensor_slices(tf.argsort(key, stable=True))
        return order.batch(batch_size)

    def gather(rows: Tensor) -> tuple[Tensor, Tensor]:
        return tf.gather(all_images, rows), tf.gather(all_targets, rows)

    numbers = tf.data.Dataset.range(epochs.start, epochs.stop)
    return _options(numbers.flat_map(batches).map(gather))


def validation(images: NDArray[np.uint8], targets: NDArray[np.uint8], batch_size: int) -> Dataset:
    """Stream batches of (images, targets) in the order of the rows."""
    return _options(tf.data.Dataset.from_tensor_slices((images, targets)).batch(batch_size))


def _options(dataset: Dataset) -> Dataset:
    options = tf.data.Options()
    options.deterministic = True
    # In memory there are no files to shard by.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return dataset.prefetch(2).with_options(options)
