"""Networks that train in a blink, called as Keras Applications are."""

from emotions.runtime.tensorflow_import import keras


def Tiny(*, weights, input_shape, classes, classifier_activation):  # noqa: N802
    return _flat("Tiny", [], input_shape, classes, classifier_activation)


def Dropping(*, weights, input_shape, classes, classifier_activation):  # noqa: N802
    """With a dropout, whose seed is a part of the run's state, and a moving average."""
    tail = [keras.layers.BatchNormalization(), keras.layers.Dropout(0.3)]
    return _flat("Dropping", tail, input_shape, classes, classifier_activation)


def Growing(  # noqa: N802
    *, weights, input_shape, include_top=True, pooling=None, classes=None, classifier_activation=None
):
    """With weights that serve faces of every size, and without its head on request."""
    layers = [
        keras.Input(input_shape),
        keras.layers.Conv2D(12, 8, strides=8, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.GlobalAveragePooling2D(),
        *([keras.layers.Dense(classes, classifier_activation)] if include_top else []),
    ]
    return keras.Sequential(layers, name="Growing")


def _flat(name, tail, input_shape, classes, activation):
    layers = [
        keras.Input(input_shape),
        keras.layers.AveragePooling2D(8),
        keras.layers.Flatten(),
        keras.layers.Dense(16, activation="relu"),
        *tail,
        keras.layers.Dense(classes, activation),
    ]
    return keras.Sequential(layers, name=name)
