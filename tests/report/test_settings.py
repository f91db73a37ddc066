"""Settings told by what a variant changes."""

import json

from emotions.report import settings
from emotions.settings.cell import Train
from emotions.settings.evaluate import Evaluate, TestTimeAugmentation

PLAIN = Evaluate(test_time_augmentation=None)
VIEWS = Evaluate(test_time_augmentation=TestTimeAugmentation(flip=True, crop=40))


def test_a_variant_is_told_by_what_it_changes_of_the_baseline(train):
    variants = {
        name: settings.settings(Train.model_validate_json(json.dumps(train | change)), evaluate)
        for name, change, evaluate in (
            ("adam", {"optimizer": "adam", "epochs": 3}, PLAIN),
            ("baseline", {}, PLAIN),
            ("again", {}, PLAIN),
            ("views", {}, VIEWS),
        )
    }
    assert settings.base(variants) == "baseline"
    assert settings.changes(variants) == {
        "adam": "`epochs` 3; `optimizer` adam",
        "baseline": "",
        "again": "",
        "views": "`evaluate.test_time_augmentation` flip true, crop 40",
    }
    del variants["baseline"]
    assert settings.base(variants) == "adam"
    assert variants["adam"]["epochs"] == "3"
