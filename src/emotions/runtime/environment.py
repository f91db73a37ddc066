"""Set what TensorFlow and Keras read from the environment, before they are imported."""


def prepare(network: str | None = None) -> None:
    """Prepare the environment for a network."""
