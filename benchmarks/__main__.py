"""Measures the pipeline and writes `benchmarks/results.md`.

    python -m benchmarks                        # all parts, on generated faces
    python -m benchmarks --archive faces.zip    # on a real archive in Kaggle's layout
    python -m benchmarks grid prepare           # two parts; the others keep what they had
    python -m benchmarks cells-DenseNet121      # one backbone of eleven

Run it on an idle machine; all parts take over two hours on two cores.
"""

import argparse
import json
import signal
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NoReturn

import psutil

from benchmarks import cells, crop, exported, fanout, fit_loop, grid, images, latency, peers
from benchmarks.inputs import BACKBONES, generated, names_of_faces
from benchmarks.table import Row, render
from emotions.runtime import hardware
from emotions.runtime.atomic_files import write_json, write_text

_HERE = Path(__file__).parent
_CELLS = "Medians of steps at batch 64; three processes took turns of some seconds."
PARTS: dict[str, tuple[Callable[[Path], Iterator[Row]], str]] = {
    "preprocessing": (images.preprocessing, "Both sides ran in one process, in turns."),
    "whitening": (
        images.whitening,
        "Each call ran in a process of its own; memory is above what it held before.",
    ),
    "prepare": (
        images.preparation,
        "Both sides read the same archive; `prepare` also checks, hashes and groups.",
    ),
    "fit": (fit_loop.fit_loop, "Medians of steps at batch 64, `deterministic: true`."),
    **{f"cells-{name}": (partial(cells.backbone, name), _CELLS) for name in BACKBONES},
    "as-shipped": (
        cells.shipped,
        "oneDNN as it is decided for the backbone and the processor, or as TensorFlow decides by itself: "
        "with AVX-512 that is the same, and a ratio is noise. "
        "Medians of steps at batch 64, `deterministic: true`; two processes took turns of some seconds.",
    ),
    "as-shipped-avx2": (
        partial(cells.shipped, held_to="avx2"),
        "The same as if the processor had AVX2 alone: oneDNN as it is decided there, held to AVX2 "
        "(`ONEDNN_MAX_CPU_ISA`), and TensorFlow's own kernels, which it takes there by itself.",
    ),
    "side-by-side": (
        cells.side_by_side,
        "Medians of steps at batch 64, added up over two cells that run at a time; the processes took turns.",
    ),
    "latency": (latency.latency, "Recognition on one core; both sides ran in one process, in turns."),
    "export": (
        exported.backbones,
        "Untrained models; the scores of 16 images are compared. Each ran in a process of its own.",
    ),
    "onnx": (exported.released, "The released model on one core; both sides took turns."),
    "crop": (
        crop.crop,
        "Every tenth training image, enlarged six times; half of one more of it on each side.",
    ),
    "peers": (
        peers.peers,
        "The same unseen test images, whole as they are, one by one on one core, in turns.",
    ),
    "grid": (grid.no_op, "Whole commands, with the start of Python."),
    "fanout-cells": (
        fanout.cells,
        "One trial each, one after the other, with what cells stand on made before.",
    ),
    "fanout-bytes": (fanout.same, "Two epochs on 1,080 generated faces."),
    "fanout-overhead": (
        fanout.overhead,
        "From the start of the first cell to the end of the last, by their number, without the trainer's "
        "sleep; one cell at a time. The S3 server, moto's, ran on the same machine.",
    ),
    "fanout-nodes": (
        fanout.nodes,
        "All nodes, each with its Ray and one cell at a time, ran on this one machine. The ratio is the "
        "efficiency.",
    ),
}
_WITHOUT_IMAGES = {"grid", "latency", "export", "onnx", "fanout-cells", "fanout-bytes", "fanout-nodes"}


def main() -> None:
    """Run the parts; the first row of each replaces its last results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="python -m benchmarks"
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar=f"PART: {', '.join(PARTS)}")
    parser.add_argument(
        "--archive", type=Path, help="a zip in Kaggle's layout; without it faces are generated"
    )
    options = parser.parse_args()
    store = _HERE / "results.json"
    results = json.loads(store.read_text()) if store.is_file() else {}
    names = options.parts or list(PARTS)
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "faces.zip")
        if options.archive:
            archive.symlink_to(options.archive.resolve())
        elif set(names) - _WITHOUT_IMAGES:
            generated(archive)
        for name in names:
            measure, remark = PARTS[name]
            setting = _machine()
            if name not in _WITHOUT_IMAGES:
                setting += f"; {_faces(archive, options.archive)}"
            rows = []
            for row in measure(archive):
                print(f"{row.what}: {row.ours}  {row.theirs}  {row.ratio or ''}", flush=True)
                rows.append(asdict(row))
                # At once: a part may take half an hour.
                results[name] = {"rows": rows, "remark": remark, "setting": setting}
                ordered = {name: results[name] for name in PARTS if name in results}
                write_json(store, ordered)
                write_text(_HERE / "results.md", render(ordered))
    print((_HERE / "results.md").read_text())


def _end(number: int, _: object) -> NoReturn:
    """End with all that was started, be it stopped by a signal at that moment."""
    for child in psutil.Process().children(recursive=True):
        child.kill()
    sys.exit(128 + number)


def _faces(archive: Path, given: Path | None) -> str:
    with zipfile.ZipFile(archive) as opened:
        return f"{'an archive' if given else 'generated'}, {len(names_of_faces(opened)):,} faces"


def _machine() -> str:
    machine = hardware.describe()
    return (
        f"{machine['cores']} cores of {machine['processor']} ({machine['instructions']}), GPUs: "
        f"{machine['gpus']}; {machine['system']}, Python {machine['python']}, TensorFlow "
        f"{machine['tensorflow']}, Keras {machine['keras']}"
    )


if __name__ == "__main__":
    main()
