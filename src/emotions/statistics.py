"""What preprocessing knows of the training images: their mean, their spread, and how to whiten them."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emotions.errors import UserError
from emotions.files import write_arrays


@dataclass(frozen=True, eq=False)
class Statistics:
    """Statistics of one-channel images with pixels scaled to 0..1.

    They are those of Keras's `ImageDataGenerator` with `featurewise_center`,
    `featurewise_std_normalization` and `zca_whitening`, but for `zca_epsilon`: see
    `emotions.whitening.measure`.

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
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(
                    mean=float(arrays["mean"]), std=float(arrays["std"]), whitening=arrays["whitening"]
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise UserError(f"{path} can't be read as statistics ({error}): run `dvc repro zca`") from None
