"""Draw one face: a person with an expression, seen from a view and photographed.

All lengths are half heights of a head, from its middle: x to the right, y down. A point is x + iy.
"""

import math

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from emotions.synthetic.camera import Canvas, Curve, View, photograph
from emotions.synthetic.expressions import Movement, move
from emotions.synthetic.persons import Person

_TURN = np.linspace(0, 2 * math.pi, 32, endpoint=False)
_COSINE, _SINE = np.cos(_TURN), np.sin(_TURN)
_RIM = np.append(np.arange(32), [0, 1])
_ACROSS = np.linspace(-1, 1, 13)
_ALONG = (_ACROSS + 1) / 2
_BOW = 1 - _ACROSS**2
_ROUND_BOW = np.sqrt(_BOW)
_CUPID = 1 - 0.3 * np.maximum(1 - 4 * np.abs(_ACROSS), 0)
_SIDES = (-1, 1)


def draw_face(emotion: str, rng: Generator) -> NDArray[np.uint8]:
    """Draw one face that shows `emotion`, a key of `expressions.ACTION_UNITS`: (48, 48) uint8."""
    person, movement, view = Person.random(rng), move(emotion, rng), View.random(rng)
    canvas, head = Canvas(view, rng.uniform(20, 235)), Canvas(view, 0)
    outline = _outline(person, movement)
    _behind(canvas, person, rng.uniform(20, 230))
    canvas.flat(outline, person.skin)
    head.flat(outline, 255)
    _forehead(canvas, person, movement)
    for side in _SIDES:
        _cheek(canvas, person, movement, side)
    if person.beard:
        _beard(canvas, person, outline)
    _nose(canvas, person)
    _mouth(canvas, person, movement)
    for side in _SIDES:
        _eye(canvas, person, movement, side)
        _brow(canvas, person, movement, side, rng.uniform(-0.015, 0.015))
        if person.glasses:
            _glass(canvas, person, side)
    if person.volume:
        _hair(canvas, person)
    return photograph(canvas.image, head.image, rng)


def _oval(middle: complex, radius_x: float, radius_y: float) -> Curve:
    return middle + radius_x * _COSINE + 1j * radius_y * _SINE


def _between(curve: Curve, other: Curve) -> Curve:
    """Return the closed curve along one and back along the other."""
    return np.concatenate([curve, other[::-1]])


def _outline(person: Person, movement: Movement) -> Curve:
    """A head from the front; a dropped jaw makes it longer."""
    below = np.maximum(_SINE, 0)
    return person.width * _COSINE * (1 - person.jaw * below**2) + 1j * _SINE * (
        1 + 0.5 * movement.gape * below
    )


def _behind(canvas: Canvas, person: Person, clothes: float) -> None:
    """Long hair, shoulders, neck and ears."""
    if person.long_hair:
        width = person.width + person.volume * (1.4 + 0.4 * _SINE)
        x = width * np.sign(_COSINE) * np.sqrt(np.abs(_COSINE))
        canvas.flat(x + 1j * _SINE * np.where(_SINE < 0, 1.05, person.long_hair), person.hair * 0.85)
    canvas.flat(
        np.array([-1.6 + 2.5j, -1.5 + 1.35j, -0.5 + 1.1j, 0.5 + 1.1j, 1.5 + 1.35j, 1.6 + 2.5j]), clothes
    )
    neck = 0.6 * person.width
    canvas.flat(np.array([-neck + 0.5j, neck + 0.5j, neck + 1.25j, -neck + 1.25j]), person.skin * 0.68)
    if not person.long_hair:
        for side in _SIDES:
            canvas.flat(_oval(side * person.width * 0.98 + 0.08j, 0.09, 0.18), person.skin * 0.85)


def _forehead(canvas: Canvas, person: Person, movement: Movement) -> None:
    """Lines across it from raised brows, and upright ones between drawn ones."""
    tone = person.skin * (1 - 0.22 * max(movement.forehead, 0) - 0.08 * person.age)
    brows = (person.eye_y - person.brow_y) * 1j
    for line in range(3):
        canvas.stroke(brows + 0.33 * _ACROSS + 1j * (0.03 * _ACROSS**2 - 0.2 - 0.09 * line), 0.022, tone)
    if movement.furrow > 0.15:
        tone = person.skin * (1 - 0.35 * min(movement.furrow, 1))
        for side in _SIDES:
            canvas.stroke(brows + side * (0.05 + 0.01 * _ACROSS) + 1j * (0.05 + 0.07 * _ACROSS), 0.025, tone)


def _cheek(canvas: Canvas, person: Person, movement: Movement, side: int) -> None:
    """A cheek, the fold from nose to mouth beside it, and the bag under the eye above it."""
    fold, cheek = max(movement.fold, 0), max(movement.cheek, 0)
    middle = side * (person.eye_x + 0.06) + (0.27 - 0.05 * cheek) * 1j
    canvas.fill(_oval(middle, 0.14, 0.09), person.skin * (1 + 0.07 * cheek))
    start = person.nose_width + (person.nose_y - 0.03) * 1j
    end = person.mouth_width + movement.stretch + 0.06 + 1j * (person.mouth_y + 0.65 * movement.corner - 0.04)
    line = start + (end - start) * _ALONG + (0.03 + 0.05 * fold) * _BOW
    depth = min(0.03 + 0.14 * person.age + 0.16 * fold, 0.3)
    canvas.stroke(side * line.real + 1j * line.imag, 0.035 * _ROUND_BOW + 0.01, person.skin * (1 - depth))
    x = person.eye_x + 0.02 + person.eye_width * 1.15 * _ACROSS
    y = person.eye_y + 0.11 + 0.04 * _BOW - 0.02 * cheek
    depth = 0.06 + 0.1 * person.age + 0.14 * min(cheek, 1)
    canvas.stroke(side * x + 1j * y, 0.03, person.skin * (1 - depth))


def _beard(canvas: Canvas, person: Person, outline: Curve) -> None:
    """A beard from under the nose to the edge of the jaw."""
    below = outline[outline.imag > 0.25]
    jaw = below[np.argsort(below.real, kind="stable")]
    edge = 0.8 * person.width * _ACROSS + 1j * (person.nose_y + 0.08 + 0.06 * _ACROSS**2)
    tone = person.skin + (min(person.hair, person.skin) - person.skin) * person.beard
    canvas.flat(_between(jaw, canvas.view.turn(edge)), tone)


def _nose(canvas: Canvas, person: Person) -> None:
    """Bridge, tip, ridge, wings and nostrils; it stands off the face and moves most when the head turns."""
    width, root, tip = person.nose_width, person.eye_y * 1j, person.nose_y * 1j
    bridge = np.array([root - 0.05, root + 0.05, tip + 0.8 * width, tip - 0.8 * width])
    ridge = np.array([root - 0.02, root + 0.02, tip + 0.035 - 0.04j, tip - 0.035 - 0.04j])
    canvas.fill(bridge, person.skin * 0.93, 0.05)
    canvas.fill(_oval(tip - 0.04j, width * 0.75, 0.075), person.skin * 0.97, 0.12)
    canvas.fill(ridge, person.skin * 1.08, 0.12)
    canvas.stroke(tip + width * _ACROSS + 1j * (0.035 * _BOW - 0.01), 0.035, person.skin * 0.72, 0.06)
    for side in _SIDES:
        canvas.fill(_oval(tip + side * width * 0.5, 0.035, 0.022), person.skin * 0.45, 0.07)


def _mouth(canvas: Canvas, person: Person, movement: Movement) -> None:
    """Lips around a gap, dark inside, with teeth above."""
    x = (person.mouth_width + movement.stretch) * _ACROSS
    gap = movement.gape * _ROUND_BOW
    lip = max(person.lip + movement.lip, 0.012) * _BOW
    line = person.mouth_y + (person.mouth_curve + movement.corner) * (_ACROSS**2 - 0.35)
    upper, lower = line - 0.12 * gap, line + 0.88 * gap
    under = lower + 1.15 * lip + 0.01
    canvas.fill(_between(x + 1j * (upper - lip * _CUPID - 0.01), x + 1j * under), person.skin * 0.66)
    canvas.stroke(0.6 * x + 1j * (under + 0.04), 0.03, person.skin * 0.83)
    canvas.fill(_between(x + 1j * (upper - 0.012), x + 1j * (lower + 0.012)), person.skin * 0.25)
    if movement.gape > 0.03:
        edge = upper + np.minimum(0.09 * min(max(movement.teeth, 0.25), 1), 0.8 * gap)
        canvas.fill(_between(x + 1j * upper, x + 1j * edge), 200 + 0.15 * person.skin)


def _eye(canvas: Canvas, person: Person, movement: Movement, side: int) -> None:
    """Socket, white, iris, lids and the crease above."""
    middle = side * person.eye_x + person.eye_y * 1j
    across = person.eye_width * _ACROSS
    upper = -max(person.eye_open - movement.lid_upper, 0.012) * _BOW
    lower = np.maximum(max(0.6 * person.eye_open + movement.lid_lower, -0.03) * _BOW, upper + 0.01)
    canvas.fill(_oval(middle - 0.02j, person.eye_width * 1.3, 0.13), person.skin * 0.88)
    white = middle + _between(across + 1j * upper, across + 1j * lower)
    canvas.fill(white, min(235, 110 + 0.6 * person.skin))
    for radius, tone in ((0.085, person.iris), (0.042, 8)):
        disc = _oval(person.gaze - 0.012j, radius, radius)
        lids = np.interp(disc.real, across, upper), np.interp(disc.real, across, lower)
        canvas.fill(middle + disc.real + 1j * np.clip(disc.imag, *lids), tone)
    canvas.stroke(middle + across + 1j * (upper - 0.01), 0.02 + 0.018 * _BOW, person.skin * 0.28)
    canvas.stroke(middle + across + 1j * (lower + 0.008), 0.014, person.skin * 0.6)
    canvas.stroke(middle + 1.05 * across + 1j * (upper - 0.045), 0.014, person.skin * 0.7)


def _brow(canvas: Canvas, person: Person, movement: Movement, side: int, higher: float) -> None:
    """A brow from its inner to its outer end, thinner outwards."""
    inner = movement.brow_inner + person.brow_slant
    outer = movement.brow_outer - person.brow_slant + 0.03
    weight = np.maximum(1 - _ALONG / 0.75, 0)
    x = 0.13 + movement.brow_apart + 0.40 * _ALONG
    y = inner * weight + outer * (1 - weight) - 0.045 * _BOW - person.brow_y - higher
    lid = -0.07  # where a lowered brow stops
    curve = side * x + 1j * (person.eye_y + np.minimum(y, lid))
    canvas.stroke(curve, person.brow_width * (1 - 0.55 * _ALONG), min(person.hair, person.skin * 0.65))


def _glass(canvas: Canvas, person: Person, side: int) -> None:
    """Half a pair of glasses."""
    middle = side * person.eye_x + 1j * (person.eye_y + 0.03)
    canvas.stroke(_oval(middle, 0.23, 0.18)[_RIM], 0.03, 30, 0.08)
    canvas.stroke(np.array([person.eye_y * 1j, middle - side * 0.22]), 0.03, 30, 0.08)


def _hair(canvas: Canvas, person: Person) -> None:
    """Hair over the crown, down to the hairline and the sides."""
    crown = _oval(0, person.width + 0.6 * person.volume, 1 + person.volume)
    crown = crown[crown.imag < 0.1 + 0.5 * person.long_hair]
    crown = crown[np.argsort(crown.real, kind="stable")]
    x = np.linspace(-0.96, 0.96, 25)
    sides = np.interp(np.abs(x), [0, 0.8, 0.96], [0, 0.15, 0.5 + 0.6 * person.long_hair])
    front = person.width * x + 1j * (person.hairline + person.parting * x + sides)
    canvas.flat(_between(crown, canvas.view.turn(front)), person.hair)
