"""The page of `emotions.app`, made with Gradio."""

import socket
from pathlib import Path
from typing import Any

import gradio
from PIL import Image

from emotions.predict.draw import annotate
from emotions.predict.inputs import Photo, within_memory
from emotions.predict.model_description import WARNING
from emotions.predict.predictor import Face, Predictor
from emotions.runtime.errors import UserError

_LOOPBACK = "127.0.0.1"


def serve(predictor: Predictor, card: str, port: int) -> None:
    """Serve the page on the loopback address until the process is interrupted.

    Args:
        predictor: With a detector.
        card: The model's, in Markdown.
        port: 0 takes a free one.

    Raises:
        UserError: The port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Gradio's server binds
        try:
            probe.bind((_LOOPBACK, port))
        except (OSError, OverflowError) as error:
            raise UserError(f"port {port} can't be used ({error}): name another by --port, or 0") from None
        port = probe.getsockname()[1]
    # No font of another machine.
    theme = gradio.themes.Default(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    blocks = page(predictor, card)
    blocks.launch(
        server_name=_LOOPBACK,
        server_port=port,
        share=False,
        theme=theme,
        footer_links=[],
        run_history=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    print(f"http://{_LOOPBACK}:{port}", flush=True)
    blocks.block_thread()


def page(predictor: Predictor, card: str) -> gradio.Blocks:
    """Build the page: photo, faces with their bars, and the card beside them; below where it is narrow."""

    def answer(upload: dict[str, Any] | None) -> tuple[Image.Image | None, str, list[Face]]:
        if upload is None:
            return None, "", []
        path = Path(upload["path"])
        uploaded = Photo(upload.get("orig_name") or path.name, path)
        try:
            with within_memory(uploaded.name):
                image = uploaded.decode().pixels
                faces = predictor.faces(image)
        except UserError as error:
            return None, f"error: {error}", []
        found = f"{len(faces)} {'face' if len(faces) == 1 else 'faces'}" if faces else "no face found"
        return annotate(image, faces), found, faces

    with gradio.Blocks(title="Emotions in photos", analytics_enabled=False) as blocks:
        gradio.Markdown("# Emotions in photos")
        if predictor.description.generated:
            gradio.Markdown(f"**{WARNING}**")
        with gradio.Row():
            with gradio.Column(scale=2), gradio.Row():
                photo = gradio.Image(label="Photo", sources=["upload", "webcam", "clipboard"])
                with gradio.Column():
                    # Its third button, `share`, would send the photo to another machine.
                    drawn = gradio.Image(
                        label="Faces", interactive=False, format="png", buttons=["fullscreen", "download"]
                    )
                    said = gradio.Markdown()
                    faces = gradio.State([])

                    @gradio.render(inputs=faces)  # type: ignore[untyped-decorator]  # Gradio has no types
                    def bars(found: list[Face]) -> None:
                        for number, face in enumerate(found, 1):
                            gradio.Label(dict(face.ranked), label=f"Face {number}, from the left")

            with gradio.Column(scale=1, min_width=380):
                gradio.Markdown(card)

        # Gradio would open the photo itself, and say nothing of one that it can't.
        photo.change(answer, photo, [drawn, said, faces], preprocess=False)
    return blocks
