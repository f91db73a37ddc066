"""Place a face in a larger scene: its position, size, rotation and brightness at random."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1024, 768
"""Of a scene, in pixels."""
SIZES = (30, 400)
"""Sides of the placed squares, in pixels; their logarithms are uniform."""
ROTATION = 15
"""Degrees, at most, to either side."""
BRIGHTNESS = (0.6, 1.4)
"""What all tones of a scene are multiplied by."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A scene with one face.

    Attributes:
        pixels: (768, 1024) uint8 grey.
        middle: x and y of the face's middle.
        size: The side of its square, in pixels.
    """

    pixels: NDArray[np.uint8]
    middle: tuple[float, float]
    size: float


def place(face: NDArray[np.uint8], rng: Generator) -> Scene:
    """Place a (48, 48) uint8 face in a scene of blurred shapes and grain that has no other face."""
    least, most = SIZES
    size = math.exp(rng.uniform(math.log(least), math.log(most)))
    angle = rng.uniform(-ROTATION, ROTATION)
    side = round(size)
    square = Image.fromarray(face).resize((side, side), Image.Resampling.BICUBIC)
    turned, mask = (
        one.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        for one in (square, Image.new("L", square.size, 255))
    )
    left = int(rng.integers(0, WIDTH - turned.width + 1))
    upper = int(rng.integers(0, HEIGHT - turned.height + 1))
    scene = _ground(rng)
    scene.paste(turned, (left, upper), mask)
    lit = np.asarray(scene, np.float32) * rng.uniform(*BRIGHTNESS)
    return Scene(
        np.rint(np.clip(lit, 0, 255)).astype(np.uint8),
        (left + turned.width / 2, upper + turned.height / 2),
        side,
    )


def _ground(rng: Generator) -> Image.Image:
    """Paint ellipses and boxes of all sizes, blur them and add grain."""
    image = Image.new("L", (WIDTH, HEIGHT), int(rng.integers(40, 220)))
    pen = ImageDraw.Draw(image)
    for number in range(24):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        wide, high = rng.uniform(20, 300, 2)
        shape = pen.ellipse if number % 2 else pen.rectangle
        shape((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), fill=int(rng.integers(20, 236)))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(1, 8))), np.float32)
    grain = rng.integers(-6, 7, (HEIGHT, WIDTH))
    return Image.fromarray(np.clip(blurred + grain, 0, 255).astype(np.uint8))
