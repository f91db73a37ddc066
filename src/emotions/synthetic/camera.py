"""Project the points of a head into the picture; light, expose, blur and grain it."""

import cmath
import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from emotions.data.faces import SIZE

FINE = 4
"""Pixels drawn for each pixel kept, along each axis."""

Curve = NDArray[np.complex128]
"""(n,) points x + iy: x to the right, y down from the middle of the head, in half heights of a head."""


@dataclass(frozen=True)
class View:
    """How a head is turned and framed.

    Attributes:
        yaw: Radians to the right.
        pitch: Radians down.
        roll: Radians clockwise.
        scale: Half the height of the head, in pixels.
        middle: x + iy of the middle of the head, in pixels.
    """

    yaw: float
    pitch: float
    roll: float
    scale: float
    middle: complex

    @classmethod
    def random(cls, rng: Generator) -> Self:
        """Draw a view of a face that looks more or less into the camera."""
        return cls(
            yaw=_middling(rng, 0.4),
            pitch=_middling(rng, 0.15),
            roll=_middling(rng, 0.2),
            scale=rng.uniform(25.0, 29.0),
            middle=complex(SIZE / 2 + _middling(rng, 2.0), SIZE / 2 - 1.5 + _middling(rng, 2.0)),
        )

    def frame(self, points: Curve) -> Curve:
        """Return where flat points fall in the picture, x + iy in pixels."""
        return points * (self.scale * cmath.exp(1j * self.roll)) + self.middle

    def turn(self, points: Curve, lift: float = 0.0) -> Curve:
        """Return points on the front of the head, `lift` above its surface, as the turned head shows them."""
        x, y = points.real, points.imag
        depth = 0.6 * np.sqrt(np.maximum(1 - (x / 0.95) ** 2 - (y / 1.3) ** 2, 0)) + lift
        turned_x = x * math.cos(self.yaw) + depth * math.sin(self.yaw)
        return turned_x + 1j * (y * math.cos(self.pitch) + (depth - 0.5) * math.sin(self.pitch))


class Canvas:
    """A picture of `FINE` times the size, painted with curves on a head."""

    def __init__(self, view: View, ground: float) -> None:
        self.view = view
        self.image = Image.new("L", (SIZE * FINE, SIZE * FINE), round(ground))
        self._draw = ImageDraw.Draw(self.image)

    def flat(self, points: Curve, tone: float) -> None:
        """Fill a closed curve that does not turn with the head, as its outline doesn't; `tone` 0 to 255."""
        # Whole numbers, so that the last bit of a sine decides nothing on another machine.
        corners = np.rint((self.view.frame(points) * FINE).view(np.float64))
        self._draw.polygon(corners.tolist(), fill=round(min(max(tone, 0.0), 255.0)))

    def fill(self, points: Curve, tone: float, lift: float = 0.0) -> None:
        """Fill a closed curve on the front of the head."""
        self.flat(self.view.turn(points, lift), tone)

    def stroke(
        self, points: Curve, width: float | NDArray[np.float64], tone: float, lift: float = 0.0
    ) -> None:
        """Paint an open curve on the front of the head with a brush; `width` for all points or for each."""
        ahead = np.empty_like(points)
        ahead[1:-1] = points[2:] - points[:-2]
        ahead[0], ahead[-1] = points[1] - points[0], points[-1] - points[-2]
        side = 0.5j * width * ahead / np.maximum(np.abs(ahead), 1e-9)
        self.fill(np.concatenate([points + side, (points - side)[::-1]]), tone, lift)


def photograph(picture: Image.Image, head: Image.Image, rng: Generator) -> NDArray[np.uint8]:
    """Light, expose, blur and grain a painted picture.

    Args:
        picture: Mode L, `FINE` times the size.
        head: Mode L, of the same size; 255 where the head curves under the light, 0 elsewhere.
        rng: Where light, lens and film come from.

    Returns:
        (48, 48) uint8.
    """
    painted = np.asarray(picture.reduce(FINE), dtype=np.float64)
    mask = np.asarray(head.reduce(FINE), dtype=np.float64) / 255
    lit = painted * (1 + mask * (_light(mask, rng) - 1))
    middle = lit.mean()
    exposed = middle + (lit - middle) * rng.uniform(0.7, 1.2) + rng.uniform(-25, 25)
    sharp = Image.fromarray(_bytes(exposed))
    blurred = sharp.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.8)))
    # A sum of whole numbers is a bell curve that is the same on every machine.
    grain = rng.integers(0, 256, (4, SIZE, SIZE)).sum(axis=0) / 510 - 1
    return _bytes(np.asarray(blurred) + grain * rng.uniform(3, 20))


def _light(mask: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    """Return the light on an ellipsoid around the head: Lambert's cosine, and some from all sides."""
    rows, columns = np.nonzero(mask > 0.5)
    y, x = np.ogrid[:SIZE, :SIZE]
    normal_x = (x - columns.mean()) / (np.ptp(columns) / 2 + 4)
    normal_y = (y - rows.mean()) / (np.ptp(rows) / 2 + 4)
    normal_z = np.sqrt(np.maximum(1 - normal_x**2 - normal_y**2, 0))
    light_x, light_y = rng.uniform(-0.8, 0.8), rng.uniform(-0.7, 0.2)
    length = math.sqrt(light_x**2 + light_y**2 + 1)
    cosine = (normal_x * light_x + normal_y * light_y + normal_z) / length
    around = rng.uniform(0.4, 0.8)
    light: NDArray[np.float64] = around + (1.15 - around) * np.maximum(cosine, 0)
    return light


def _bytes(tones: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(np.clip(tones, 0, 255)).astype(np.uint8)


def _middling(rng: Generator, most: float) -> float:
    """Draw a number within `most` of 0, small ones more often."""
    return most * (rng.random() - rng.random())
