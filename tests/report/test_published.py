import pytest

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.params import load_params
from emotions.report import compare, published


@pytest.fixture(scope="module")
def params(pytestconfig):
    return load_params(pytestconfig.rootpath / "params.yaml")


def test_the_figures_are_whole(params):
    rows = published.results()
    assert len(rows) == 210
    assert {row.table for row in rows} == set(range(2, 12))
    assert all(row.split == ("train" if row.table < 7 else "test") for row in rows)
    assert all(0 < row.accuracy < 1 for row in rows)
    # Nine backbones in each table but those of activations, which lack NASNetMobile.
    assert {row.backbone for row in rows} == set(params.grid.backbones) - {"NASNetLarge", "CompactCNN"}
    assert sum(row.table in {5, 10} for row in rows) == 2 * 8 * 3
    assert sum(row.loss != row.loss for row in rows) == 2


@pytest.mark.parametrize(
    ("table", "value", "backbone", "accuracy"),
    [
        (7, "15", "InceptionV3", 0.538),
        (8, "1", "ResNet101V2", 0.177),
        (9, "adam", "ResNet50V2", 0.624),
        (10, "relu", "DenseNet169", 0.419),
        (11, "false", "VGG16", 0.255),
        (10, "softmax", "NASNetMobile", None),
        (7, "10", "NASNetLarge", None),
    ],
)
def test_a_row_is_found(table, value, backbone, accuracy):
    assert published.accuracy(table, value, backbone) == accuracy


def test_every_value_of_the_test_tables_has_a_variant():
    for one in published.TEST_TABLES:
        values = dict.fromkeys(row.value for row in published.results() if row.table == one.number)
        assert list(values) == list(one.variants)
        assert set(one.variants.values()) <= set(published.SETTINGS)


def test_the_committed_params_repeat_the_report(params):
    variants = {name: params.variant(name).train for name in params.grid.variants}
    assert set(variants) == set(published.SETTINGS)
    assert compare.deviations(variants) == []


def test_table_1():
    assert {split: sum(counts.values()) for split, counts in CLASS_COUNTS.items()} == {
        "training": 28_273,
        "test": 7_067,
    }
