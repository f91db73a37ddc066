"""Training of a cell: images a second, arithmetic, start and memory, for each backbone."""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.arithmetic import matrix_product, training_flops
from benchmarks.inputs import BACKBONES, faces_of
from benchmarks.sides import Side, alive
from benchmarks.table import Row, comparison, figure
from emotions.data.zca import measure
from emotions.runtime import cpu

_SIDES = ("exact", "fast", "generator")
_ROUNDS = 4
_UNIT = "images/s"
_CHEAPEST = ("NASNetMobile", "DenseNet121", "ResNet50V2", "InceptionV3")
"""Of the report's backbones, by the arithmetic of a step."""
_WITHOUT_AVX512 = {"ResNet50V2": "4", "VGG16": "2", "InceptionV3": "1.8", "DenseNet121": "1.4"}
"""What the decision on oneDNN should gain there; no other backbone should lose, and none elsewhere."""


def backbone(name: str, archive: Path) -> Iterator[Row]:
    """Measure the cell `baseline` of a backbone."""
    with _inputs(archive) as (faces, statistics):
        yield from _rows(name, faces, statistics)


def shipped(archive: Path, held_to: str = "") -> Iterator[Row]:
    """Compare training with oneDNN as it is decided and as TensorFlow decides it, for each backbone.

    Args:
        archive: The faces.
        held_to: As for `sides.variables`: what the processor is taken for.
    """
    targets = _WITHOUT_AVX512 if cpu.lacks_avx512(held_to or cpu.instructions()) else {}
    with _inputs(archive) as (faces, statistics):
        for name in BACKBONES:
            described = ((side, name, faces, statistics, None, held_to) for side in ("exact", "shipped"))
            with alive(described) as sides:
                rounds = [[side.turn() for side in sides] for _ in range(_ROUNDS)]
            ours, theirs = zip(*rounds, strict=True)
            target = targets.get(name, "1")
            yield comparison(name, ours, "the same as TensorFlow ships", theirs, _UNIT, target)


def side_by_side(archive: Path) -> Iterator[Row]:
    """Compare two cells at a time, on a core each, with one on both; and what determinism costs on one core.

    Raises:
        RuntimeError: There is a single core.
    """
    if cpu.cores() < 2:
        raise RuntimeError("two cores are needed")
    first, second = sorted(os.sched_getaffinity(0))[:2]
    places = (("exact", {first, second}), ("exact", {first}), ("exact", {second}), ("fast", {first}))
    with _inputs(archive) as (faces, statistics), ThreadPoolExecutor(2) as pool:
        for name in _CHEAPEST:
            rounds = []
            with alive((side, name, faces, statistics, cores) for side, cores in places) as sides:
                both, left, right, fast = sides
                for _ in range(_ROUNDS):
                    pair = sum(pool.map(Side.turn, (left, right)))
                    rounds.append((pair, both.turn(), left.turn(), fast.turn()))
            pairs, boths, exacts, fasts = zip(*rounds, strict=True)
            yield comparison(f"{name}, two cells, a core each", pairs, "one on both", boths, _UNIT)
            what, against = f"{name}, price of determinism on one core", "`deterministic: false`"
            yield comparison(what, exacts, against, fasts, _UNIT, "1")


@contextmanager
def _inputs(archive: Path) -> Iterator[tuple[Path, Path]]:
    """Give the files of faces and statistics."""
    with tempfile.TemporaryDirectory() as folder:
        faces, statistics = Path(folder, "faces.npz"), Path(folder, "statistics.npz")
        prepared = faces_of(archive)
        prepared.save(faces)
        measure(prepared.images("train"), 0.1)[0].save(statistics)
        yield faces, statistics


def _rows(backbone: str, faces: Path, statistics: Path) -> Iterator[Row]:
    rates: list[list[float]] = [[], [], []]
    product = []
    with alive((side, backbone, faces, statistics) for side in _SIDES) as sides:
        for _ in range(_ROUNDS):
            for side, kept in zip(sides, rates, strict=True):
                kept.append(side.turn())
            product.append(matrix_product())
    exact, fast, generator = rates
    flow = "`ImageDataGenerator.flow` into `fit`"
    yield comparison(f"{backbone}, `deterministic: true`", exact, flow, generator, _UNIT, "above 1")
    yield comparison(f"{backbone}, `deterministic: false`", fast, flow, generator, _UNIT, "above 1")
    yield comparison(f"{backbone}, price of determinism", exact, "`deterministic: false`", fast, _UNIT)
    flops = training_flops(backbone)
    arithmetic = [flops * rate / 1e9 for rate in exact]
    matrices = "product of two 4096 by 4096 matrices"
    yield comparison(f"{backbone}, arithmetic", arithmetic, matrices, product, "GFLOP/s")
    before, tracing = sides[0].before, sides[0].tracing
    yield Row(
        f"{backbone}, start to the end of the first step",
        figure(before + tracing, "s"),
        "that step alone, which traces",
        figure(tracing, "s"),
        target=f"under 10 s above; it is {figure(before, 's')}",
    )
    target = "under 3,000 MB" if backbone == "ResNet50V2" else ""
    yield Row(f"{backbone}, peak memory", figure(sides[0].memory, "MB"), target=target)
