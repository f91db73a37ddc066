"""Settings told by what a variant changes, and by where they are not the report's."""

import json

from emotions.report import variants
from emotions.settings.cell import Train
from emotions.settings.evaluate import Evaluate, TestTimeAugmentation

PLAIN = Evaluate(test_time_augmentation=None)
VIEWS = Evaluate(test_time_augmentation=TestTimeAugmentation(flip=True, crop=40))


def trained(train, **change):
    return Train.model_validate_json(json.dumps(train | change))


def test_a_variant_is_told_by_what_it_changes_of_the_baseline(train):
    texts = {
        "adam": variants.texts(trained(train, optimizer="adam", epochs=3), PLAIN),
        "baseline": variants.texts(trained(train), PLAIN),
        "views": variants.texts(trained(train), VIEWS),
    }
    assert variants.base(texts) == "baseline"
    assert {name: variants.listed(own, texts["baseline"]) for name, own in texts.items()} == {
        "adam": "`epochs` 3; `optimizer` adam",
        "baseline": "",
        "views": "`evaluate.test_time_augmentation` flip true, crop 40",
    }
    assert variants.listed(texts["adam"]).startswith("`epochs` 3; `batch_size` 64; ")
    del texts["baseline"]
    assert variants.base(texts) == "adam"


def test_variants_that_differ_in_their_seed_alone_are_one_setting(train):
    same, other = trained(train), trained(train, epochs=15)
    settings = {"baseline": same, "again": same, "long": other, "copy": same, "third": same}
    seeds = {"baseline": 0, "again": 1, "long": 1, "copy": 0, "third": 2}
    names = "baseline, again, third"
    assert variants.repeated(settings, seeds) == dict.fromkeys(("baseline", "again", "third"), names)


def test_deviations_are_grouped_and_leave_out_what_the_report_does_not_state(train):
    short = train | {"epochs": 2, "batch_size": 32}
    settings = {
        "baseline": short,
        "sgd": short | {"optimizer": "sgd"},
        "adam": short,
        "epochs-15": short | {"epochs": 3},
        "mine": short | {"learning_rate": 9.0},
    }
    found = variants.deviations(
        {name: Train.model_validate_json(json.dumps(each)) for name, each in settings.items()}
    )
    assert [(one.key, one.ours, one.theirs, one.variants) for one in found] == [
        ("epochs", 2, 10, ("baseline", "sgd", "adam")),
        ("optimizer", "rmsprop", "adam", ("adam",)),
        ("epochs", 3, 15, ("epochs-15",)),
    ]
