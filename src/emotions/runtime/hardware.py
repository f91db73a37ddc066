"""What the numbers ran on, and how TensorFlow is set up for it."""

import platform

from emotions.runtime.tensorflow_import import tf  # isort: skip  # before Keras imports it

import keras

from emotions.runtime import cpu
from emotions.runtime.keras_types import Strategy


def configure(seed: int, *, deterministic: bool = True) -> None:
    """Seed everything; make TensorFlow compute the same bits at every run on one kind of machine.

    Call it before anything else of TensorFlow runs. Deterministic ops are not enough on a CPU: ops that
    run side by side finish, and are summed, in any order, so they run one after the other, each on all
    cores. GPUs take memory as they need it.
    """
    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()
        tf.config.threading.set_inter_op_parallelism_threads(1)
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
    """Name the processor, its cores, the GPUs, and the versions of what computes."""
    gpus = [
        tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    return {
        "processor": cpu.name(),
        "instructions": cpu.instructions(),
        "cores": cpu.cores(),
        "gpus": ", ".join(gpus) or "none",
        "system": platform.system(),
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }
