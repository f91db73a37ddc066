"""Make labelled faces of an archive of images: decode, order, group duplicates, draw the splits."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from emotions.data.faces import Faces
from emotions.data.image_file import UnreadableError
from emotions.prepare.decode import Face, decode
from emotions.prepare.layout import FaceFile, Layout, arrange, listed, require_every_class
from emotions.prepare.split import draw_validation, mark_seen, number_groups, order, require_both_sides
from emotions.prepare.summary import count_duplicates, count_images
from emotions.runtime.errors import UserError
from emotions.settings.data import PreparePlan
from emotions.sources.kinds import pointer_to


class Archive(Protocol):
    """Named files, as `emotions.sources.zips.SafeZip` gives them."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, folders parted by `/`."""

    def read(self, name: str) -> bytes:
        """Return a file's content."""


@dataclass(frozen=True, eq=False)
class _Decoded:
    """The files that could be read: `faces[i]` is `files[i]`."""

    files: list[FaceFile]
    faces: list[Face]
    unreadable: list[tuple[str, str]]
    """Name and reason."""


def prepare(archive: Archive, plan: PreparePlan) -> tuple[Faces, dict[str, Any]]:
    """Make the faces of an archive, and the numbers that describe them.

    The same images give the same faces whatever their files are called and however they are stored.

    Returns:
        The faces, and the content of `metrics/dataset.json`, ready for strict JSON.

    Raises:
        UserError: The archive is empty or lacks a split or a class; an image can't be read and
            `skip_unreadable` is off, or a class has no image that can; a class would have no images in
            train or in validation.
    """
    layout = arrange(archive.names, plan.classes)
    decoded = _decode_all(archive, layout.files)
    _check_unreadable(decoded, plan)
    faces = _assemble(decoded, plan)
    return faces, _describe(faces, layout, decoded, plan)


def _decode_all(archive: Archive, files: Iterable[FaceFile]) -> _Decoded:
    done = _Decoded([], [], [])
    for file in files:
        content = archive.read(file.name)
        try:
            face = decode(content)
        except UnreadableError as reason:
            done.unreadable.append((file.name, pointer_to(content) or str(reason)))
        else:
            done.files.append(file)
            done.faces.append(face)
    return done


def _check_unreadable(decoded: _Decoded, plan: PreparePlan) -> None:
    if not decoded.unreadable:
        return
    which = listed(f"{name!r} ({reason})" for name, reason in decoded.unreadable)
    if not plan.prepare.skip_unreadable:
        raise UserError(
            f"{len(decoded.unreadable)} of {len(decoded.unreadable) + len(decoded.files)} files can't be "
            f"read as images: {which}. Convert, mend or remove them, or set `prepare.skip_unreadable: true` "
            "in params.yaml to leave them out"
        )
    require_every_class(decoded.files, plan.classes, f"are left after skipping {which}")


def _assemble(decoded: _Decoded, plan: PreparePlan) -> Faces:
    files = decoded.files
    digests = [hashlib.sha256(face.pixels.tobytes()).digest() for face in decoded.faces]
    rows = order([file.label for file in files], digests, [file.in_test for file in files])
    labels = np.array([files[row].label for row in rows], dtype=np.uint8)
    in_test = np.array([files[row].in_test for row in rows], dtype=np.bool_)
    groups = number_groups([digests[row] for row in rows])
    training = ~in_test
    validation = draw_validation(groups[training], labels[training], plan.prepare.validation, plan.seed)
    require_both_sides(labels[training], validation, plan.classes)
    splits = np.where(in_test, 2, 0).astype(np.uint8)
    splits[training] = validation
    return Faces(
        pixels=np.stack([decoded.faces[row].pixels for row in rows]),
        labels=labels,
        splits=splits,
        groups=groups,
        seen=mark_seen(groups, in_test),
        classes=plan.classes,
    )


def _describe(faces: Faces, layout: Layout, decoded: _Decoded, plan: PreparePlan) -> dict[str, Any]:
    formats = Counter(face.format for face in decoded.faces)
    return {
        "source": plan.source,
        "generated": plan.source == "synthetic",
        "images": count_images(faces),
        "duplicates": count_duplicates(faces),
        "formats": {name: formats[name] for name in sorted({"JPEG", "PNG", *formats})},
        "converted": {
            "to_grey": sum(face.from_colour for face in decoded.faces),
            "resized": sum(face.resized for face in decoded.faces),
        },
        "skipped": dict(sorted(Counter(reason for _, reason in decoded.unreadable).items())),
        "ignored": {"system_files": layout.system, "elsewhere": len(layout.elsewhere)},
        "other_classes": dict(layout.other_classes),
        "faces_sha256": faces.sha256(),
    }
