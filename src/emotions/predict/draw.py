"""Draw boxes and words on a copy of a photo."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from emotions.predict.predictor import Face

_COLOUR, _INK = (255, 210, 0), (0, 0, 0)


def annotate(image: Image.Image, faces: Sequence[Face]) -> Image.Image:
    """Return an RGB copy with a box and the likeliest expression at each face."""
    copy = image.convert("RGB")
    pen = ImageDraw.Draw(copy)
    for face in faces:
        name, score = face.ranked[0]
        box = face.box
        left, upper = (box.x, box.y) if box else (0.0, 0.0)
        width, height = (box.width, box.height) if box else map(float, copy.size)
        font = ImageFont.load_default(max(10, min(width, height) / 8))
        pen.rectangle(
            (left, upper, left + width, upper + height), outline=_COLOUR, width=max(1, round(height / 60))
        )
        words = f"{name} {score:.2f}"
        _, _, wide, high = pen.textbbox((0, 0), words, font)
        x = max(0.0, min(left, copy.width - wide))
        y = upper - high if upper >= high else max(0.0, min(upper + height, copy.height - high))
        pen.rectangle((x, y, x + wide, y + high), fill=_COLOUR)
        pen.text((x, y), words, _INK, font)
    return copy
