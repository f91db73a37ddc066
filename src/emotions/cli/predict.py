"""Classify the expressions in images of faces.

    python -m emotions.predict face.jpg another.png
    python -m emotions.predict --model models/VGG16/adam.keras --classes classes.json face.jpg

An image should show one face that fills it, as those of the data set do: nothing here finds faces. The
model's card, beside the model, gives its accuracy.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotions.cli.start import start
from emotions.data.image_file import UnreadableError
from emotions.models.saving import load
from emotions.prepare.decode import decode
from emotions.runtime import hardware
from emotions.runtime.errors import UserError

_RELEASED = Path("release/CompactCNN-modern.keras")


def read_face(path: Path) -> NDArray[np.uint8]:
    """Read a JPEG, PNG or WebP as (48, 48, 1) grey pixels, stretched and reduced as stage `prepare` does.

    Raises:
        UserError: The file is missing, or no such image.
    """
    try:
        return decode(path.read_bytes()).pixels[..., np.newaxis]
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}") from None
    except UnreadableError as reason:
        raise UserError(f"{path} is {reason}; allowed: a JPEG, PNG or WebP of one face") from None


def read_classes(path: Path) -> tuple[str, ...]:
    """Read the names of a model's scores.

    Raises:
        UserError: The file is missing, or not what stage `release` writes.
    """
    try:
        return tuple(str(name) for name in json.loads(path.read_text(encoding="utf-8"))["classes"])
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}; name the classes' file by --classes"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise UserError(f'{path} does not hold classes; allowed: {{"classes": ["angry", …]}}') from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each image's classes, the likeliest first, with their scores.

    Raises:
        UserError: A file can't be read, or model and classes do not belong together.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="emotions.predict"
    )
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    parser.add_argument("--model", type=Path, default=_RELEASED, metavar="FILE", help=f"default: {_RELEASED}")
    parser.add_argument("--classes", type=Path, metavar="FILE", help="default: the model's own, as .json")
    paths = parser.parse_args(arguments)
    classes = read_classes(paths.classes or paths.model.with_suffix(".json"))
    faces = np.stack([read_face(path) for path in paths.images])
    hardware.configure(seed=0)
    model = load(paths.model)
    if model.output_shape[-1] != len(classes):
        raise UserError(
            f"{paths.model} gives {model.output_shape[-1]} scores for {len(classes)} classes; "
            "name the file of its own classes by --classes"
        )
    for path, scores in zip(paths.images, model.predict(faces, verbose=0), strict=True):
        ranked = np.argsort(-scores, kind="stable")
        sys.stdout.write(f"{path}  {'  '.join(f'{classes[i]} {scores[i]:.3f}' for i in ranked)}\n")


if __name__ == "__main__":
    start(main)
