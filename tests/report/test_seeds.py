import json

import pytest

from emotions.report.seeds import Spread, repeated, spread
from emotions.settings.cell import Train


def test_spread():
    found = spread([0.4, 0.5, 0.6])
    assert found == Spread(3, pytest.approx(0.5), pytest.approx(0.1), 0.4, 0.6)
    assert spread([0.4]) is spread([]) is None


def test_variants_that_differ_in_their_seed_alone_are_one_setting(train):
    settings, other = (
        Train.model_validate_json(json.dumps(train)),
        Train.model_validate_json(json.dumps(train | {"epochs": 15})),
    )
    variants = {"baseline": settings, "again": settings, "long": other, "copy": settings, "third": settings}
    seeds = {"baseline": 0, "again": 1, "long": 1, "copy": 0, "third": 2}
    assert repeated(variants, seeds) == [("baseline", "again", "third")]
