"""Make of a trained model a file that runs without Keras and TensorFlow.

    python -m emotions.export models/VGG16/adam.keras --classes release/CompactCNN-modern.json
    python -m emotions.export release/CompactCNN-modern.keras --format litert --output model.tflite

The file is compared with Keras before it is kept. `python -m emotions.predict --model` takes ONNX.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from emotions.cli.start import command_parser, given
from emotions.export.bounded import bounded
from emotions.predict.model_description import ModelDescription
from emotions.runtime.errors import UserError

_SUFFIXES = {"onnx": ".onnx", "litert": ".tflite"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Export a model, and say how far its scores lie from Keras's.

    Raises:
        UserError: A file is not what it should be, or the export gives other scores.
    """
    parser = command_parser("export", __doc__)
    parser.add_argument("model", type=given, metavar="MODEL", help="a .keras file")
    parser.add_argument("--format", choices=sorted(_SUFFIXES), default="onnx", help="default: onnx")
    parser.add_argument("--classes", type=given, metavar="FILE", help="default: the model's own, as .json")
    parser.add_argument("--output", type=given, metavar="FILE", help="default: beside the model")
    options = parser.parse_args(arguments)
    source, suffix = options.model, _SUFFIXES[options.format]
    if not source.is_file():
        raise UserError(f"{source} is missing or no file; allowed: a .keras file")
    target = options.output or source.with_suffix(suffix)
    if target.suffix != suffix:
        raise UserError(f"--output is {target}; allowed: a name that ends in {suffix}")
    description = ModelDescription.read(options.classes or source.with_suffix(".json"))
    difference = bounded(source, _export, source, description, options.format, target)
    sys.stdout.write(f"{target}  {target.stat().st_size:,} bytes, {difference:.1g} from Keras at most\n")


def _export(source: Path, description: ModelDescription, form: str, target: Path) -> float:
    # TensorFlow takes seconds to import: what is wrong with the words is told before.
    from emotions.models.saving import load  # noqa: PLC0415
    from emotions.runtime import hardware  # noqa: PLC0415

    hardware.configure(seed=0)
    from emotions.export.reference import check_model  # noqa: PLC0415

    model = load(source)
    check_model(model, description, source)
    if form == "litert":
        from emotions.export.litert_export import write_litert  # noqa: PLC0415

        return write_litert(model, target)
    from emotions.export.onnx_export import write_onnx  # noqa: PLC0415

    return write_onnx(model, description, target)
