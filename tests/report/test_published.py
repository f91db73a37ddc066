"""The figures of the report of 2020 are whole, and its settings are those of `params.yaml`."""

import pytest

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.params import load_params
from emotions.report import published, variants


@pytest.fixture(scope="module")
def params(pytestconfig):
    return load_params(pytestconfig.rootpath / "params.yaml")


def test_the_figures_are_whole(params):
    rows = published.results()
    assert len(rows) == 210
    assert set(rows["table"]) == set(range(2, 12))
    assert ((rows["split"] == "train") == (rows["table"] < 7)).all()
    assert rows["accuracy"].between(0, 1, inclusive="neither").all()
    # Nine backbones in each table but those of activations, which lack NASNetMobile.
    assert set(rows["backbone"]) == set(params.grid.backbones) - {"NASNetLarge", "CompactCNN"}
    assert rows["table"].isin([5, 10]).sum() == 2 * 8 * 3
    assert rows["loss"].isna().sum() == 2


@pytest.mark.parametrize(
    ("backbone", "variant", "accuracies"),
    [
        ("InceptionV3", "epochs-15", [0.538]),
        ("ResNet101V2", "lr-1", [0.177]),
        ("ResNet50V2", "adam", [0.624]),
        ("DenseNet169", "relu", [0.419]),
        ("VGG16", "raw", [0.255]),
        ("InceptionV3", "baseline", [0.462, 0.517]),
        ("NASNetMobile", "relu", []),
        ("NASNetLarge", "baseline", []),
    ],
)
def test_a_setting_has_the_accuracies_of_its_tables(backbone, variant, accuracies):
    assert published.test_accuracies(backbone, variant) == accuracies


def test_the_highest_accuracy_and_a_variant_against_the_baseline():
    best = published.best()
    assert (best["backbone"], best["value"], best["table"], best["accuracy"]) == (
        "ResNet50V2",
        "adam",
        9,
        0.624,
    )
    # Table 8: 1 is higher on ResNet50V2, though the report says never, and equal on VGG19.
    assert published.against_baseline("lr-1") == {"table": 8, "higher": 1, "lower": 7, "backbones": 9}
    assert published.against_baseline("zca") is published.against_baseline("baseline") is None


def test_every_value_has_a_variant_whose_settings_are_known():
    known = {(axis, value) for axis, one in published.AXES.items() for value in one.variants}
    assert set(zip(published.results()["axis"], published.results()["value"], strict=True)) == known
    assert set(published.results()["variant"]) | {published.ZCA} == set(published.settings())


@pytest.mark.parametrize(
    ("split", "found"),
    [
        ("test", {"InceptionV3": [0.462, 0.462, 0.462, 0.517, 0.462]}),
        (
            "train",
            {
                "InceptionV3": [0.524, 0.524, 0.524, 0.571, 0.524],
                "VGG16": [0.255, 0.255, 0.255, 0.255, 0.258],
            },
        ),
    ],
)
def test_where_the_report_contradicts_itself(split, found):
    names = ("InceptionV3", "VGG16", "NASNetMobile") if split == "train" else ("InceptionV3", "VGG19")
    rows = published.contradictions(split, names)
    assert rows.groupby("backbone", sort=False)["accuracy"].agg(list).to_dict() == found


def test_the_committed_params_repeat_the_report(params):
    found = {name: params.variant(name).train for name in params.grid.variants}
    assert set(found) == set(published.settings())
    assert variants.deviations(found) == []


def test_table_1():
    assert {split: sum(counts.values()) for split, counts in CLASS_COUNTS.items()} == {
        "training": 28_273,
        "test": 7_067,
    }
