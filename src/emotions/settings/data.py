"""Where the faces come from and how they are prepared."""

from typing import Annotated

from pydantic import Field

from emotions.settings.base import Name, Settings, Source


class Kaggle(Settings):
    """A data set on Kaggle; `version: null` is the newest."""

    dataset: Annotated[
        str, Field(pattern=r"^[\w-]+/[\w-]+$", description="owner/data-set, as in the address of its page")
    ]
    version: Annotated[int | None, Field(ge=1, description="null, or a whole number from 1")]
    deadline_s: Annotated[float, Field(gt=0)]


class Archive(Settings):
    """A zip, a tar or a folder in Kaggle's layout, or FER2013's CSV."""

    path: Annotated[
        str | None,
        Field(min_length=1, description="null, or the path of a zip, a tar, a folder or FER2013's CSV"),
    ]


class Synthetic(Settings):
    """How many generated faces stand in each split: every class has some, and the zip stays under 2 GB."""

    train: Annotated[int, Field(ge=60, le=400_000)]
    test: Annotated[int, Field(ge=24, le=400_000)]


class Data(Settings):
    """The section `data`."""

    source: Source
    kaggle: Kaggle
    archive: Archive
    synthetic: Synthetic


class Prepare(Settings):
    """The section `prepare`; `validation` is the share of the training images held out."""

    validation: Annotated[float, Field(gt=0, lt=1)]
    skip_unreadable: bool


class Zca(Settings):
    """The section `zca`; `epsilon` is added to eigenvalues of the covariance of pixels in 0..1."""

    epsilon: Annotated[float, Field(gt=0)]


class ZcaPlan(Zca):
    """All that shapes stage `zca`; `seed` is that of the faces drawn to show the whitening on."""

    seed: int


class Drawing(Settings):
    """All that shapes generated faces."""

    seed: int
    classes: tuple[Name, ...]
    images: Synthetic


class DownloadPlan(Settings):
    """All that shapes stage `download`: one source, and None for the others, which shape nothing."""

    kaggle: Kaggle | None = None
    archive: Archive | None = None
    synthetic: Drawing | None = None


class PreparePlan(Settings):
    """All that shapes stage `prepare`."""

    seed: int
    source: Source
    classes: tuple[Name, ...]
    prepare: Prepare
