"""Train on two logical CPUs, which stand for two GPUs. Run by test_fit.py."""

from pathlib import Path

from emotions.tensorflow_import import tf  # isort: skip

import numpy as np

import emotions.models.build
import emotions.training.phases
from emotions import hardware
from emotions.errors import UserError
from emotions.faces import Faces
from emotions.settings.cell import Cell
from emotions.statistics import Statistics
from emotions.training.fit import train
from tiny import Dropping

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
hardware.strategy = lambda: strategy
emotions.models.build.BACKBONES = emotions.training.phases.BACKBONES = {"Tiny": Dropping()}
print("replicas", strategy.num_replicas_in_sync)

faces, statistics = Faces.load(Path("faces.npz")), Statistics.load(Path("statistics.npz"))
trained = train(Cell.read(Path("even.json")), faces, statistics, Path("even.npz"))
print("rows", len(trained.history), "finite", np.isfinite(trained.history).all().all())
try:
    train(Cell.read(Path("odd.json")), faces, statistics, Path("odd.npz"))
except UserError as error:
    print(error)
