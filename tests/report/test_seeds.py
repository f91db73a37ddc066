import json

import pytest

from emotions.report.seeds import repeated, spread
from emotions.settings.cell import Train


def test_variants_that_differ_in_their_seed_alone_are_one_setting(train):
    settings, other = (
        Train.model_validate_json(json.dumps(train)),
        Train.model_validate_json(json.dumps(train | {"epochs": 15})),
    )
    variants = {"baseline": settings, "again": settings, "long": other, "copy": settings, "third": settings}
    seeds = {"baseline": 0, "again": 1, "long": 1, "copy": 0, "third": 2}
    assert repeated(variants, seeds) == [("baseline", "again", "third")]


def test_a_setting_has_mean_and_spread_over_its_seeds_without_stale_ones(project):
    project.plan(["VGG16"], {name: {"seed": i} for i, name in enumerate(("baseline", "b", "c", "d"))})
    for variant, accuracy in (("baseline", 0.4), ("b", 0.5), ("c", 0.6)):
        project.cell("VGG16", variant, accuracy)
    project.cell("VGG16", "d", 0.9, fingerprint=None)
    computed = project.study()
    settings = repeated(computed.plan.variants, computed.plan.seeds)
    [row] = spread(computed.current, settings).to_dict("records")
    assert (row["backbone"], row["variants"], row["test_count"]) == ("VGG16", "baseline, b, c, d", 3)
    assert (row["test_mean"], row["test_std"]) == (pytest.approx(0.5), pytest.approx(0.1))
    assert (row["test_min"], row["test_max"], row["unseen_std"]) == (0.4, 0.6, 0)
    assert spread(computed.current.iloc[:1], settings).empty
    assert spread(computed.current.iloc[:0], settings).empty
    assert spread(computed.current, []).empty
