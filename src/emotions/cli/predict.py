"""Find the faces in photos and tell their expressions.

    python -m emotions.predict photo.jpg holiday/ 'party/*.jpg'
    python -m emotions.predict --json - < photo.jpg
    python -m emotions.predict --draw drawn/ photo.jpg      # boxes and words on copies in drawn/
    python -m emotions.predict --no-detect face.png         # a face that is cut out
    python -m emotions.predict --model release/VGG16-adam.onnx photo.jpg

A line for each face: file, box (left, upper edge, width, height in pixels of the upright photo), expressions
with scores, the likeliest first. A photo that can't be read is named on the error stream; the others are
answered, and the exit code is 1. The model's card, beside the model, gives its accuracy and its limits.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from emotions.cli.start import command_parser, given
from emotions.predict.detector import Box
from emotions.predict.draw import annotate
from emotions.predict.inputs import Missing, Photo, find, shown, within_memory
from emotions.predict.model_description import WARNING
from emotions.predict.output import Csv, Json, Lines, Output
from emotions.predict.predictor import Face, Predictor
from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError

RELEASED = Path(__file__).resolve().parents[3] / "release" / "CompactCNN-modern.onnx"
"""Of this checkout, wherever the command is called."""
_SOFTWARE = "emotions.predict"
"""What a copy says that it was written by."""
_LONGEST = 200
"""Bytes of a copy's name, as 255 are the most that a file's has, and a number may follow."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each face's expressions, the likeliest first.

    Raises:
        UserError: The model can't be used, or a photo can't: then after all others were answered.
    """
    options = _options(arguments)
    predictor = Predictor.load(options.model, detect=options.detect)
    if predictor.description.generated:
        sys.stderr.write(f"note: {WARNING}\n")
    output: Output = Lines()
    if options.form is not None:
        output = options.form(predictor.description)
    drawings = _Drawings(options.draw) if options.draw else None
    bad = 0
    for photo in find(options.photos):
        try:
            faces = _answer(photo, predictor, drawings)
        except UserError as error:
            bad += 1
            sys.stderr.write(f"error: {error}\n")
            output.bad(photo.name, str(error))
        else:
            output.photo(photo.name, faces)
    output.end()
    if bad:
        raise UserError(f"{bad} of what was named could not be answered; see above")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser("predict", __doc__)
    parser.add_argument(
        "photos", nargs="+", metavar="PHOTO", help="a file, a folder, a pattern, or - for the standard input"
    )
    parser.add_argument(
        "--model", type=given, default=RELEASED, metavar="FILE", help=f"default: {RELEASED.name}"
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", dest="form", action="store_const", const=Json, help="one array of photos")
    forms.add_argument("--csv", dest="form", action="store_const", const=Csv, help="a row a face")
    parser.add_argument(
        "--draw", type=given, metavar="FOLDER", help="write copies with boxes and words there"
    )
    parser.add_argument(
        "--no-detect",
        dest="detect",
        action="store_false",
        help="each image is one face that fills it",
    )
    return parser.parse_args(arguments)


def _answer(photo: Photo | Missing, predictor: Predictor, drawings: "_Drawings | None") -> list[Face]:
    with within_memory(photo.name):
        image = photo.decode()
        faces = predictor.faces(image.pixels)
        if drawings and isinstance(photo, Photo):
            drawings.add(photo, annotate(image.pixels, faces))
    return [Face(_enlarged(face.box, image.reduction), face.ranked) for face in faces]


def _enlarged(box: Box | None, factor: float) -> Box | None:
    if box is None or factor == 1:
        return box
    return Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor, box.confidence)


class _Drawings:
    """Copies in a folder: `party.png`, `party-2.png` for the next photo of that name, and so on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()

    def add(self, photo: Photo, drawing: Image.Image) -> None:
        """Write a copy as PNG; of what stands there, over earlier copies alone."""
        stem = "stdin" if photo.path is None else photo.path.stem
        stem = os.fsdecode(os.fsencode(stem)[:_LONGEST])
        number, name = 1, f"{stem}.png"
        while name.casefold() in self._taken or not self._is_free(name):
            number += 1
            name = f"{stem}-{number}.png"
        self._taken.add(name.casefold())
        try:
            with atomic_write(self._folder / name) as temporary:
                drawing.save(temporary, pnginfo=_mark())
        except OSError as error:
            raise UserError(
                f"{shown(str(self._folder / name))} can't be written ({error.strerror}): name another folder "
                "by --draw"
            ) from None

    def _is_free(self, name: str) -> bool:
        path = self._folder / name
        if not path.exists():
            return True
        with (
            contextlib.suppress(OSError, ValueError, SyntaxError),
            Image.open(path, formats=["PNG"]) as there,
        ):
            return there.info.get("Software") == _SOFTWARE
        return False


def _mark() -> PngInfo:
    info = PngInfo()
    info.add_text("Software", _SOFTWARE)
    return info
