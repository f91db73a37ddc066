"""Photos drawn for tests, and the command that tells their expressions."""

import numpy as np
from PIL import Image

from emotions.cli import predict
from emotions.synthetic.portraits import portrait


def draw(path, upper=255, lower=51, size=(48, 48), mode="L", **options):
    pixels = np.full(size[::-1], lower, np.uint8)
    pixels[: size[1] // 2] = upper
    Image.fromarray(pixels).convert(mode).save(path, **options)
    return str(path)


def photo(path, faces=1, size=(900, 400), **options):
    """Drawn faces of 200 pixels side by side, the first at 60, 100."""
    image = Image.new("RGB", size, (90, 110, 130))
    for number in range(faces):
        face = Image.fromarray(portrait("happy", number)).resize((200, 200), Image.Resampling.BICUBIC)
        image.paste(face, (60 + 260 * number, 100))
    image.save(path, **options)
    return str(path)


def call(model, *words):
    predict.main(["--model", str(model), *map(str, words)])
