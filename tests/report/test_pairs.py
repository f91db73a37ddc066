"""Pairs of variants with the baseline and what is said of them, on predictions whose tests are known."""

import pytest
from test_conclusions import made_up_pair, say

from emotions.report.pairs import Comparison


@pytest.fixture
def pairs(project):
    """A function that reads the project and returns the rows that are paired, by backbone and variant."""

    def read():
        table = project.study().table
        return table[table["difference"].notna()]

    return read


def test_a_variant_is_paired_with_the_baseline_of_its_backbone(project, pairs):
    project.predicted("VGG16", "baseline", wrong=range(10))
    project.predicted("VGG16", "sgd", wrong=range(20))
    project.predicted("NASNetLarge", "adam", wrong=range(5))
    [pair] = pairs().to_dict("records")
    assert (pair["name"], pair["difference"]) == ("VGG16-sgd", pytest.approx(-0.125))
    assert (pair["gained"], pair["lost"], pair["p"]) == (0, 10, pytest.approx(2 / 2**10))
    assert pair["holm"] == pair["p"]  # one test, nothing to correct
    assert pair["difference_low"] < -0.125 < pair["difference_high"] < 0
    assert (pair["subject"], pair["value"], pair["against"]) == ("optimizer", "sgd", "rmsprop")


def test_holm_is_over_all_pairs_at_once(project, pairs):
    project.predicted("VGG16", "baseline", wrong=range(10))
    for variant in ("sgd", "lr-1", "zca"):
        project.predicted("VGG16", variant, wrong=range(20))
    assert pairs()["holm"].to_list() == pytest.approx([3 * 2 / 2**10] * 3)


def test_cells_of_other_lists_are_paired_with_the_baseline_too(project, pairs):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 512}}, others=[["VGG16", "wide"]])
    project.predicted("VGG16", "baseline", wrong=range(20))
    project.predicted("VGG16", "wide", wrong=range(5))
    [pair] = pairs().to_dict("records")
    assert (pair["subject"], pair["value"], pair["favours"]) == ("recipes", "wide", 1)


def test_a_variant_of_the_grid_that_is_none_of_the_report_s_is_paired(project, pairs):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 512}})
    project.predicted("VGG16", "baseline", wrong=range(20))
    project.predicted("VGG16", "wide", wrong=range(5))
    [pair] = pairs().to_dict("records")
    assert (pair["subject"], pair["value"], pair["against"]) == ("grid", "wide", "baseline")


@pytest.mark.parametrize("variant", ["baseline", "zca"])
@pytest.mark.parametrize("differs", [{"faces": "x"}, {"settings": "x"}, {"evaluation": "x"}, {}])
def test_a_stale_side_is_not_tested(project, variant, differs):
    def zca():
        return next(one for one in project.study().comparisons if one.subject == "ZCA whitening")

    project.predicted("VGG16", "baseline", wrong=range(10))
    project.predicted("VGG16", "zca", wrong=range(20))
    assert zca().tested
    project.stale("VGG16", variant, **differs)
    found = zca()
    [pair] = found.untested
    assert pair["difference"] == pytest.approx(-0.125)
    assert pair["p"] != pair["p"]
    assert pair["holm"] != pair["holm"]
    assert found.tested == []
    assert sentence(found) == (
        "`whitened` against `standardized`: Not tested, as a side is stale: 0.750 against 0.875 on VGG16."
    )


def sentence(comparison):
    return say("{{ say.comparison(one) }}", one=comparison)


def comparison(*pairs, p=None):
    """Of (ours, baseline, favours, broken) each."""
    tested = [
        made_up_pair(f"B{i}", "v", favours, ours, base, broken)
        for i, (ours, base, favours, broken) in enumerate(pairs)
    ]
    return Comparison("s", "new", "old", tested, [], p, None)


def test_a_sentence_reads_well_for_any_number_of_backbones():
    assert sentence(comparison()) == "`new` against `old`: no backbone was run on both sides."
    assert sentence(comparison((0.136, 0.608, -1, True))) == (
        "`new` against `old`: 1 of 1 collapsed or diverged: 0.136 against 0.608 on B0."
    )
    assert sentence(comparison((0.61, 0.6, 0, False))) == (
        "`new` against `old`: 0.610 against 0.600 on B0, a difference that chance alone may give (p 0.9000)."
    )
    assert "0.700 against 0.600 on B0, more than chance gives (p 0.0100)." in sentence(
        comparison((0.7, 0.6, 1, False))
    )
    three = comparison((0.7, 0.6, 1, False), (0.5, 0.6, -1, False), (0.1, 0.6, -1, True))
    assert sentence(three) == (
        "`new` against `old`: 0.000 in the mean of 2 backbones, -0.100 to +0.100; better on 1, worse on 1, "
        "not to be told apart on 0. 1 of 3 collapsed or diverged: 0.100 against 0.600 on B2."
    )
    many = sentence(comparison(*[(0.6 + 0.01 * i, 0.5, 1, False) for i in range(11)], p=0.001))
    assert many == (
        "`new` against `old`: +0.150 in the mean of 11 backbones, +0.100 to +0.200; better on 11, worse on "
        "0, not to be told apart on 0 (Wilcoxon's p 0.0010)."
    )
    collapsed = sentence(comparison(*[(0.1 + 0.01 * i, 0.5, -1, True) for i in range(4)]))
    assert collapsed.endswith("4 of 4 collapsed or diverged: 0.100 to 0.130 against 0.500 to 0.500.")


def test_a_sentence_names_the_backbones_whose_figures_an_inference_gap_spoils():
    found = comparison((0.7, 0.6, 1, False), (0.5, 0.6, -1, False), (0.1, 0.6, -1, True))
    spoilt = found._replace(tested=[one | {"gap": one["backbone"] != "B0"} for one in found.tested])
    assert sentence(spoilt) == f"{sentence(found)} Inference gap: B1, B2."
