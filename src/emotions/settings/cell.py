"""One cell of the grid: a backbone under a variant's settings."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from emotions.data.faces import SIZE
from emotions.runtime.environment import OneDnn
from emotions.settings.base import Name, Settings, refuse

Fraction = Annotated[float, Field(ge=0, lt=1)]
Rate = Annotated[float, Field(ge=0)]


class ReduceLROnPlateau(Settings):
    """Keras's callback of that name."""

    monitor: Literal["val_loss", "val_accuracy", "loss", "accuracy"]
    factor: Annotated[float, Field(gt=0, lt=1)]
    patience: Annotated[int, Field(ge=0)]


class Augmentation(Settings):
    """Random changes of the training images, anew at every epoch.

    `flip` mirrors half of them; `shift` and `scale` go up to that share of the side, `rotation` up to so many
    degrees, either way; `erasing` is the probability that a rectangle of noise covers a part of an image.
    """

    flip: bool
    shift: Fraction
    scale: Fraction
    rotation: Annotated[float, Field(ge=0, le=180)]
    erasing: Annotated[float, Field(ge=0, le=1)]


class ResizingPhase(Settings):
    """A share of the epochs on faces of that height and width in pixels."""

    size: Annotated[int, Field(ge=8, lt=SIZE)]
    share: Annotated[float, Field(gt=0, lt=1)]


class Train(Settings):
    """The section `train`, and every key that a variant may change."""

    epochs: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)]
    schedule: Literal["constant", "cosine", "one_cycle"]
    warmup: Fraction
    """The share of the steps in which the learning rate rises to `learning_rate`."""
    optimizer: Literal["rmsprop", "sgd", "adam", "muon"]
    momentum: Fraction
    nesterov: bool
    adam_lr_ratio: Annotated[float | None, Field(gt=0, description="null, or a number above 0")]
    """The share of the learning rate that muon gives to Adam, which trains all but convolutions' kernels."""
    weight_decay: Rate
    """Times the learning rate, the share that a step takes off each weight; norms and biases are spared."""
    ema: Fraction
    """The momentum of a moving average of the weights, which takes their place at the end; 0 is none.

    The averages that batch normalisation keeps stay those of the weights that were trained: with a
    learning rate that does not fall, the two part, but for `precise_batch_norm`.
    """
    precise_batch_norm: Annotated[int, Field(ge=0)]
    """How many training images, as they are, give batch normalisation its statistics before each validation,
    and so at the end; 0 leaves it the moving averages of training.
    """
    activation: Literal["softmax", "relu", "sigmoid"]
    label_smoothing: Fraction
    mixup: Annotated[float, Field(ge=0, le=1)]
    """The alpha of Beta(alpha, alpha), which the shares of two mixed images are drawn from; 0 is none."""
    dropout: Fraction
    """Of the features that the last layer takes."""
    preprocessing: Literal["none", "center", "standardize", "zca"]
    augmentation: Augmentation
    progressive_resizing: tuple[ResizingPhase, ...]
    """In this order; the epochs that are left are trained at full size."""
    reduce_lr_on_plateau: Annotated[
        ReduceLROnPlateau | None, Field(description="null, or monitor, factor and patience")
    ]
    weights: Annotated[
        str | None,
        Field(pattern=r"^imagenet$|\.(keras|h5)$", description="null, imagenet, or a .keras or .h5 file"),
    ]
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"]
    deterministic: bool

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.optimizer not in ("sgd", "muon") and self.momentum:
            refuse("momentum", self.momentum, "0, unless optimizer is sgd or muon")
        if self.nesterov and not self.momentum:
            refuse("nesterov", self.nesterov, "false, unless momentum is above 0")
        if (self.optimizer == "muon") != (self.adam_lr_ratio is not None):
            allowed = "a number, such as 0.3, if optimizer is muon, else null"
            refuse("adam_lr_ratio", self.adam_lr_ratio, allowed)
        if self.schedule != "constant" and self.reduce_lr_on_plateau:
            refuse("schedule", self.schedule, "constant, unless reduce_lr_on_plateau is null")
        if self.schedule == "constant" and self.warmup:
            refuse("warmup", self.warmup, "0, unless schedule is cosine or one_cycle")
        smaller = sum(phase.share for phase in self.progressive_resizing)
        if smaller >= 1:
            refuse("progressive_resizing", smaller, "shares that add up to less than 1")
        sizes = [phase.size for phase in self.progressive_resizing]
        if sizes != sorted(sizes):
            refuse("progressive_resizing", sizes, "sizes that grow")
        return self


class Cell(Settings):
    """All that shapes a cell, and nothing else."""

    backbone: Name
    network: str
    """`module:attribute` of what builds the backbone, called as Keras Applications are."""
    channels: Literal[1, 3]
    """1 for grey input, 3 for RGB."""
    smallest: int
    """The smallest height and width in pixels that the network takes."""
    any_size: bool
    """Whether the same weights serve every height and width."""
    onednn: OneDnn
    """Where oneDNN's kernels are faster for it."""
    input_size: int
    """Height and width in pixels that the faces are resized to."""
    seed: int
    weights_sha256: str | None
    """Of the file that `train.weights` names, so that other weights under the same name make another cell."""
    zca_epsilon: float | None
    """What the whitening adds to eigenvalues; None where nothing is whitened."""
    network_code: dict[str, str]
    """Hash of each module of the project that the network is made by, by its path: other code, another cell.
    An installed package's modules, such as Keras's, are none."""
    train: Train
