"""The verdicts on the report's conclusions, and the sentences that tell them."""

import pytest

from emotions.report import published
from emotions.report.conclusions import CONCLUSIONS, ON_ZCA, verdicts
from emotions.report.effects import Comparison, Effect, Pair
from emotions.report.paired import McNemar
from emotions.report.templates import environment


def effect(variant, *favours, backbones=(), broken=False):
    """An effect of pairs that favour the variant (1), the baseline (-1) or neither (0); None: not tested."""
    names = backbones or [f"B{i}" for i in range(len(favours))]
    pairs = tuple(
        Pair(
            name,
            variant,
            "",
            ours=0.5 + 0.1 * (one or 0),
            baseline=0.5,
            broken=broken,
            baseline_broken=broken,
            test=None if one is None else McNemar(1, 1, 0.01, 10),
            corrected={None: None, 0: 0.9}.get(one, 0.01),
        )
        for name, one in zip(names, favours, strict=True)
    )
    return Effect("s", 7, (Comparison(variant, "new", "old", pairs, None),))


def outcomes(*effects):
    return {one.conclusion.section: one.outcome for one in verdicts(effects)}


@pytest.mark.parametrize(
    ("section", "variant", "favours", "outcome"),
    [
        ("5.1", "epochs-15", (1, 1, 0), "holds"),
        ("5.1", "epochs-15", (1, 0), "open"),
        ("5.1", "epochs-15", (-1, -1, 1), "fails"),
        ("5.1", "epochs-15", (None, None), "open"),
        ("5.2", "lr-1", (0,), "holds"),
        ("5.2", "lr-1", (-1, -1, 1), "fails"),
        ("5.3", "sgd", (-1, -1, 0), "holds"),
        ("5.3", "adam", (1, 1, 0), "fails"),
        ("5.4", "relu", (-1, -1), "holds"),
        ("5.4", "sigmoid", (-1, 0), "open"),
        ("5.4", "sigmoid", (-1, 1), "fails"),
    ],
)
def test_a_conclusion_holds_fails_or_is_open(section, variant, favours, outcome):
    found = outcomes(effect(variant, *favours))
    assert found.pop(section) == outcome
    assert set(found.values()) == {"open"}


def test_both_variants_of_an_effect_count(project):
    [found] = [
        one
        for one in verdicts([effect("sgd", -1, -1), effect("adam", 1, 0)])
        if one.conclusion.section == "5.3"
    ]
    assert (found.supporting, found.against, found.tests, found.outcome) == (2, 1, 4, "open")


def test_a_conclusion_on_named_backbones_is_judged_by_those():
    assert outcomes(effect("raw", 1, -1, backbones=["DenseNet121", "VGG16"]))["5.5"] == "holds"
    assert outcomes(effect("raw", -1, backbones=["VGG16"]))["5.5"] == "open"


def test_a_pair_whose_both_sides_collapsed_tells_nothing():
    assert outcomes(effect("lr-1", 0, broken=True))["5.2"] == "open"


def test_each_of_the_report_s_test_tables_has_its_conclusion():
    variants = {name for one in CONCLUSIONS for name in one.variants}
    tables = {name for one in published.TEST_TABLES for name in one.variants.values()}
    assert variants == tables - {"baseline"}
    assert ON_ZCA not in CONCLUSIONS


def say(template, **context):
    source = '{% import "sentences.j2" as say with context %}' + template
    return environment(html=False).from_string(source).render(**context)


def test_three_sentences_say_which_hold_and_which_do_not():
    found = verdicts([effect("epochs-15", 1, 1, 0), effect("lr-1", 1), effect("sgd", 0)])
    said = say("{{ say.conclusions(found) }}", found=found)
    first, second, third = said.split(". ", 2)
    assert first.startswith("Of the report's 5 conclusions, 1 holds on what was run: 15 epochs are more")
    assert "(5.1: 2 of 3 tests for it, 0 against)" in first
    assert second.startswith("1 is contradicted: the lower learning rate is never less accurate (5.2: 0 of 1")
    assert third.startswith("3 are open: ")
    assert "(5.4: nothing to test yet)" in third
    nothing = say("{{ say.conclusions(found) }}", found=verdicts([]))
    assert "none hold on what was run. None is contradicted. 5 are open: " in nothing
