"""What `dvc exp run -S` writes into the committed file, any text of it, can be read again."""

import shutil
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides
from dvc.utils.serialize import load_yaml

from emotions.params import load_params

COMMITTED = Path(__file__).parents[2] / "params.yaml"
VARIANTS = list(load_params(COMMITTED).variants)

# As docs/howto.md says: within double quotes.
NAMES = [
    "/data/2024:01/a.zip",
    "archive (1).zip",
    "données.zip",
    "a,b.zip",
    "[1] {2} #3.zip",
    "x: y.zip",
    "it's.zip",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_quotes_arrives_as_it_is(tmp_path, name):
    keys = ["data.archive.path", "train.weights", *(f"+variants.{each}.weights" for each in VARIANTS)]
    shutil.copy(COMMITTED, tmp_path)
    apply_overrides(tmp_path / "params.yaml", [f'{key}="{name}"' for key in keys])
    content = load_yaml(tmp_path / "params.yaml")
    for key in keys:
        value = content
        for step in key.removeprefix("+").split("."):
            value = value[step]
        assert value == name, key
