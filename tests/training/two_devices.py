"""Train on two logical CPUs, which stand for two GPUs. Run by test_fit.py."""

from pathlib import Path

from emotions.runtime.tensorflow_import import tf  # isort: skip

import numpy as np

from emotions.data.faces import Faces
from emotions.data.pixel_statistics import Statistics
from emotions.runtime import hardware
from emotions.runtime.errors import UserError
from emotions.settings.cell import Cell
from emotions.training.fit import train

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
hardware.strategy = lambda: tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
print("replicas", hardware.strategy().num_replicas_in_sync)

faces, statistics = Faces.load(Path("faces.npz")), Statistics.load(Path("statistics.npz"))
for name in ("even", "modern"):
    trained = train(Cell.read(Path(f"{name}.json")), faces, statistics, Path(f"{name}.npz"))
    print(name, "rows", len(trained.history), "finite", np.isfinite(trained.history).all().all())
try:
    train(Cell.read(Path("odd.json")), faces, statistics, Path("odd.npz"))
except UserError as error:
    print(error)
