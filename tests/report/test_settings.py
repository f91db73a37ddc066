"""Settings told by what a variant changes."""

import json

from emotions.report import settings
from emotions.settings.cell import Train


def test_a_variant_is_told_by_what_it_changes_of_the_baseline(train):
    variants = {
        name: Train.model_validate_json(json.dumps(train | change))
        for name, change in {
            "adam": {"optimizer": "adam", "epochs": 3},
            "baseline": {},
            "again": {},
        }.items()
    }
    assert settings.base(variants) == "baseline"
    assert settings.changes(variants) == {
        "adam": "`epochs` 3; `optimizer` adam",
        "baseline": "",
        "again": "",
    }
    del variants["baseline"]
    assert settings.base(variants) == "adam"
    assert settings.settings(variants["adam"])["epochs"] == "3"
