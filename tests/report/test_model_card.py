"""The card of a released model."""

import json

import pytest
from project import TODAY

from emotions.report.cells import OLD
from emotions.settings.release import ReleasePlan
from emotions.stages.card import main


@pytest.fixture
def paths(project, train):
    evaluate = {"test_time_augmentation": {"flip": True, "crop": None}}
    plan = {"train": train | {"epochs": 7}, "evaluate": evaluate, "fingerprints": {"CompactCNN": TODAY}}
    ReleasePlan.model_validate_json(json.dumps(plan))
    duplicates = dict.fromkeys(
        ("surplus_in_training", "surplus_in_test", "test_also_in_training", "under_another_label"), 1
    ) | {"in_training_under_several_labels": 37, "share": 0.1}
    project.dataset("archive", duplicates=duplicates)
    project.predicted("CompactCNN", "modern", wrong=range(40))
    project.write("plan.json", plan)
    figures = {"photos": 40, "found": 30, "right": 15, "right_originals": 25}
    more = {"generated": False, "right_found_originals": 20, "false_faces": 3}
    size = figures | {"least": 30, "most": 400}
    project.write("photos.json", figures | more | {"by_size": [size]})
    return {
        "plan": project.folder / "plan.json",
        "details": project.folder / "metrics/details/CompactCNN/modern.json",
        "dataset": project.folder / "metrics/dataset.json",
        "photos": project.folder / "photos.json",
        "card": project.folder / "release" / "card.md",
    }


def test_it_says_what_was_measured(paths):
    main(**paths)
    card = paths["card"].read_text()
    assert card.startswith("# Model card: CompactCNN-modern\n")
    words = " ".join(card.split())
    assert "| test | 80 | 0.500 | 0.393\u20130.607 |" in words  # Wilson's of 40 of 80
    assert "| surprise | 1.000 | 1.000 | 1.000 | 10 |" in words
    assert "1,234,567 parameters, 20 MACs a face, 1.00e+09 for the training of 2 epochs" in words
    assert (
        "Trained from scratch on 12 images: photographs from an archive in Kaggle's layout; seed 5" in words
    )
    assert "0.208 minutes on 2 cores of Abacus" in words
    assert "in training this data set has 37 pictures under more than one" in words
    assert "| train | 12 | 1.000 | | |" in words
    assert "`epochs` 7" in words
    assert "`evaluate.test_time_augmentation` flip true, crop null" in words
    assert "found 0.750 of these faces, and 3 where there was none" in words
    assert "it told 0.500 as their labels say, and of the same images, cut out as they are, 0.667" in words
    assert "| 30 to 400 | 40 | 0.750 | 0.500 | 0.625 |" in words
    assert "Generated" not in card
    assert "Stale" not in card


def test_augmented_accuracies_stand_beside_the_plain_ones(project, paths):
    intervals = dict.fromkeys(("test", "macro_f1", "calibration_error")) | {"test_unseen": [0.319, 0.545]}
    project.cell("CompactCNN", "modern", 0.5, tta=0.625, intervals=intervals)
    main(**paths)
    words = " ".join(paths["card"].read_text().split())
    assert "| unseen | 70 | 0.430 | 0.319\u20130.545 | 0.625 |" in words
    assert "| Class |" not in words  # without a confusion matrix


def test_a_card_of_generated_faces_says_so_first(project, paths):
    project.predicted("CompactCNN", "modern", wrong=[], source="synthetic")
    main(**paths)
    assert "**Generated faces.**" in paths["card"].read_text().split("\n\n")[1]


@pytest.mark.parametrize(
    ("differs", "said"),
    [({"settings": "x", "faces": "x"}, "settings, faces"), ({"evaluation": "x"}, "evaluation"), ({}, OLD)],
)
def test_a_card_of_a_stale_cell_says_so_first(project, paths, differs, said):
    project.stale("CompactCNN", "modern", **differs)
    main(**paths)
    assert f"**Stale ({said}).**" in paths["card"].read_text().split("\n\n")[1]
