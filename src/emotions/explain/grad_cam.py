"""Grad-CAM: which parts of a face raise the logit of a class.

After R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
Localization", ICCV 2017, equations 1 and 2.
"""

import numpy as np
from numpy.typing import NDArray

from emotions.explain.parts import Parts
from emotions.explain.record import GradCam
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Layer, Tensor
from emotions.runtime.tensorflow_import import keras, tf


def last_map(parts: Parts) -> tuple[Layer, Tensor]:
    """Return the layer whose output is the last feature map, (N, H, W, C), and not of a pooling; and that.

    It is the input of the global pooling, and of VGG the last convolution, where the paper takes it too:
    after the pooling behind it VGG has a single pixel left of a face of 48x48.

    Raises:
        UserError: There is none.
    """
    maps = [(layer, out) for layer, out in parts.steps if len(out.shape) == 4 and not _pools(layer)]
    if not maps:
        raise UserError(
            f"the backbone {parts.backbone} has no feature map, a layer with an output of (height, width, "
            "channels) other than a pooling: Grad-CAM needs one. Take it out of grid.backbones"
        )
    return maps[-1]


def _pools(layer: Layer) -> bool:
    return isinstance(
        layer,
        keras.layers.MaxPooling2D
        | keras.layers.AveragePooling2D
        | keras.layers.GlobalMaxPooling2D
        | keras.layers.GlobalAveragePooling2D,
    )


def grad_cam(parts: Parts, faces: NDArray[np.uint8], targets: NDArray[np.intp]) -> GradCam:
    """Compute one map for each face, as in inference.

    A map is the sum of the feature map's channels, each weighted by the mean over its pixels of the gradient
    of the logit with respect to it; what is negative becomes 0.

    Args:
        parts: The model.
        faces: (n, 48, 48) uint8.
        targets: (n,) the class whose logit is explained on each face.

    Raises:
        UserError: The backbone has no feature map.
    """
    layer, symbolic = last_map(parts)
    if not len(faces):
        return GradCam(layer.name, np.zeros((0, *symbolic.shape[1:3]), np.float32), np.zeros(0, np.intp))
    model = keras.Model(parts.input, [symbolic, parts.output])
    rgb = parts.preprocessing(faces[..., np.newaxis], training=False)
    with tf.GradientTape() as tape:
        tape.watch(rgb)
        features, output = model(rgb, training=False)
        logits = tf.cast(parts.logits(output), tf.float32)
        # In inference no face has a part in another's logit: the gradient of their sum is that of each.
        chosen = tf.reduce_sum(logits * tf.one_hot(targets, logits.shape[-1]))
    gradients = tf.cast(tape.gradient(chosen, features), tf.float32)
    weights = tf.reduce_mean(gradients, axis=(1, 2), keepdims=True)
    maps = tf.nn.relu(tf.reduce_sum(weights * tf.cast(features, tf.float32), axis=-1)).numpy()
    known = np.isfinite(logits.numpy()).all(axis=1)
    return GradCam(
        layer=layer.name,
        maps=np.where(np.isfinite(maps), maps, 0).astype(np.float32),
        predicted=np.where(known, logits.numpy().argmax(axis=1), -1),
    )
