"""Mean, standard deviation and ZCA matrix of the training images."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emotions.runtime.atomic_files import read_arrays, write_arrays


@dataclass(frozen=True, eq=False)
class Statistics:
    """Statistics of one-channel images with pixels scaled to 0..1.

    They are those of Keras's `ImageDataGenerator` with `featurewise_center`,
    `featurewise_std_normalization` and `zca_whitening`, but for `zca_epsilon`: see
    `emotions.data.zca.measure`.

    Attributes:
        mean: Over all pixels of all images, the one number that Keras subtracts.
        std: Likewise; Keras divides by `std + 1e-6`.
        whitening: (d, d) float32, symmetric, d = 2304 for faces: an image x, centred by `mean` and
            flattened, becomes x @ whitening.
    """

    mean: float
    std: float
    whitening: NDArray[np.float32]

    def save(self, path: Path) -> None:
        """Write an uncompressed `.npz` without pickles; equal statistics give equal bytes."""
        write_arrays(
            path,
            {"mean": np.array(self.mean), "std": np.array(self.std), "whitening": self.whitening},
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            UserError: The file is missing, damaged, or holds something else.
        """
        return read_arrays(
            path,
            "statistics",
            "run `dvc repro zca`",
            lambda arrays: cls(
                mean=float(arrays["mean"]), std=float(arrays["std"]), whitening=arrays["whitening"]
            ),
        )
