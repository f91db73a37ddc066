"""The committed params.yaml, and what a variant inherits."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from emotions.cli.demo import PARAMS
from emotions.params import load_params
from emotions.runtime.errors import UserError

COMMITTED = Path(__file__).parents[2] / "params.yaml"

yaml = YAML(typ="safe")


def test_the_committed_file_is_the_whole_grid_of_the_report_and_more():
    params = load_params(COMMITTED)
    cells = {(backbone, variant): cell for backbone, variant, cell in params.cells()}
    assert list(cells) == [names for one in params.lists.values() for names in one.names()]
    assert len(params.grid.names()) == 99
    assert {cell.input_size for (name, _), cell in cells.items() if "Inception" in name} == {75}
    assert {cell.input_size for (name, _), cell in cells.items() if "Inception" not in name} == {48}
    baseline = cells["VGG16", "baseline"].train
    assert cells["VGG16", "sgd"].train == baseline.model_copy(update={"optimizer": "sgd"})
    assert cells["VGG16", "lr-1"].train == baseline.model_copy(update={"learning_rate": 1.0})
    assert cells["VGG16", "zca"].train == baseline.model_copy(update={"preprocessing": "zca"})
    modern = cells["CompactCNN", "modern"]
    for seed in (1, 2):
        assert cells["CompactCNN", f"modern-seed-{seed}"] == modern.model_copy(update={"seed": seed})


def test_what_the_documents_and_the_demo_set_stands_in_the_file():
    documents = [COMMITTED.parent / "README.md", *(COMMITTED.parent / "docs").glob("*.md")]
    texts = [document.read_text() for document in documents]
    told = [key for text in texts for key in re.findall(r"-S\s+'?([\w.-]+)=", text)]
    assert {"data.archive.path", "variants.modern.precision"} <= set(told)
    # DVC sets no key that is not there, but after two plus signs.
    for key in [*told, *(param.split("=")[0] for param in PARAMS if not param.startswith("++"))]:
        section = yaml.load(COMMITTED)
        for name in key.split("."):
            assert name in section, key
            section = section[name]


def test_numbers_are_read_as_dvc_reads_them(tmp_path):
    text = COMMITTED.read_text().replace("learning_rate: 0.01", "learning_rate: 1e-3")
    path = tmp_path / "params.yaml"
    path.write_text(text)
    assert load_params(path).train.learning_rate == 0.001


def test_a_default_reaches_the_variants_that_do_not_override_it(load):
    rates = {
        name: load({"train/learning_rate": 0.5}).variant(name).train.learning_rate for name in ("sgd", "lr-1")
    }
    assert rates == {"sgd": 0.5, "lr-1": 1.0}


def test_a_variant_may_change_one_nested_key_and_the_seed(load):
    changed = load({"variants/sgd": {"seed": 7, "reduce_lr_on_plateau": {"patience": 9}}})
    seed, train, _ = changed.variant("sgd")
    assert seed == 7
    assert train.reduce_lr_on_plateau.model_dump() == {"monitor": "val_loss", "factor": 0.1, "patience": 9}


def test_a_variant_says_only_what_it_changes_in_the_one_that_it_extends(load):
    params = load(
        {
            "train/dropout": 0.1,
            "variants/sgd": {"seed": 7, "optimizer": "sgd", "reduce_lr_on_plateau": {"patience": 9}},
            "variants/adam": {"extends": "sgd", "optimizer": "adam", "reduce_lr_on_plateau": {"factor": 0.5}},
            "variants/raw": {"extends": "adam", "seed": 8},
        }
    )
    seed, train, _ = params.variant("raw")
    assert (seed, params.variant("adam").seed) == (8, 7)
    assert (train.optimizer, train.dropout) == ("adam", 0.1)
    assert train.reduce_lr_on_plateau.model_dump() == {"monitor": "val_loss", "factor": 0.5, "patience": 9}


def test_how_a_variant_is_evaluated_is_inherited_and_trains_no_cell_again(load):
    crop = {"evaluate": {"test_time_augmentation": {"crop": 40}}}
    params = load({"variants/modern-seed-1": {"extends": "modern", "seed": 1} | crop})
    views = {
        name: params.variant(name).evaluate.test_time_augmentation
        for name in ("sgd", "modern", "modern-seed-1")
    }
    assert views["sgd"] is None
    assert views["modern"].model_dump() == {"flip": True, "crop": 44}
    assert views["modern-seed-1"].model_dump() == {"flip": True, "crop": 40}
    assert list(params.cells()) == list(load({}).cells())
    everywhere = load({"evaluate/test_time_augmentation": {"flip": True, "crop": None}})
    assert everywhere.variant("sgd").evaluate.test_time_augmentation.flip
    assert list(everywhere.cells()) == list(load({}).cells())


def test_a_backbone_is_given_the_size_that_is_set_for_it(load):
    sizes = {
        backbone: cell.input_size
        for backbone, _, cell in load(
            {"backbones/InceptionV3/input_size": 96, "backbones/VGG16/smallest": 64}
        ).cells()
    }
    assert (sizes["InceptionV3"], sizes["VGG16"], sizes["VGG19"]) == (96, 64, 48)


def test_a_name_that_no_file_can_have_is_refused_in_words(load):
    with pytest.raises(UserError, match=r"weights: a\0\.h5 can't be read \(.*null byte\); allowed: null"):
        list(load({"train/weights": "a\0.h5"}).cells())


def test_other_weights_under_the_same_name_make_another_cell(load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    params = load({"train/weights": "w.h5"})
    with pytest.raises(UserError, match=r"weights: w\.h5 can't be read"):
        list(params.cells())
    digests = set()
    for content in (b"a", b"b", b"a"):
        Path("w.h5").write_bytes(content)
        digests.add(next(params.cells())[2].weights_sha256)
    assert len(digests) == 2
