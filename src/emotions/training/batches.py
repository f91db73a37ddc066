"""Batches for Keras, from faces that stay uint8 until they are inside the model."""

import math

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import Faces
from emotions.runtime.keras_types import Dataset, Tensor
from emotions.runtime.tensorflow_import import tf


class Batches:
    """Batches of (n, 48, 48, 1) uint8 images and (n,) uint8 targets; order is a function of seed and epoch.

    Attributes:
        steps: Batches in an epoch of training.
        images: Images in these.
    """

    def __init__(self, faces: Faces, batch_size: int, seed: int, *, whole: bool) -> None:
        """Take the splits `train` and `validation`; `whole` leaves out an epoch's last, shorter batch."""
        self._faces = faces
        self._batch_size = batch_size
        self._seed = seed
        self._whole = whole
        count = len(faces.rows("train"))
        self.steps = count // batch_size if whole else math.ceil(count / batch_size)
        self.images = self.steps * batch_size if whole else count

    def training(self, epochs: range) -> Dataset:
        """Stream the shuffled batches of these epochs, which count from 0.

        So a run that starts at a later epoch sees what one from the beginning sees there.
        """
        images = tf.constant(self._faces.images("train"))
        targets = tf.constant(self._faces.targets("train"))

        def batches(epoch: Tensor) -> Dataset:
            # Philox gives the same numbers on every device and in every version of TensorFlow.
            key = tf.random.stateless_uniform(
                [len(targets)], [self._seed, epoch], minval=None, maxval=None, dtype=tf.int64, alg="philox"
            )
            order = tf.data.Dataset.from_tensor_slices(tf.argsort(key, stable=True))
            return order.batch(self._batch_size, drop_remainder=self._whole)

        def gather(rows: Tensor) -> tuple[Tensor, Tensor]:
            return tf.gather(images, rows), tf.gather(targets, rows)

        return _options(tf.data.Dataset.range(epochs.start, epochs.stop).flat_map(batches).map(gather))

    def sample(self, count: int) -> NDArray[np.uint8]:
        """Draw that many training images, or take all if there are fewer."""
        images = self._faces.images("train")
        rows = np.random.default_rng(self._seed).permutation(len(images))[:count]
        return images[np.sort(rows)]

    def validation(self) -> Dataset:
        """Stream the batches of `validation` in the order of the rows."""
        images, targets = self._faces.images("validation"), self._faces.targets("validation")
        rows = tf.data.Dataset.from_tensor_slices((images, targets))
        return _options(rows.batch(self._batch_size, drop_remainder=self._whole))


def _options(dataset: Dataset) -> Dataset:
    options = tf.data.Options()
    options.deterministic = True
    # In memory there are no files to shard by.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return dataset.prefetch(2).with_options(options)
