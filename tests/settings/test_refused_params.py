"""What params.yaml may not say, and how it is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from emotions.params import load_params
from emotions.runtime.errors import UserError

COMMITTED = Path(__file__).parents[2] / "params.yaml"

yaml = YAML(typ="safe")


# What is set, the key the message must name, what was given, and what it must say is allowed.
REFUSED = [
    ({"sead": 3}, "sead", "no such key", "did you mean seed?"),
    ({"seed": "a"}, "seed", '"a"', "a whole number"),
    ({"seed": -1}, "seed", "-1", "greater than or equal to 0"),
    ({"seed": True}, "seed", "true", "a whole number"),
    ({"data/source": "web"}, "data.source", '"web"', "'kaggle', 'archive' or 'synthetic'"),
    ({"data/source": "archive"}, "data.archive.path", "null", "a zip, a tar, a folder or"),
    ({"data/kaggle/dataset": "faces"}, "data.kaggle.dataset", '"faces"', "owner/data-set"),
    ({"data/kaggle/version": 0}, "data.kaggle.version", "0", "null, or a whole number from 1"),
    ({"data/kaggle/deadline_s": 0}, "data.kaggle.deadline_s", "0", "greater than 0"),
    ({"data/synthetic/train": 5}, "data.synthetic.train", "5", "greater than or equal to"),
    ({"classes": ["happy"]}, "classes", '["happy"]', "a longer list"),
    ({"classes": ["happy", "Happy"]}, "classes", '["happy", "Happy"]', "every name once"),
    ({"classes": ["a/b", "c", "d"]}, "classes.0", '"a/b"', "letters, digits, - and _"),
    ({"prepare/validation": 1}, "prepare.validation", "1", "less than 1"),
    ({"prepare/skip_unreadable": "no"}, "prepare.skip_unreadable", '"no"', "true or false"),
    ({"zca": None}, "zca", "null", "keys with values"),
    ({"zca/epsilon": 0}, "zca.epsilon", "0", "greater than 0"),
    ({"grid/backbones": ["VGG1"]}, "grid.backbones", '"VGG1"', "VGG16"),
    ({"grid/variants": ["sdg"]}, "grid.variants", '"sdg"', "sgd"),
    ({"grid/variants": []}, "grid.variants", "[]", "a longer list"),
    ({"train/epochs": 0}, "train.epochs", "0", "greater than or equal to 1"),
    ({"train/epochs": 1.5}, "train.epochs", "1.5", "a whole number"),
    ({"train/batch_size": "64"}, "train.batch_size", '"64"', "a whole number"),
    ({"train/learning_rate": [1]}, "train.learning_rate", "[1]", "a number"),
    ({"train/optimizer": "adamw"}, "train.optimizer", '"adamw"', "'rmsprop', 'sgd', 'adam' or 'muon'"),
    ({"train/activation": None}, "train.activation", "null", "'softmax', 'relu' or 'sigmoid'"),
    ({"train/preprocessing": "pca"}, "train.preprocessing", '"pca"', "'zca'"),
    ({"train/reduce_lr_on_plateau": 3}, "train.reduce_lr_on_plateau", "3", "null, or monitor"),
    ({"train/reduce_lr_on_plateau/factor": 2}, "train.reduce_lr_on_plateau.factor", "2", "less than 1"),
    ({"train/weights": "w.txt"}, "train.weights", '"w.txt"', ".keras or .h5"),
    ({"train/deterministic": "yes"}, "train.deterministic", '"yes"', "true or false"),
    ({"train/precision": "float64"}, "train.precision", '"float64"', "'float32'"),
    ({"train/momentum": 0.9}, "train.momentum", "0.9", "unless optimizer is sgd or muon"),
    ({"train/nesterov": True}, "train.nesterov", "true", "unless momentum is above 0"),
    ({"train/adam_lr_ratio": 0.3}, "train.adam_lr_ratio", "0.3", "if optimizer is muon, else null"),
    ({"variants/sgd": {"optimizer": "muon"}}, "variants.sgd.adam_lr_ratio", "null", "a number, such as 0.3"),
    ({"variants/modern/adam_lr_ratio": 0}, "variants.modern.adam_lr_ratio", "0", "a number above 0"),
    ({"train/schedule": "step"}, "train.schedule", '"step"', "'cosine' or 'one_cycle'"),
    ({"train/schedule": "cosine"}, "train.schedule", '"cosine"', "unless reduce_lr_on_plateau is null"),
    ({"train/warmup": 0.1}, "train.warmup", "0.1", "unless schedule is cosine or one_cycle"),
    ({"train/ema": 1}, "train.ema", "1", "less than 1"),
    ({"train/augmentation/rotation": -1}, "train.augmentation.rotation", "-1", "greater than or equal to 0"),
    ({"train/augmentation/turn": 1}, "train.augmentation.turn", "no such key", "rotation"),
    (
        {"train/progressive_resizing": [{"size": 32, "share": 0.6}, {"size": 40, "share": 0.5}]},
        "progressive_resizing",
        "1.1",
        "less than 1",
    ),
    ({"train/progressive_resizing": [{"size": 48, "share": 0.5}]}, "progressive_resizing.0.size", "48", "48"),
    ({"evaluate/test_time_augmentation": {"flip": True, "crop": 48}}, "augmentation.crop", "48", "8 to 47"),
    (
        {"evaluate/test_time_augmentation": {"flip": False, "crop": None}},
        "augmentation.flip",
        "false",
        "null",
    ),
    ({"evaluate/views": 2}, "evaluate.views", "no such key", "test_time_augmentation"),
    (
        {"variants/sgd": {"evaluate": {"views": 2}}},
        "variants.sgd.evaluate.views",
        "no such key",
        "test_time_augmentation",
    ),
    ({"variants/sgd": {"evaluate": 2}}, "variants.sgd.evaluate", "2", "keys with values"),
    (
        {"train/test_time_augmentation": None},
        "train.test_time_augmentation",
        "no such key",
        "allowed: epochs",
    ),
    ({"variants/sgd": {"nesterov": True}}, "variants.sgd.nesterov", "true", "unless momentum is above 0"),
    ({"recipes/variants": ["moden"]}, "recipes.variants", '"moden"', "modern"),
    ({"recipes": {"backbones": ["VGG16"], "variants": ["sgd"]}}, "recipes", "VGG16-sgd", "`grid`"),
    ({"diagnostics": {"backbones": ["CompactCNN"], "variants": ["modern"]}}, "diagnostics", "n", "`recipes`"),
    (
        {"recipes/variants": ["x-sgd"], "variants/x-sgd": {}, "grid/backbones": ["VGG16", "CompactCNN-x"]}
        | {"backbones/CompactCNN-x": {"network": "keras.applications:VGG16"}},
        "recipes",
        '"CompactCNN with x-sgd"',
        "CompactCNN-x with sgd of `grid` is CompactCNN-x-sgd too",
    ),
    (
        {"recipes/variants": ["SGD"], "variants/SGD": {}},
        "recipes",
        '"CompactCNN with SGD"',
        "CompactCNN with sgd of `grid` is CompactCNN-SGD too",
    ),
    ({"diagnostics/backbones": ["VGG"]}, "diagnostics.backbones", '"VGG"', "VGG16"),
    ({"train/lerning_rate": 1}, "train.lerning_rate", "no such key", "did you mean learning_rate?"),
    (
        {"variants/sgd": {"optimiser": "sgd"}},
        "variants.sgd.optimiser",
        "no such key",
        "did you mean optimizer?",
    ),
    ({"variants/sgd": {"optimizer": 1}}, "variants.sgd.optimizer", "1", "'sgd'"),
    ({"variants/sgd": {"seed": "x"}}, "variants.sgd.seed", '"x"', "a whole number"),
    ({"variants/sgd": None}, "variants.sgd", "null", "keys with values"),
    ({"variants/sgd": {"extends": "sdg"}}, "variants.sgd.extends", '"sdg"', "baseline, epochs-15"),
    ({"variants/sgd": {"extends": ["adam"]}}, "variants.sgd.extends", '["adam"]', "baseline, epochs-15"),
    ({"variants/sgd": {"extends": "sgd"}}, "variants.sgd.extends", '"sgd"', "baseline, epochs-15"),
    ({"variants/sgd": {"extends": "adam"}, "variants/adam": {"extends": "sgd"}}, "extends", "given", "raw"),
    ({"variants/a.b": {}}, "variants", '"a.b"', "letters, digits, - and _"),
    ({"backbones/Code": {"network": "keras.applications:VGG16"}}, "backbones", '"Code"', "code, evaluate"),
    ({"backbones/InceptionV3/input_size": 60}, "backbones.InceptionV3.input_size", "60", "at least 75"),
    ({"backbones/VGG16/channels": 2}, "backbones.VGG16.channels", "2", "3 for RGB, or 1 for grey"),
    ({"backbones/VGG16/network": "VGG16"}, "backbones.VGG16.network", '"VGG16"', "module:function"),
    ({"backbones/VGG16/network": None}, "backbones.VGG16.network", "null", "module:function"),
    ({"layers/first_seven": "joy"}, "layers.first_seven", '"joy"', "one of angry, fear, happy"),
    ({"layers/faces": {"joy": 1}}, "layers.faces", '"joy"', "one of angry, fear, happy"),
    ({"layers/faces": {}}, "layers.faces", "{}", "classes with seeds"),
    ({"layers/faces": ["happy"]}, "layers.faces", '["happy"]', "classes with seeds"),
    ({"layers/faces/happy": -1}, "layers.faces.happy", "-1", "whole numbers from 0 to 4294967295"),
    ({"layers/faces/happy": "a"}, "layers.faces.happy", '"a"', "whole numbers from 0"),
    ({"layers/face": 1}, "layers.face", "no such key", "did you mean faces?"),
    ({"backbones/VGG16/size": 60}, "backbones.VGG16.size", "no such key", "input_size"),
]


@pytest.mark.parametrize(("changes", "key", "given", "allowed"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_fault_is_named_with_what_is_given_and_what_is_allowed(load, changes, key, given, allowed):
    with pytest.raises(UserError) as caught:
        load(changes)
    line = next(line for line in str(caught.value).splitlines() if f"{key}: " in line or f"{key}." in line)
    assert given in line
    assert allowed in line


@pytest.mark.parametrize(
    "changes",
    [
        {"data/kaggle/token": "KGAT_0123"},
        {"kaggle_key": {"name": ["KGAT_0123"]}},
        {"variants/api_key": "KGAT_0123"},
        {"layers/faces/password": "KGAT_0123"},
        {"data/acount": "KGAT_0123"},
        {"seed": {"any": "KGAT_0123"}},
        {"classes": ["happy", {"any": {"other": "KGAT_0123"}}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_may_be_a_secret_is_not_shown(load, changes):
    with pytest.raises(UserError) as caught:
        load(changes)
    assert "KGAT" not in str(caught.value)
    if "token" in str(changes):
        assert "belongs in the variable KAGGLE_API_TOKEN or in ~/.kaggle/access_token" in str(caught.value)


@pytest.mark.parametrize("key", ["seed", "data", "train", "layers"])
def test_a_missing_key_is_named(tmp_path, key):
    content = yaml.load(COMMITTED)
    del content[key]
    yaml.dump(content, tmp_path / "params.yaml")
    with pytest.raises(UserError, match=f"{key}: nothing is given"):
        load_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: [", "is not YAML"), ("seed: 1\nseed: 2", "is not YAML"), ("- 1", "keys with values")],
)
def test_what_is_no_mapping_of_keys_is_refused(tmp_path, text, reason):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=reason):
        load_params(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"params\.yaml is missing"):
        load_params(tmp_path / "params.yaml")


values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
)


keys = [
    "seed",
    "classes",
    "data",
    "zca",
    "grid",
    "train/epochs",
    "train/weights",
    "variants/sgd",
    "backbones",
    "backbones/VGG16",
    "evaluate",
    "layers/faces",
]


@given(key=st.sampled_from(keys), value=values)
def test_any_value_anywhere_is_taken_or_refused_in_words(tmp_path_factory, key, value):
    content = yaml.load(COMMITTED)
    *sections, last = key.split("/")
    section = content[sections[0]] if sections else content
    section[last] = value
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    yaml.dump(content, path)
    try:
        load_params(path)
    except UserError as error:
        message = str(error)
    else:
        return
    assert last in message
