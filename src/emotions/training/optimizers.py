"""A cell's optimizer and its learning rate."""

from emotions.runtime.keras_types import LearningRateSchedule, Optimizer, Tensor
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import Train
from emotions.training.muon import Muon

_NO_DECAY = r"(^|/)(gamma|beta|bias)(:\d+)?$"
"""The variables that weight decay leaves alone, those of norms, and biases: a pattern of their paths."""


def optimizer(settings: Train, steps: int) -> Optimizer:
    """Return Keras's optimizer for a run of that many steps."""
    options = {
        "learning_rate": learning_rate(settings, steps),
        "weight_decay": settings.weight_decay or None,
        "use_ema": settings.ema > 0,
        "ema_momentum": settings.ema,
    }
    made: Optimizer
    match settings.optimizer:
        case "rmsprop":
            made = keras.optimizers.RMSprop(**options)
        case "adam":
            made = keras.optimizers.Adam(**options)
        case "sgd":
            made = keras.optimizers.SGD(momentum=settings.momentum, nesterov=settings.nesterov, **options)
        case "muon":
            made = Muon(
                momentum=settings.momentum,
                nesterov=settings.nesterov,
                adam_lr_ratio=settings.adam_lr_ratio,  # weight decay goes by the whole learning rate
                adam_weight_decay=options["weight_decay"],
                **options,
            )
    made.exclude_from_weight_decay(var_names=[_NO_DECAY])
    return made


def learning_rate(settings: Train, steps: int) -> float | LearningRateSchedule:
    """Return the learning rate of all steps, or the schedule that gives each step its own."""
    warmup_steps = min(round(settings.warmup * steps), steps - 1)
    match settings.schedule:
        case "constant":
            return settings.learning_rate
        case "cosine":
            return keras.optimizers.schedules.CosineDecay(
                0.0 if warmup_steps else settings.learning_rate,
                decay_steps=steps - warmup_steps,
                warmup_target=settings.learning_rate if warmup_steps else None,
                warmup_steps=warmup_steps,
            )
        case "one_cycle":
            return OneCycle(settings.learning_rate, warmup_steps, steps)


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras has no types
    """A learning rate that rises linearly to its peak and falls linearly to 0.

    The shape is that of L. N. Smith and N. Topin, Super-Convergence (2018), arXiv 1708.07120, without its
    last, still lower phase; the momentum, which they let fall and rise, stays.
    """

    def __init__(self, peak: float, warmup_steps: int, steps: int) -> None:
        """Reach `peak` after `warmup_steps` of `steps` steps."""
        super().__init__()
        self.peak = peak
        self.warmup_steps = warmup_steps
        self.steps = steps

    def __call__(self, step: Tensor) -> Tensor:
        """Return the learning rate of a step, which count from 0."""
        ops = keras.ops
        step = ops.cast(step, "float32")
        up = (step + 1) / (self.warmup_steps + 1)
        down = (self.steps - step) / (self.steps - self.warmup_steps)
        return self.peak * ops.maximum(ops.minimum(up, down), 0.0)

    def get_config(self) -> dict[str, float]:
        """Return what the constructor takes."""
        return {"peak": self.peak, "warmup_steps": self.warmup_steps, "steps": self.steps}
