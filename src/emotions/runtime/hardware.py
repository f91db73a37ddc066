"""Configure TensorFlow; describe the machine."""

import os
import platform

import numpy as np
import scipy

from emotions.runtime import cpu, environment
from emotions.runtime.keras_types import Strategy
from emotions.runtime.tensorflow_import import keras, onednn_enabled, tf


def configure(seed: int, *, deterministic: bool = True) -> None:
    """Seed everything; make TensorFlow compute the same bits at every run on one kind of machine.

    Call it before anything else of TensorFlow runs. An op takes `cpu.threads`, whatever TensorFlow's own
    variables say. Deterministic ops are not enough on a CPU: ops that run side by side finish, and are
    summed, in any order, so they run one after the other. GPUs take memory as they need it.

    Raises:
        UserError: EMOTIONS_THREADS is no number of threads.
    """
    threads = cpu.threads()
    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1 if deterministic else threads)
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, enable=True)


def strategy() -> Strategy:
    """Return the strategy that uses all visible GPUs: mirrored for two and more, else the default."""
    if len(tf.config.list_logical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()


def use_xla(*, deterministic: bool) -> bool:
    """Tell whether to compile with XLA: on a single GPU, and where equal bits are not asked for.

    On a CPU it trains ResNet50V2 four times slower. Keras does not compile with XLA under op determinism,
    and several replicas can't share the variables of a compiled step.
    """
    return len(tf.config.list_physical_devices("GPU")) == 1 and not deterministic


def describe() -> dict[str, str | int]:
    """Name all that equal cells may differ by: the processor, the GPUs, versions and settings.

    Returns:
        Among them `onednn`, on or off as TensorFlow itself answers; the threads that were set, 0 for as many
        as TensorFlow chooses; and, if there are any, the variables of the environment that may change what
        is computed and that this project leaves to the user.
    """
    gpus = [
        tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    found: dict[str, str | int] = {
        "processor": cpu.name(),
        "instructions": cpu.instructions(),
        "cores": cpu.cores(),
        "gpus": ", ".join(gpus) or "none",
        "system": platform.system(),
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "onednn": "on" if onednn_enabled() else "off",
        "intra_op_threads": tf.config.threading.get_intra_op_parallelism_threads(),
        "inter_op_threads": tf.config.threading.get_inter_op_parallelism_threads(),
    }
    if shaping := environment.shaping(os.environ):
        found["environment"] = shaping
    return found
