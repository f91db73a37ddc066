import json

from emotions.report import compare, published
from emotions.report.stage_files import Counts
from emotions.settings.cell import Train


def test_deviations_are_grouped_and_leave_out_what_the_report_does_not_state(train):
    short = train | {"epochs": 2, "batch_size": 32}
    variants = {
        "baseline": short,
        "sgd": short | {"optimizer": "sgd"},
        "adam": short,
        "epochs-15": short | {"epochs": 3},
        "mine": short | {"learning_rate": 9.0},
    }
    found = compare.deviations(
        {name: Train.model_validate_json(json.dumps(each)) for name, each in variants.items()}
    )
    assert [(one.key, one.ours, one.theirs, one.variants) for one in found] == [
        ("epochs", 2, 10, ("baseline", "sgd", "adam")),
        ("optimizer", "rmsprop", "adam", ("adam",)),
        ("epochs", 3, 15, ("epochs-15",)),
    ]


def test_contradictions():
    assert compare.contradictions(["ResNet50V2", "InceptionV3", "VGG19", "NASNetMobile", "NASNetLarge"]) == {
        "ResNet50V2": [0.477, 0.411, 0.411, 0.504, 0.411],
        "InceptionV3": [0.462, 0.462, 0.462, 0.517, 0.462],
    }


def test_contradictions_in_training():
    found = compare.contradictions(["ResNet50V2", "InceptionV3", "VGG16"], published.TRAIN_TABLES)
    assert found == {
        "ResNet50V2": [0.602, 0.602, 0.602, 0.596, 0.602],
        "InceptionV3": [0.524, 0.524, 0.524, 0.571, 0.524],
        "VGG16": [0.255, 0.255, 0.255, 0.255, 0.258],
    }


def test_the_majority_class_is_that_of_training():
    counts = Counts(training={"a": 5, "b": 9, "c": 1}, test={"a": 6, "b": 3, "c": 3})
    assert compare.chance_baselines(counts, ("a", "b", "c")) == compare.ChanceBaselines("b", 0.25, 1 / 3)
