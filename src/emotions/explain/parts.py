"""A model of this pipeline taken apart: preprocessing, backbone, head."""

from dataclasses import dataclass

from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Layer, Model, Tensor
from emotions.runtime.tensorflow_import import keras


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts share the model's weights.

    Attributes:
        preprocessing: (N, 48, 48, 1) uint8 pixels in, (N, H, W, 3 or 1) float32 for the backbone out.
        backbone: The backbone's name.
        input: Its symbolic input.
        steps: Its layers in Keras's order, but for its input, each with its symbolic output.
        output: Its own symbolic output.
        head: Layers between the backbone and the output activation, in order; often there are none.
    """

    preprocessing: Model
    backbone: str
    input: Tensor
    steps: tuple[tuple[Layer, Tensor], ...]
    output: Tensor
    head: tuple[Layer, ...]

    def logits(self, features: Tensor) -> Tensor:
        """Return (N, classes) logits, what goes into the output activation, of the backbone's output."""
        for layer in self.head:
            features = layer(features, training=False)
        return features


def take_apart(model: Model) -> Parts:
    """Take apart what `emotions.models.build` made.

    Raises:
        UserError: The model is another one: it has not one backbone and after it a layer `scores`.
    """
    # Resizing is an operation without being a layer.
    chain = list(model.operations)
    names = [operation.name for operation in chain]
    nested = [i for i, operation in enumerate(chain) if isinstance(operation, keras.Model)]
    if len(nested) != 1 or "scores" not in names[nested[0] :]:
        raise UserError(
            f"the model {model.name} is not one of this pipeline: those have one backbone and after it a "
            f"layer `scores`, and its layers are {', '.join(names)}; `dvc repro` trains them"
        )
    network = chain[nested[0]]
    given, steps = _steps(network)
    return Parts(
        preprocessing=keras.Model(model.input, chain[nested[0] - 1].output),
        backbone=network.name,
        input=given,
        steps=steps,
        # Of a chain its last; not `network.output`, which a chain has in the whole model and not in itself.
        output=steps[-1][1] if isinstance(network, keras.Sequential) else network.outputs[0],
        head=tuple(chain[nested[0] + 1 : names.index("scores")]),
    )


def _steps(network: Model) -> tuple[Tensor, tuple[tuple[Layer, Tensor], ...]]:
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not isinstance(network, keras.Sequential):
        return network.inputs[0], tuple((layer, layer.output) for layer in layers)
    # Keras calls the layers of a chain anew when it loads one: their `output` is no longer the chain's.
    given = tensor = keras.Input(network.inputs[0].shape[1:])
    steps = []
    for layer in layers:
        tensor = layer(tensor)
        steps.append((layer, tensor))
    return given, tuple(steps)
