"""What stage `layers` keeps of a model: one small file a backbone, for the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emotions.runtime.atomic_files import read_arrays, write_arrays

LEVELS = 15
"""Shades of an output: with one more for what is between pictures, two fit into a byte of a PNG."""


@dataclass(frozen=True, eq=False)
class Output:
    """What a layer gives for one face.

    Attributes:
        name: Of the layer.
        kind: Its class in Keras.
        shape: Of its output for one face.
        levels: (channels, H, W) uint8, 0 to `LEVELS` - 1: the first of its channels, all on one scale.
        low: What level 0 stands for, and everything below it; NaN if there is no number.
        high: What the highest level stands for, and everything above it.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    levels: NDArray[np.uint8]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class GradCam:
    """Maps of what speaks for a class, one for each face.

    Attributes:
        layer: The name of the layer whose output they are made from.
        maps: (n, H, W) float32, 0 and more, as small as that output.
        predicted: (n,) the class that the model takes each face for, -1 where a logit is no number.
    """

    layer: str
    maps: NDArray[np.float32]
    predicted: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Record:
    """All that the report shows of one model's layers.

    Attributes:
        variant: The cell's.
        model_sha256: Of the model's file; None in a record from before it was kept.
        face: The class that is drawn on the face of the first layers, and its seed.
        outputs: Of the first layers.
        classes: The model's, in its order.
        faces: class -> seed of the face that its Grad-CAM is on, in the order of `cam`.
        cam: One map for each of `faces`.
    """

    variant: str
    model_sha256: str | None
    face: tuple[str, int]
    outputs: tuple[Output, ...]
    classes: tuple[str, ...]
    faces: Mapping[str, int]
    cam: GradCam

    def save(self, path: Path) -> None:
        """Write an uncompressed `.npz` without pickles; equal records give equal bytes."""
        outputs = self.outputs
        write_arrays(
            path,
            {
                "variant": np.array(self.variant),
                "model_sha256": np.array(self.model_sha256 or ""),
                "face": np.array(self.face[0]),
                "face_seed": np.array(self.face[1]),
                "names": np.array([one.name for one in outputs], np.str_),
                "kinds": np.array([one.kind for one in outputs], np.str_),
                "shapes": np.array([" ".join(map(str, one.shape)) for one in outputs], np.str_),
                "ranges": np.array([(one.low, one.high) for one in outputs], np.float64).reshape(-1, 2),
                "sizes": np.array([one.levels.shape for one in outputs], np.int64).reshape(-1, 3),
                "levels": _packed([one.levels for one in outputs]),
                "classes": np.array(self.classes, np.str_),
                "cam_faces": np.array(list(self.faces), np.str_),
                "cam_seeds": np.array(list(self.faces.values()), np.int64),
                "cam_layer": np.array(self.cam.layer),
                "cam_maps": self.cam.maps,
                "cam_predicted": self.cam.predicted.astype(np.int64),
            },
        )

    @classmethod
    def load(cls, path: Path, stage: str) -> Self:
        """Read what `save` wrote; `stage` is the one that wrote it.

        Raises:
            UserError: The file is missing, damaged, or holds something else.
        """
        return read_arrays(
            path, "outputs of layers", f"run `dvc repro --force --single-item {stage}`", cls._taken
        )

    @classmethod
    def _taken(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        tiles = _unpacked(arrays["levels"], arrays["sizes"])
        columns = (arrays["names"], arrays["kinds"], arrays["shapes"], tiles, arrays["ranges"])
        seeds = zip(arrays["cam_faces"], arrays["cam_seeds"], strict=True)
        faces = {str(name): int(seed) for name, seed in seeds}
        maps, predicted = arrays["cam_maps"], arrays["cam_predicted"].astype(np.intp)
        if maps.ndim != 3 or not len(maps) == len(predicted) == len(faces):
            raise ValueError("maps and faces differ in number")
        return cls(
            variant=str(arrays["variant"]),
            model_sha256=str(arrays.get("model_sha256", "")) or None,
            face=(str(arrays["face"]), int(arrays["face_seed"])),
            outputs=tuple(
                Output(str(name), str(kind), tuple(map(int, shape.split())), levels, float(low), float(high))
                for name, kind, shape, levels, (low, high) in zip(*columns, strict=True)
            ),
            classes=tuple(str(name) for name in arrays["classes"]),
            faces=faces,
            cam=GradCam(str(arrays["cam_layer"]), maps, predicted),
        )


def _packed(levels: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Set all levels in a row, two in a byte."""
    row = np.concatenate([np.zeros(0, np.uint8), *(one.ravel() for one in levels)])
    row = np.append(row, np.zeros(len(row) % 2, np.uint8))
    packed: NDArray[np.uint8] = (row[::2] << 4) | row[1::2]
    return packed


def _unpacked(packed: NDArray[np.uint8], sizes: NDArray[np.int64]) -> list[NDArray[np.uint8]]:
    row = np.stack([packed >> 4, packed & 15], axis=-1).ravel()
    ends = sizes.prod(axis=1).cumsum()
    parts = np.split(row[: ends[-1]], ends[:-1]) if len(ends) else []
    return [part.reshape(size) for part, size in zip(parts, sizes, strict=True)]
