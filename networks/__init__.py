'''Backbones of your own: a module each, with a function that is called as Keras Applications are.

`networks/my_net.py`:

    import keras

    def MyNet(*, weights, input_shape, include_top=True, pooling=None, classes=1000,
              classifier_activation="softmax"):
        """Build the untrained network."""
        images = keras.Input(input_shape)
        features = keras.layers.Conv2D(32, 3, activation="relu")(images)
        features = keras.layers.GlobalAveragePooling2D()(features)
        if include_top:
            features = keras.layers.Dense(classes, classifier_activation)(features)
        return keras.Model(images, features, name="MyNet")

`params.yaml`:

    grid:
      backbones: [..., MyNet]
    backbones:
      MyNet:
        network: networks.my_net:MyNet

With `include_top` the last layer must be a dense one of `classes` units; dropout is put before it, and
`classifier_activation` is None, so that it gives logits. Without `include_top` the model must give the pooled
features. `weights` is None: a file that a variant names as `weights` is loaded afterwards.
The model is made of Keras's own layers alone, as its file must load where this folder is not.

Stage `plan` depends on this folder. A cell depends on the modules that its own network imports from here and
from `src/`, and on no other backbone's; what they import from other packages, and files that they read, are
not watched. Import by full names (`from networks.blocks import ...`).
'''
