"""A made-up folder of plan, metrics and what lies beside them, and what writes the pages."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emotions.data.faces import SIZE, Faces
from emotions.data.pixel_statistics import Statistics
from emotions.explain.record import GradCam, Output, Record
from emotions.params import load_params
from emotions.settings.report import ReportPlan
from emotions.stages import report

CLASSES = ("angry", "fear", "happy", "neutral", "sad", "surprise")
VARIANTS = {
    "baseline": {},
    "epochs-15": {"epochs": 15},
    "lr-1": {"learning_rate": 1.0},
    "sgd": {"optimizer": "sgd"},
    "adam": {"optimizer": "adam"},
    "relu": {"activation": "relu"},
    "sigmoid": {"activation": "sigmoid"},
    "raw": {"preprocessing": "none"},
    "zca": {"preprocessing": "zca"},
}


class Project:
    """Files as the stages before `report` write them."""

    def __init__(self, folder, train):
        self.folder, self.train = folder, train
        self.page = folder / "reports" / "README.md"
        self.html = folder / "reports" / "index.html"
        self.counts = {
            "training": dict.fromkeys(CLASSES, 100) | {"happy": 250},
            "test": dict.fromkeys(CLASSES, 10) | {"happy": 30},
        }
        self.plan(["VGG16", "NASNetLarge"], VARIANTS)
        self.write("metrics/class_counts.json", self.counts)
        self.write("metrics/zca.json", {"condition_number": 360.5, "explained": [[1, 0.17], [10, 0.92]]})
        self.dataset("archive")

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")

    def plan(self, backbones, variants, **changes):
        seeds = {name: change.get("seed", 5) for name, change in variants.items()}
        settings = {name: self.train | changes | change for name, change in variants.items()}
        for each in settings.values():
            each.pop("seed", None)
        plan = {"source": "archive", "seed": 5, "classes": CLASSES}
        plan |= {
            "backbones": backbones,
            "variants": settings,
            "seeds": seeds,
            "recipes": [],
            "fingerprints": {},
        }
        plan["grid"] = [[backbone, variant] for variant in variants for backbone in backbones]
        ReportPlan.model_validate_json(json.dumps(plan))
        self.write("plan.json", plan)

    def dataset(self, source, **more):
        self.write("metrics/dataset.json", {"source": source, "generated": source == "synthetic"} | more)

    def faces(self, source="archive", copies=2):
        """80 test faces of the class counts, each pixel pattern `copies` times, and 2 to train on of each "
        "class."""
        labels = np.repeat(range(6), [self.counts["test"][name] + 2 for name in CLASSES]).astype(np.uint8)
        first = np.flatnonzero(np.diff(labels, prepend=9))
        splits = np.full(len(labels), 2, np.uint8)
        splits[np.concatenate([first, first + 1])] = 0
        groups = np.arange(len(labels), dtype=np.int32) // copies
        pixels = np.random.default_rng(0).integers(0, 256, (len(labels), SIZE, SIZE), dtype=np.uint8)[groups]
        faces = Faces(pixels, labels, splits, groups, np.zeros(len(labels), np.bool_), CLASSES)
        faces.save(self.folder / "faces.npz")
        self.dataset(source, faces_sha256=faces.sha256())
        return faces

    def statistics(self):
        Statistics(0.5, 0.25, np.eye(SIZE**2, dtype=np.float32)).save(self.folder / "statistics.npz")

    def predicted(self, backbone, variant, wrong, score=0.8, faces=None, **details):
        """A cell with predictions: right but for these of the 80 test images, which it takes for the next "
        "class."""
        faces = faces or self.faces()
        rows = faces.rows("test")
        actual = faces.labels[rows].astype(int)
        given = np.where(np.isin(np.arange(len(rows)), list(wrong)), (actual + 1) % 6, actual)
        names = np.array(CLASSES)
        table = {"face": rows, "actual": names[actual], "predicted": names[given]}
        path = self.folder / "predictions" / backbone / f"{variant}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(table | {"score": score, "seen": False}).to_csv(path, index=False)
        self.cell(backbone, variant, round(float((given == actual).mean()), 4), **details)

    def layers(
        self, backbone, variant="baseline", height=12, shape=(24, 24, 64), channels=9, low=-1.5, **changes
    ):
        """Seven layers and maps of which the lower right speaks for the class, but for the first."""
        rng = np.random.default_rng(0)
        size = shape[:2] if channels else (0, 0)
        levels = rng.integers(0, 15, (channels, *size), dtype=np.uint8)
        outputs = [Output(f"conv_{i}", "Conv2D", shape, levels, low, 2.25) for i in range(1, 8)]
        maps = np.zeros((6, height, height), np.float32)
        maps[1:, height // 2 :, height // 2 :] = 0.5
        content = {
            "variant": variant,
            "face": ("happy", 3),
            "outputs": tuple(outputs),
            "classes": CLASSES,
            "faces": dict.fromkeys(CLASSES, 7),
            "cam": GradCam("last", maps, np.array([0, 0, 0, 0, 0, -1])),
        }
        Record(**content | changes).save(self.folder / "layers" / f"{backbone}.npz")

    def history(self, backbone, variant, accuracies):
        path = self.folder / "history" / backbone / f"{variant}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        epochs = range(1, len(accuracies) + 1)
        table = {"epoch": epochs, "loss": 1.5, "accuracy": accuracies, "val_loss": 1.6, "val_accuracy": 0.3}
        pd.DataFrame(table | {"learning_rate": 0.01}).to_csv(path, index=False)

    def cell(self, backbone, variant, accuracy, **details):
        scores = {"accuracy": accuracy, "loss": None if details.get("diverged") else 1.2345}
        run = {"train": {"accuracy": 0.61, "loss": 0.9}, "validation": {"accuracy": 0.57, "loss": 1e6}}
        run |= {"test": scores | {"macro_f1": 0.39}, "test_unseen": {"accuracy": 0.43, "loss": 1.5}}
        known = {
            "per_class": {},
            "n": {"train": 675, "validation": 75, "test": 80, "test_unseen": 70},
            "parameters": 1234567,
            "epochs_run": 10,
            "seconds": 12.5,
            "images_per_second": 117.4,
            "machine": {"processor": "Abacus", "cores": 2, "tensorflow": "2.21.0"},
            "diverged": False,
            "collapsed": False,
        }
        self.write(f"metrics/runs/{backbone}/{variant}.json", run)
        self.write(f"metrics/details/{backbone}/{variant}.json", known | details)

    def render(self):
        metrics = self.folder / "metrics"
        report.main(
            plan=self.folder / "plan.json",
            runs=metrics / "runs",
            details=metrics / "details",
            counts=metrics / "class_counts.json",
            dataset=metrics / "dataset.json",
            zca=metrics / "zca.json",
            predictions=self.folder / "predictions",
            history=self.folder / "history",
            faces=self.folder / "faces.npz",
            statistics=self.folder / "statistics.npz",
            layers=self.folder / "layers",
            short=self.page,
            page=self.html,
        )
        return self.page.read_text(encoding="utf-8")

    def render_html(self):
        self.render()
        return self.html.read_text(encoding="utf-8")


@pytest.fixture
def train():
    """The settings that the report of 2020 states, and the others of `train`."""
    path = Path(__file__).parents[2] / "params.yaml"
    return load_params(path).train.model_dump(mode="json")


@pytest.fixture
def project(tmp_path, train):
    return Project(tmp_path, train)
