"""A made-up project, and one whose pages are written once."""

import functools
from pathlib import Path

import pytest
from project import Project

from emotions.params import load_params

OF_DVC = ("history/VGG16/baseline.csv", "predictions/VGG16/baseline.csv", "data/prepared/faces.npz")
"""What lies in a project and not in a clone; the pages must not look at it."""


@pytest.fixture(scope="session")
def train():
    """The settings that the report of 2020 states, and the others of `train`."""
    path = Path(__file__).parents[2] / "params.yaml"
    return load_params(path).train.model_dump(mode="json")


@pytest.fixture
def project(tmp_path, train):
    return Project(tmp_path, train)


@pytest.fixture(scope="session")
def whole(tmp_path_factory, train):
    """A function that gives a rendered project with all that there can be, once for each source of faces."""

    @functools.cache
    def rendered(source="archive"):
        made = Project(tmp_path_factory.mktemp(source), train)
        made.run_all(source)
        for name in OF_DVC:
            made.path(name).write_text("of another run")
        return made.write_pages()

    return rendered
