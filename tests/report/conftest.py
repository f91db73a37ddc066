"""A made-up folder of plan and metrics, and what reads the page back."""

import json

import pytest

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
        self.counts = {
            "training": dict.fromkeys(CLASSES, 100) | {"happy": 250},
            "test": dict.fromkeys(CLASSES, 10) | {"happy": 30},
        }
        self.plan(["VGG16", "NASNetLarge"], VARIANTS)
        self.write("metrics/class_counts.json", self.counts)
        self.dataset("archive")

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")

    def plan(self, backbones, variants, **changes):
        settings = {name: self.train | changes | change for name, change in variants.items()}
        plan = {"source": "archive", "seed": 5, "classes": CLASSES}
        plan |= {"backbones": backbones, "variants": settings}
        ReportPlan.model_validate_json(json.dumps(plan))
        self.write("plan.json", plan)

    def dataset(self, source):
        self.write("metrics/dataset.json", {"source": source, "generated": source == "synthetic"})

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
            page=self.page,
        )
        return self.page.read_text(encoding="utf-8")


@pytest.fixture
def train():
    """The settings that the report of 2020 states, and the others of `train`."""
    return {
        "epochs": 10,
        "batch_size": 64,
        "learning_rate": 0.01,
        "optimizer": "rmsprop",
        "activation": "softmax",
        "preprocessing": "standardize",
        "reduce_lr_on_plateau": {"monitor": "val_loss", "factor": 0.1, "patience": 3},
        "weights": None,
        "precision": "float32",
        "deterministic": True,
    }


@pytest.fixture
def project(tmp_path, train):
    return Project(tmp_path, train)
