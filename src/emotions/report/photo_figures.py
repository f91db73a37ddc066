"""The part of a model card on photos: how well faces are found and told in them."""

from collections.abc import Iterator

from emotions.photos.figures import PhotoFigures
from emotions.photos.scenes import BRIGHTNESS, HEIGHT, ROTATION, SIZES, WIDTH
from emotions.report.text import count, paragraph, share, table


def photo_figures(figures: PhotoFigures) -> Iterator[str]:
    """Give the section in Markdown, paragraph by paragraph."""
    least, most = SIZES
    dark, bright = BRIGHTNESS
    yield "## On photos"
    yield paragraph(
        f"{count(figures.photos)} unseen test images were each placed in a drawn scene of {WIDTH} by "
        f"{HEIGHT} pixels, with a side of {least} to {most} pixels, turned by up to {ROTATION}° and with all "
        f"tones times {dark} to {bright}. `emotions.predict` found {_share(figures.found, figures.photos)} "
        f"of these faces, and {count(figures.false_faces)} where there was none. Of those that it found it "
        f"told {_share(figures.right, figures.found)} as their labels say, and of the same images, cut out "
        f"as they are, {_share(figures.right_found_originals, figures.found)}."
    )
    rows = [
        [
            f"{each.least} to {each.most}",
            count(each.photos),
            share(each.found / each.photos),
            _share(each.right, each.found),
            share(each.right_originals / each.photos),
        ]
        for each in figures.by_size
    ]
    yield table(["Side, pixels", "photos", "found", "accuracy, found", "accuracy, cut out"], rows)
    yield paragraph(
        "A placed image ends at the rim of the face, without the head and shoulders of a real photo, and the "
        "detector knows heads: what it misses here says little of how many it misses elsewhere."
    )


def _share(right: int, of: int) -> str:
    return share(right / of) if of else "none"
