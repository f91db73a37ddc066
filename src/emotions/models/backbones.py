"""The table of backbones: Keras Applications and `CompactCNN`, from scratch or on top of given weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model


@dataclass(frozen=True)
class Backbone:
    """An architecture, of `keras.applications` unless this project has one of that name.

    Attributes:
        name: Its name there.
        smallest: The smallest height and width in pixels that it takes.
        channels: 3 for RGB, 1 for grey.
        imagenet: Whether there are weights from ImageNet.
        any_size: Whether the same weights serve every height and width; those of a dense layer on a
            flattened map do not.
    """

    name: str
    smallest: int = 32
    channels: int = 3
    imagenet: bool = True
    any_size: bool = True

    def classifier(self, input_size: int, classes: int) -> Model:
        """Build the untrained network with its own head: (N, size, size, channels) in, logits out.

        VGG's head is two layers of 4,096 units and a dense layer, the others' is global average pooling
        and a dense layer. The output is linear, so that every activation can stand on it.
        """
        return self._application()(
            weights=None,
            input_shape=(input_size, input_size, self.channels),
            classes=classes,
            classifier_activation=None,
        )

    def features(self, input_size: int, weights: str | None) -> Model:
        """Build the network without its head: images in, globally average-pooled features out.

        Raises:
            UserError: ImageNet's weights could not be downloaded, or there are none.
        """
        try:
            return self._application()(
                weights=weights,
                include_top=False,
                pooling="avg",
                input_shape=(input_size, input_size, self.channels),
            )
        except Exception as error:
            # What Keras's downloader raises when the network fails is a bare Exception.
            if weights is None or "URL fetch failure" not in str(error):
                raise
            raise UserError(
                f"train.weights: the {weights} weights of {self.name} can't be downloaded ({error}); without "
                "a network, name a file: a .keras model, or the .h5 of Keras Applications without its top"
            ) from None

    def _application(self) -> Callable[..., Model]:
        # Not at the top: the plan stage needs the names alone, and TensorFlow takes seconds to import.
        from emotions.models.compact_cnn import CompactCNN  # noqa: PLC0415
        from emotions.runtime.tensorflow_import import keras  # noqa: PLC0415

        own = {CompactCNN.__name__: CompactCNN}
        return cast("Callable[..., Model]", own.get(self.name) or getattr(keras.applications, self.name))


BACKBONES: Mapping[str, Backbone] = MappingProxyType(
    {
        backbone.name: backbone
        for backbone in (
            Backbone("ResNet50V2"),
            Backbone("ResNet101V2"),
            Backbone("InceptionV3", smallest=75),
            Backbone("InceptionResNetV2", smallest=75),
            Backbone("VGG16", any_size=False),
            Backbone("VGG19", any_size=False),
            Backbone("DenseNet121"),
            Backbone("DenseNet169"),
            Backbone("NASNetMobile"),
            Backbone("NASNetLarge"),
            Backbone("CompactCNN", smallest=8, channels=1, imagenet=False),
        )
    }
)
