"""A made-up folder of all that the pages are made from, and what writes the pages."""

import functools
import json
from unittest import mock

import numpy as np
import pandas as pd
from markupsafe import Markup

from emotions.data.faces import SIZE, SPLITS, Faces
from emotions.data.pictures import FacePictures, ZcaPictures
from emotions.evaluation.details import Model, Timing, details
from emotions.evaluation.predictions import Predictions, SplitPredictions
from emotions.explain.record import GradCam, Output, Record
from emotions.report import markdown
from emotions.report.gather import gather
from emotions.report.html import charts, cost, forest, page
from emotions.report.study import read_beside, study
from emotions.settings.evaluate import EvaluatePlan
from emotions.settings.report import ReportPlan
from emotions.stages import report
from emotions.synthetic.portraits import samples
from made_up_details import CLASSES, made_up_details

COUNTS = {
    "training": dict.fromkeys(CLASSES, 100) | {"happy": 250},
    "test": dict.fromkeys(CLASSES, 10) | {"happy": 30},
}
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
TODAY = {"settings": "s", "code": "c", "evaluation": "e"}
MACHINE = {"processor": "Abacus", "cores": 2}
PREPARED = "p"
"""Hash of the plan that the faces of today are prepared by."""
DRAWN = Markup("<svg></svg>")
MODEL = "m"
"""Hash of every model."""


@functools.cache
def made_up_faces():
    """80 test faces of the class counts, each pixel pattern twice, and 2 to train on of each class."""
    labels = np.repeat(range(6), [COUNTS["test"][name] + 2 for name in CLASSES]).astype(np.uint8)
    first = np.flatnonzero(np.diff(labels, prepend=9))
    splits = np.full(len(labels), 2, np.uint8)
    splits[np.concatenate([first, first + 1])] = 0
    groups = np.arange(len(labels), dtype=np.int32) // 2
    pixels = np.random.default_rng(0).integers(0, 256, (len(labels), SIZE, SIZE), dtype=np.uint8)[groups]
    return Faces(pixels, labels, splits, groups, np.zeros(len(labels), np.bool_), CLASSES)


class Project:
    """Files as the stages before `report` write them, and as git holds them."""

    def __init__(self, folder, train):
        self.folder, self.train, self.variants = folder, train, tuple(VARIANTS)
        self.page = folder / "reports" / "README.md"
        self.html = folder / "reports" / "index.html"
        self.cost = folder / "reports" / "accuracy_against_cost.svg"
        self.plan(["VGG16", "NASNetLarge"], VARIANTS)
        self.write("metrics/class_counts.json", COUNTS)
        self.write("metrics/zca.json", {"condition_number": 360.5, "explained": [[1, 0.17], [10, 0.92]]})
        self.dataset("archive")
        drawn = {name: face for name, [face] in samples(CLASSES, 5, 1).items()}
        eigenvalues = np.linspace(9, 0.1, 2304, dtype=np.float32)
        ZcaPictures(eigenvalues, drawn, {name: 255 - face for name, face in drawn.items()}).save(
            self.path("reports/pictures/zca.npz")
        )

    def path(self, name):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name, content):
        self.path(name).write_text(json.dumps(content), encoding="utf-8")

    def plan(self, backbones, variants, others=(), **changes):
        """`others` are the cells of `recipes`; those of `grid` are all the rest."""
        seeds = {name: change.get("seed", 5) for name, change in variants.items()}
        settings = {name: self.train | changes | change for name, change in variants.items()}
        evaluate = {"test_time_augmentation": None}
        evaluations = {name: evaluate | change.get("evaluate", {}) for name, change in variants.items()}
        for each in settings.values():
            each.pop("seed", None)
            each.pop("evaluate", None)
        plan = {"prepare_sha256": PREPARED, "seed": 5, "classes": CLASSES}
        plan |= {"recipes": others, "diagnostics": []}
        plan |= {"backbones": backbones, "variants": settings, "evaluate": evaluations, "seeds": seeds}
        every = [[backbone, variant] for variant in variants for backbone in backbones]
        plan["grid"] = [names for names in every if names not in list(others)]
        plan["fingerprints"] = {"/".join(names): TODAY for names in every}
        ReportPlan.model_validate_json(json.dumps(plan))
        self.write("data/plan/report.json", plan)

    def dataset(self, source, **more):
        """The data set; pictures of its faces are made as the stage makes them."""
        generated = source == "synthetic"
        known = {"source": source, "generated": generated, "faces_sha256": made_up_faces().sha256()}
        known["plan_sha256"] = PREPARED
        self.write("metrics/dataset.json", known | more)
        pictures = FacePictures.of(made_up_faces(), generated=generated)
        pictures.save(self.path("reports/pictures/faces.npz"))

    def cell(self, backbone, variant, accuracy, **changes):
        """A cell of known scores, that belongs to today's plan and was trained on today's faces."""
        today = {"fingerprint": TODAY | {"faces": made_up_faces().sha256()}}
        content = made_up_details(accuracy, **today | changes)
        self.write(f"metrics/details/{backbone}/{variant}.json", content)
        return content

    def predicted(
        self, backbone, variant, wrong, score=0.8, source="archive", accuracies=(0.2, 0.9), **changes
    ):
        """A cell as stage `evaluate` writes it, right but for these of the 80 test images, which it takes for
        the next class; its highest scores are all this one."""
        faces = made_up_faces()
        actual = faces.targets("test").astype(int)
        given = np.where(np.isin(np.arange(len(actual)), list(wrong)), (actual + 1) % 6, actual)
        classes = {split: faces.targets(split) for split in SPLITS} | {"test": given, "test_unseen": given}
        splits = {
            split: Predictions(
                np.where(np.eye(6, dtype=np.bool_)[each], np.float32(score), np.float32((1 - score) / 5)),
                np.ones(len(each), np.float32),
            )
            for split, each in classes.items()
        }
        plan = EvaluatePlan(
            backbone=backbone,
            variant=variant,
            onednn="always",
            seed=5,
            source=source,
            test_time_augmentation=None,
            evaluation=TODAY["evaluation"],
        )
        epochs = {"epoch": range(1, len(accuracies) + 1), "loss": 1.5, "accuracy": accuracies}
        epochs |= {"val_loss": 1.6, "val_accuracy": 0.3, "learning_rate": 0.01}
        found = details(
            plan,
            faces,
            SplitPredictions(splits, {}, "softmax"),
            pd.DataFrame(epochs),
            Model(1234567, 20, MODEL),
            Timing(
                seconds=12.5,
                images_per_second=117.4,
                training_macs=10**9,
                deterministic=True,
                machine=MACHINE,
                fingerprint={"settings": TODAY["settings"], "code": TODAY["code"], "faces": faces.sha256()},
            ),
            MACHINE,
        )
        self.write(f"metrics/details/{backbone}/{variant}.json", found.content() | changes)

    def stale(self, backbone, variant, **differs):
        """Give a cell that was written a fingerprint that differs in these."""
        name = f"metrics/details/{backbone}/{variant}.json"
        found = json.loads((self.folder / name).read_text(encoding="utf-8"))
        self.write(name, found | {"fingerprint": found["fingerprint"] | differs if differs else None})

    def layers(
        self,
        backbone,
        variant="baseline",
        height=12,
        shape=(24, 24, 64),
        channels=9,
        low=-1.5,
        name=None,
        **changes,
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
            "model_sha256": MODEL,
            "face": ("happy", 3),
            "outputs": tuple(outputs),
            "classes": CLASSES,
            "faces": dict.fromkeys(CLASSES, 7),
            "cam": GradCam("last", maps, np.array([0, 0, 0, 0, 0, -1])),
        }
        Record(**content | changes).save(self.path(f"reports/layers/{name or backbone}.npz"))

    def run_all(self, source="archive"):
        """One backbone under two variants, with all that there can be."""
        self.dataset(source)
        for variant, wrong in (("baseline", 20), ("epochs-15", 10)):
            self.predicted("VGG16", variant, range(wrong), source=source, accuracies=(0.2, 0.91234))
        for backbone in ("VGG16", "NASNetLarge"):
            self.layers(backbone)

    def write_pages(self):
        report.main(**self.inputs(), short=self.page, page=self.html, cost=self.cost)
        return self

    def gathered(self):
        paths = self.inputs()
        plan = ReportPlan.read(paths["plan"])
        return gather(plan, paths["details"], paths["counts"], paths["dataset"])

    def render(self):
        """The short page alone, which takes a hundredth of the time."""
        return markdown.render(self.study())

    def study(self):
        return study(self.gathered())

    def inputs(self):
        """What the stage is told to read, under the names that it has in `dvc.yaml`."""
        return {
            "plan": self.folder / "data/plan/report.json",
            "details": self.folder / "metrics/details",
            "counts": self.folder / "metrics/class_counts.json",
            "dataset": self.folder / "metrics/dataset.json",
            "zca": self.folder / "metrics/zca.json",
            "faces": self.folder / "reports/pictures/faces.npz",
            "whitening": self.folder / "reports/pictures/zca.npz",
            "layers": self.folder / "reports/layers",
        }

    def render_html(self):
        """The page without its charts, which take most of the time."""
        computed, paths = self.study(), self.inputs()
        files = (paths[name] for name in ("zca", "faces", "whitening", "layers"))
        drawings = ("class_counts", "curves", "reliability")
        with (
            mock.patch.multiple(charts, **dict.fromkeys(drawings, lambda *_, **__: DRAWN)),
            mock.patch.object(cost, "charts", return_value=[DRAWN]),
            mock.patch.object(forest, "forest", return_value=DRAWN),
        ):
            return page.render(computed, read_beside(*files, computed.plan))
