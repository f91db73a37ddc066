"""What the tests of all settings share."""

import copy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from emotions.params import load_params

COMMITTED = Path(__file__).parents[2] / "params.yaml"

yaml = YAML(typ="safe")


@pytest.fixture
def load(tmp_path):
    """A function that loads the committed file with some values changed, given as {"a.b": value}."""

    def changed(changes):
        content = copy.deepcopy(yaml.load(COMMITTED))
        for key, value in changes.items():
            *sections, last = key.split("/")
            section = content
            for name in sections:
                section = section[name]
            section[last] = value
        yaml.dump(content, tmp_path / "params.yaml")
        return load_params(tmp_path / "params.yaml")

    return changed
