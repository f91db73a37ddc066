"""A page on this machine: a photo or the camera in, faces with their expressions out.

    python -m emotions.app [--model release/CompactCNN-modern.onnx] [--port 7860]

It is served to this machine alone, asks no other one for anything, and keeps no photo once it ends.
"""

import os
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from emotions.cli.predict import RELEASED
from emotions.cli.start import command_parser, given
from emotions.predict.predictor import Predictor
from emotions.runtime.errors import UserError

# Gradio asks its makers for news of itself otherwise.
_OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",  # which is read first
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the page until Ctrl-C.

    Raises:
        UserError: Gradio is not installed, the model can't be used, or the port is taken.
    """
    parser = command_parser("app", __doc__)
    parser.add_argument(
        "--model", type=given, default=RELEASED, metavar="FILE", help="default: the released one"
    )
    parser.add_argument("--port", type=int, default=7860, help="default: 7860; 0 takes a free one")
    options = parser.parse_args(arguments)
    predictor = Predictor.load(options.model)
    os.environ.update(_OFFLINE)
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C does, so that the folder of photos goes
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        try:
            from emotions.predict.page import serve  # noqa: PLC0415  # an extra, and slow to import
        except ImportError as error:
            raise UserError(f"the page needs Gradio ({error}): `make app` installs and starts it") from None
        serve(predictor, _card(options.model), options.port)


def _card(model: Path) -> str:
    try:
        return model.with_suffix(".md").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return f"No card lies beside {model.name}: nothing is known of its accuracy."
