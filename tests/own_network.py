"""A backbone as a user would write it: the text of a file in `networks/`."""

NETWORK = '''"""A network of one convolution."""

import keras


def MyNet(*, weights, input_shape, include_top=True, pooling=None, classes=1000, classifier_activation=None):
    images = keras.Input(input_shape)
    maps = keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 8, strides=4)(images))
    features = keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU(name="maps")(maps))
    if include_top:
        features = keras.layers.Dense(classes, classifier_activation)(features)
    return keras.Model(images, features, name="MyNet")
'''
