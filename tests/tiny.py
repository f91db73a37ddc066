"""Backbones that train in a blink."""

import keras


class Tiny:
    """What `emotions.models.backbones.Backbone` is, as far as building a model needs it."""

    name = "Tiny"
    smallest = 8
    channels = 3
    any_size = False

    def classifier(self, input_size, classes):
        layers = [
            keras.Input((input_size, input_size, 3)),
            keras.layers.AveragePooling2D(8),
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu"),
            *self.tail(),
            keras.layers.Dense(classes),
        ]
        return keras.Sequential(layers, name="Tiny")

    def tail(self):
        return []


class Dropping(Tiny):
    """With a dropout, whose seed is a part of the run's state, and a moving average."""

    def tail(self):
        return [keras.layers.BatchNormalization(), keras.layers.Dropout(0.3)]


class Growing(Tiny):
    """With weights that serve faces of every size."""

    any_size = True

    def classifier(self, input_size, classes):
        layers = [
            keras.Input((input_size, input_size, 3)),
            keras.layers.Conv2D(12, 8, strides=8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(classes),
        ]
        return keras.Sequential(layers, name="Tiny")


def stand_in(patch, backbone):
    """Let a backbone stand in the table, as the only one."""
    for module in ("models.build", "training.phases"):
        patch.setattr(f"emotions.{module}.BACKBONES", {"Tiny": backbone})
