"""Muon for networks that convolve."""

from emotions.runtime.keras_types import Tensor
from emotions.runtime.tensorflow_import import keras


class Muon(keras.optimizers.Muon):  # type: ignore[misc]  # Keras has no types
    """Gives kernels of convolutions orthogonal steps, and leaves all other variables to Adam.

    From K. Jordan et al., Muon: An optimizer for hidden layers in neural networks (2024): the momentum of a
    (height, width, inputs, outputs) kernel is taken for a (height * width * inputs, outputs) matrix, and the
    step is what lies nearest to it among matrices with orthogonal rows or columns. Keras's own gives such
    steps to matrices alone. The root mean square of a step is 0.2 times the learning rate, about what Adam
    has, after J. Liu et al., Muon is Scalable for LLM Training (2025), arXiv 2502.16982.

    Dense layers are Adam's, as a classifier's last one has to be, and so are kernels with a single input or
    output channel: those of depthwise convolutions, and a first one's on grey images.
    """

    def _should_use_adamw(self, variable: keras.Variable) -> bool:
        return len(variable.shape) != 4 or 1 in variable.shape[-2:]

    def _muon_update_step(
        self, gradient: Tensor, variable: keras.Variable, lr: Tensor, m: keras.Variable
    ) -> None:
        self.assign_add(m, gradient + m * (self.momentum - 1))
        direction = gradient + self.momentum * m if self.nesterov else m
        matrix = keras.ops.reshape(direction, (-1, variable.shape[-1]))
        step = self.lr_adjust(lr * self.zeropower_via_newtonschulz5(matrix, self.ns_steps))
        self.assign_sub(variable, keras.ops.reshape(step, variable.shape))
