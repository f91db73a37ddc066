"""The verdicts on the report's conclusions, and the sentence that counts them."""

import pandas as pd
import pytest

from emotions.report import published
from emotions.report.conclusions import verdicts
from emotions.report.templates import environment

UNKNOWN = float("nan")


def made_up_pair(backbone, variant, favours, ours=0.5, base=0.5, broken=False):
    """A row of cells that favours the variant (1), the baseline (-1) or neither (0); None: not tested."""
    holm = {None: UNKNOWN, 0: 0.9}.get(favours, 0.01)
    return {
        "backbone": backbone,
        "variant": variant,
        "test": ours,
        "base": base,
        "label": f"{backbone}-{variant} ‡",
        "base_marks": " ≠",
        "gap": False,
        "difference": ours - base,
        "broken": broken,
        "base_broken": broken,
        "p": holm,
        "holm": holm,
        "favours": favours or 0,
    }


def pairs(variant, *favours, backbones=(), broken=False):
    names = backbones or [f"B{i}" for i in range(len(favours))]
    made = zip(names, favours, strict=True)
    return [made_up_pair(name, variant, one, broken=broken) for name, one in made]


def judged(*found):
    rows = [one for each in found for one in each]
    return verdicts(
        pd.DataFrame(rows, columns=list(made_up_pair("B", "v", 0))).astype(
            {"broken": bool, "base_broken": bool}
        )
    )


def outcomes(*found):
    return {one["section"]: one["outcome"] for one in judged(*found)}


@pytest.mark.parametrize(
    ("section", "found", "outcome"),
    [
        ("5.1", {"epochs-15": (1, 1, 0)}, "holds"),
        ("5.1", {"epochs-15": (1, 0)}, "open"),
        ("5.1", {"epochs-15": (-1, -1, 1)}, "contradicted"),
        ("5.1", {"epochs-15": (None, None)}, "open"),
        ("5.2", {"lr-1": (0, 0)}, "holds"),
        ("5.2", {"lr-1": (-1, -1, 1)}, "contradicted"),
        ("5.3", {"sgd": (-1, -1, 0), "adam": (-1, 0)}, "holds"),
        ("5.3", {"sgd": (1, 1, 0), "adam": (1, 1)}, "contradicted"),
        ("5.4", {"relu": (-1, -1), "sigmoid": (-1, -1)}, "holds"),
        ("5.4", {"relu": (-1, -1), "sigmoid": (-1, 0)}, "open"),
        ("5.4", {"relu": (-1, -1), "sigmoid": (-1, 1)}, "contradicted"),
    ],
)
def test_a_conclusion_holds_is_contradicted_or_open(section, found, outcome):
    verdict = outcomes(*(pairs(variant, *favours) for variant, favours in found.items()))
    assert verdict.pop(section) == outcome
    assert set(verdict.values()) == {"open"}


@pytest.mark.parametrize(
    ("section", "found", "outcome"),
    [
        ("5.1", {"epochs-15": (1,)}, "open"),
        ("5.2", {"lr-1": (0,)}, "open"),
        ("5.2", {"lr-1": (1,)}, "contradicted"),  # it says never
        ("5.3", {"sgd": (-1, -1, -1)}, "open"),
        ("5.3", {"sgd": (1, 1, 1)}, "open"),
        ("5.4", {"relu": (-1, -1)}, "open"),
    ],
)
def test_one_backbone_or_one_variant_of_two_speaks_for_no_conclusion(section, found, outcome):
    assert outcomes(*(pairs(variant, *favours) for variant, favours in found.items()))[section] == outcome


def test_both_variants_of_an_effect_count():
    [found] = [one for one in judged(pairs("sgd", -1, -1), pairs("adam", 1, 0)) if one["section"] == "5.3"]
    assert (found["supporting"], found["against"], found["tests"], found["outcome"]) == (2, 1, 4, "open")


def test_what_speaks_against_a_conclusion_is_named_with_its_marks():
    first = made_up_pair("B0", "lr-1", 1, 0.251, 0.222), made_up_pair("B1", "lr-1", 1, 0.5, 0.4)
    found = judged(first, pairs("sgd", -1, 0), pairs("adam", 1))
    assert say("{{ say.counterexamples(found) }}", found=found) == (
        "Against 5.2: B0-lr-1 ‡ with 0.251, where the baseline has 0.222 ≠; "
        "B1-lr-1 ‡ with 0.500, where the baseline has 0.400 ≠. "
        "Against 5.3: B0-adam ‡ with 0.500, where the baseline has 0.500 ≠."
    )
    assert say("{{ say.counterexamples(found) }}", found=judged(pairs("lr-1", -1, -1))) == ""


def test_a_conclusion_on_named_backbones_is_judged_by_those():
    named = ["DenseNet121", "DenseNet169"]
    assert outcomes(pairs("raw", 1, 1, -1, backbones=[*named, "VGG16"]))["5.5"] == "holds"
    assert outcomes(pairs("raw", -1, backbones=["VGG16"]))["5.5"] == "open"


def test_a_pair_whose_both_sides_collapsed_tells_nothing():
    assert outcomes(pairs("lr-1", 0, broken=True))["5.2"] == "open"


def test_each_of_the_report_s_test_tables_has_its_conclusion():
    variants = {name for one in published.conclusions() for name in one["variants"]}
    tables = {name for one in published.AXES.values() for name in one.variants.values()}
    assert variants == tables - {"baseline"}


def say(template, **context):
    source = '{% import "sentences.j2" as say with context %}' + template
    return environment(html=False).from_string(source).render(**context)


def test_a_sentence_says_how_many_hold_and_do_not():
    found = judged(pairs("epochs-15", 1, 1, 0), pairs("lr-1", 1), pairs("sgd", 0))
    assert say("{{ say.conclusions(found) }}", found=found) == (
        "Of the report's 5 conclusions, 1 holds on what was run, 1 is contradicted, 3 are open, as fewer "
        "than two backbones were run or their pairs speak neither way"
    )
    nothing = say("{{ say.conclusions(found) }}", found=judged())
    assert " none hold on what was run, none is contradicted, 5 are open, as" in nothing
