"""Effects and what is said of them, on predictions whose tests are known."""

import pytest

from emotions.report.conclusions import CONCLUSIONS
from emotions.report.effects import effects
from emotions.report.findings import finding, report_s_own


@pytest.fixture
def found(project):
    """A function that reads the project and returns the effects by subject."""

    def read():
        return {one.subject: one for one in effects(project.gathered())}

    return read


def test_a_variant_is_paired_with_the_baseline_of_its_backbone(project, found):
    project.predicted("VGG16", "baseline", wrong=range(10))
    project.predicted("VGG16", "sgd", wrong=range(20))
    project.predicted("NASNetLarge", "adam", wrong=range(5))
    [pair] = found()["optimizer"].pairs
    assert (pair.backbone, pair.variant, pair.difference) == ("VGG16", "sgd", pytest.approx(-0.125))
    assert (pair.test.gained, pair.test.lost, pair.test.p) == (0, 10, pytest.approx(2 / 2**10))
    assert pair.corrected == pair.test.p  # one test, nothing to correct


def test_holm_is_over_all_effects_at_once(project, found):
    project.predicted("VGG16", "baseline", wrong=range(10))
    for variant in ("sgd", "lr-1", "zca"):
        project.predicted("VGG16", variant, wrong=range(20))
    pairs = [pair for effect in found().values() for pair in effect.pairs]
    assert [pair.corrected for pair in pairs] == pytest.approx([3 * 2 / 2**10] * 3)


@pytest.mark.parametrize("variant", ["baseline", "zca"])
@pytest.mark.parametrize(
    "differs", [{"faces": "x"}, {"settings": "x"}, {"code": "x"}, {"evaluation": "x"}, {}]
)
def test_a_stale_side_is_neither_tested_nor_told_of(project, found, variant, differs):
    project.predicted("VGG16", "baseline", wrong=range(10))
    project.predicted("VGG16", "zca", wrong=range(20))
    assert found()["ZCA whitening"].of("zca")
    project.stale("VGG16", variant, **differs)
    effect = found()["ZCA whitening"]
    assert effect.pairs[0].difference == pytest.approx(-0.125)
    assert effect.pairs[0].test is effect.pairs[0].corrected is None
    assert finding(effect, "zca", 0).endswith("not stale: the figures support nothing.")


def said(found, subject, variant):
    every = found()
    tests = sum(pair.test is not None for effect in every.values() for pair in effect.pairs)
    return finding(every[subject], variant, tests)


def test_a_finding_says_what_is_supported_and_where(project, found):
    assert "no backbone has a cell on both sides" in said(found, "epochs", "epochs-15")
    project.predicted("VGG16", "baseline", wrong=range(20))
    project.predicted("VGG16", "epochs-15", wrong=range(10))
    sure = said(found, "epochs", "epochs-15")
    assert sure.startswith("`15` against `10`: `15` is the more accurate on 1 of 1 backbone, by +0.125")
    assert "1 favours `15`, 0 favour `10`, 0 can't be told from chance" in sure
    assert "support `15` on every backbone that was tested" in sure
    project.predicted("NASNetLarge", "baseline", wrong=range(10))
    project.predicted("NASNetLarge", "epochs-15", wrong=range(11))
    assert "support `15` on VGG16, and not on the others" in said(found, "epochs", "epochs-15")
    project.predicted("NASNetLarge", "epochs-15", wrong=range(30))
    both = said(found, "epochs", "epochs-15")
    assert "support `15` on VGG16 and `10` on NASNetLarge, and no rule for all backbones" in both


def test_chance_supports_nothing(project, found):
    project.predicted("VGG16", "baseline", wrong=range(10))
    project.predicted("VGG16", "sgd", wrong=range(5, 15))
    assert "don't support that either is better" in said(found, "optimizer", "sgd")


def test_a_collapsed_side_is_named(project, found):
    project.predicted("VGG16", "baseline", wrong=range(10))
    project.predicted("VGG16", "lr-1", wrong=range(40), collapsed=True)
    assert "On VGG16 one side collapsed or diverged" in said(found, "learning rate", "lr-1")


def test_the_report_s_own_table_is_counted(found):
    # Table 8: 1 is higher on ResNet50V2, though the report says never, and equal on VGG19.
    assert "`1` is higher than `0.01` on 1 and lower on 7 of 9 backbones" in report_s_own(
        found()["learning rate"], "lr-1"
    )
    assert report_s_own(found()["ZCA whitening"], "zca") == ""


def test_every_effect_has_its_conclusion(found):
    assert {effect.variants[0] for effect in found().values()} == set(CONCLUSIONS)
