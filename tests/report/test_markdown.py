import re

import pytest

from emotions.report.staleness import OLD
from emotions.runtime.errors import UserError


def tables(page):
    """Heading -> the rows of its last table, each a list of cells, the header first."""
    found = {}
    for section in re.split(r"^#+ ", page, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        found[heading] = rows[:1] + rows[2:]
    return found


def row(page, heading, backbone):
    return next(one[1:] for one in tables(page)[heading] if one[0] == backbone)


VARIANTS_WITH_OTHERS = {"baseline": {}, "zca": {"preprocessing": "zca"}, "wide": {"batch_size": 512}}
EACH_VARIANT = {
    "baseline": 0.11,
    "epochs-15": 0.12,
    "lr-1": 0.13,
    "sgd": 0.14,
    "adam": 0.15,
    "relu": 0.16,
    "sigmoid": 0.17,
    "raw": 0.18,
    "zca": 0.19,
}


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Table 7: epochs", "0.110 0.251 -0.141 0.120 0.251 -0.131"),
        ("Table 8: learning rate", "0.110 0.255 -0.145 0.130 0.251 -0.121"),
        ("Table 9: optimizer", "0.110 0.251 -0.141 0.140 0.251 -0.111 0.150 0.251 -0.101"),
        (
            "Table 10: activation of the output layer",
            "0.110 0.255 -0.145 0.160 0.251 -0.091 0.170 0.251 -0.081",
        ),
        ("Table 11: feature-wise normalization", "0.110 0.258 -0.148 0.180 0.255 -0.075"),
        ("ZCA whitening", "0.190 0.110 +0.080"),
    ],
)
def test_each_variant_stands_in_its_table_beside_the_report(project, heading, cells):
    for variant, accuracy in EACH_VARIANT.items():
        project.cell("VGG16", variant, accuracy)
    page = project.render()
    assert row(page, heading, "VGG16") == cells.split()
    assert set(row(page, heading, "NASNetLarge")) == {""}


def test_what_was_not_run_is_blank_and_the_page_says_how_to_run_it(project):
    project.cell("VGG16", "baseline", 0.3)
    page = project.render()
    assert row(page, "Table 7: epochs", "VGG16") == ["0.300", "0.251", "+0.049", "", "0.251", ""]
    assert page.startswith("# Emotion Recognition in Still Images")
    assert "1 of 18 cells (2 backbones, 9 variants) has been run." in page
    missing = page.partition("## What has not been run")[2]
    assert "- baseline: NASNetLarge\n" in missing
    assert "- sgd: all backbones\n" in missing
    assert "dvc repro evaluate@NASNetLarge-baseline\n" in missing


def test_nothing_run(project):
    page = project.render()
    assert row(page, "Table 8: learning rate", "VGG16") == ["", "0.255", "", "", "0.251", ""]
    assert "Nothing has been run yet." in page
    assert "Machine" not in page


def test_everything_run(project):
    project.plan(["VGG16"], {"baseline": {}})
    project.cell("VGG16", "baseline", 0.3)
    assert project.render().endswith("Every cell has been run.\n")


def test_what_left_the_grid_is_left_out(project):
    project.cell("VGG16", "sgd", 0.777)
    project.cell("VGG19", "baseline", 0.888)
    project.plan(["VGG16"], {"baseline": {}})
    project.write("metrics/details/VGG16/gone.json", "not looked at")
    page = project.render()
    assert "0.777" not in page
    assert "0.888" not in page
    commands = page.partition("## Cells that no list names")[2].partition("##")[0]
    assert [line.strip() for line in commands.splitlines() if line.startswith("    ")] == [
        "rm metrics/*/VGG16/gone.json",
        "rm metrics/*/VGG16/sgd.json",
        "rm metrics/*/VGG19/baseline.json",
    ]
    assert "sgd is `sgd` (not in this grid)" in page
    assert "ZCA whitening" not in page


@pytest.mark.parametrize(
    ("details", "marks", "explained"),
    [
        ({}, "", []),
        ({"diverged": True}, " †", ["†"]),
        ({"collapsed": True}, " ‡", ["‡"]),
        ({"source": "synthetic"}, " ◊", ["◊"]),
        ({"fingerprint": None}, " ¶", ["¶"]),
        (
            {"diverged": True, "collapsed": True, "source": "synthetic", "fingerprint": None},
            " † ‡ ◊ ¶",
            ["†", "‡", "◊", "¶"],
        ),
    ],
)
def test_marks(project, details, marks, explained):
    project.plan(["VGG16"], VARIANTS_WITH_OTHERS)
    for variant in VARIANTS_WITH_OTHERS:
        project.cell("VGG16", variant, 0.3, **details)
    page = project.render()
    behind = " (generated faces)" if "source" in details else ""
    for heading in ("Table 7: epochs", "ZCA whitening", "Other settings"):
        assert row(page, heading + behind, "VGG16")[0] == "0.300" + marks
    assert row(page, f"All metrics of all runs{behind}", "VGG16")[0] == "baseline" + marks
    meanings = {"†": "† diverged: ", "‡": "‡ collapsed: ", "◊": "◊ generated faces: ", "¶": "¶ stale: "}
    said = " ".join(page.split())
    assert [sign for sign, meaning in meanings.items() if meaning in said] == explained
    assert all(said.count(meaning) < 2 for meaning in meanings.values())


def test_stale_cells_are_named_by_what_has_changed(project):
    for variant in ("baseline", "sgd", "adam", "zca"):
        project.cell("VGG16", variant, 0.3)
    assert "tale" not in project.render()
    project.stale("VGG16", "sgd", code="x")
    project.stale("VGG16", "adam")
    project.stale("VGG16", "zca", settings="x", faces="x")
    page = project.render()
    assert "4 of 18 cells (2 backbones, 9 variants) have been run, 3 of them stale." in " ".join(page.split())
    named = page.partition("## Stale cells")[2].partition("\n\n##")[0]
    assert [line for line in named.splitlines() if line.startswith("- ")] == [
        "- code: VGG16 sgd",
        f"- {OLD}: VGG16 adam",
        "- settings, faces: VGG16 zca",
    ]
    assert [one[1] for one in tables(page)["All metrics of all runs"][1:]] == [
        "baseline",
        "sgd ¶",
        "adam ¶",
        "zca ¶",
    ]


def test_variants_of_ones_own_have_a_table_of_their_own(project):
    project.plan(["VGG16"], VARIANTS_WITH_OTHERS)
    project.cell("VGG16", "wide", 0.321)
    page = project.render()
    assert tables(page)["Other settings"] == [["Backbone", "wide"], ["VGG16", "0.321"]]
    assert tables(page)["Settings"] == [
        ["Variant", "changes"],
        ["zca", "`preprocessing` zca"],
        ["wide", "`batch_size` 512"],
    ]
    assert "Of `baseline`:" in page
    assert "- `batch_size`: 64\n" in page
    assert "- `reduce_lr_on_plateau`: monitor val_loss, factor 0.1, patience 3\n" in page
    assert "- `evaluate.test_time_augmentation`: null\n" in page


def test_a_variant_that_is_only_evaluated_otherwise_says_so(project):
    views = {"evaluate": {"test_time_augmentation": {"flip": True, "crop": 40}}}
    project.plan(["VGG16"], {"baseline": {}, "views": views})
    assert tables(project.render())["Settings"][1:] == [
        ["views", "`evaluate.test_time_augmentation` flip true, crop 40"]
    ]


def test_all_metrics(project):
    project.cell("VGG16", "baseline", 0.3)
    project.cell("VGG16", "lr-1", 0.1, diverged=True, images_per_second=None, epochs_run=1)
    known, diverged = tables(project.render())["All metrics of all runs"][1:]
    assert known[:6] == ["VGG16", "baseline", "0.610", "0.900", "0.570", "1.00e+06"]
    assert known[6:] == ["0.300", "1.23", "0.430", "1.50", "0.390", "1,234,567", "10", "117"]
    assert diverged[1:2] + diverged[6:8] + diverged[-2:] == ["lr-1 †", "0.100", "", "1", ""]


def test_provenance(project):
    project.cell("VGG16", "baseline", 0.3)
    page = project.render()
    assert "- Faces: photographs from an archive in Kaggle's layout\n- Seed: 5\n" in page
    assert "- Images: 675 to train on, 75 to validate, 80 to test; 70 of the last are unseen, test" in page
    assert "- Machine: processor Abacus, cores 2, tensorflow 2.21.0\n" in page


def test_a_variant_s_own_seed_is_named(project):
    project.plan(["VGG16"], {"baseline": {}, "again": {"seed": 6}})
    assert "- Seed: 5, but 6 for again\n" in project.render()


def test_several_machines_are_told_apart(project):
    project.cell("VGG16", "baseline", 0.3)
    project.cell("VGG16", "sgd", 0.3, machine=None)
    project.cell("VGG16", "zca", 0.3, machine={"processor": "Loom"})
    page = project.render()
    assert "- Machine 1: processor Abacus, cores 2, tensorflow 2.21.0\n- Machine 2: processor Loom\n" in page
    assert [one[-1] for one in tables(page)["All metrics of all runs"]] == ["machine", "1", "", "2"]


def test_class_counts_and_chance_baselines(project):
    page = project.render()
    found = tables(page)["Images in each class"]
    assert found[1] == ["angry", "100", "3,995", "-3,895", "10", "958", "-948"]
    assert found[-1] == ["all", "750", "28,273", "-27,523", "80", "7,067", "-6,987"]
    assert [one[0] for one in found[1:]] == ["angry", "fear", "happy", "neutral", "sad", "surprise", "all"]
    assert "](class_counts.png)" in page
    assert (
        "Chance baselines: 0.375 for the majority class of training, `happy`; 0.167 for all classes" in page
    )
    assert "28,079 and 7,178" in page


def test_other_settings_than_the_report_s_are_named(project):
    assert "not the report's" not in project.render()
    project.plan(["VGG16"], {"baseline": {}, "sgd": {"optimizer": "sgd"}}, epochs=2)
    page = project.render()
    assert "- `epochs` is 2 where the report has 10: baseline, sgd\n" in page
    assert page.index("**Some settings are not the report's**") < page.index("### Table 7")


def test_generated_faces_are_called_so_wherever_figures_show(project):
    project.cell("VGG16", "baseline", 0.3)
    project.plan(["VGG16"], VARIANTS_WITH_OTHERS)
    assert "enerated" not in project.render()
    project.dataset("synthetic")
    project.cell("VGG16", "baseline", 0.3, source="synthetic")
    page = project.render()
    assert page.index("> **Generated faces.**") < page.index("\n## ")
    assert "- Faces: GENERATED, drawn by a program\n" in page
    with_figures = [
        heading for heading, body in tables(page).items() if body and "contradicts" not in heading
    ]
    assert [one for one in with_figures if not one.endswith(" (generated faces)")] == ["Settings"]
    assert len(with_figures) == 10


@pytest.mark.parametrize(
    ("dataset", "sources", "counts", "figures"),
    [
        ("synthetic", ["archive"], True, False),
        ("archive", ["synthetic"], False, True),
        ("synthetic", ["synthetic", "archive"], True, False),
        ("synthetic", [], True, False),
    ],
)
def test_of_the_runs_it_is_told_by_their_own_faces_and_of_the_counts_by_those_of_today(
    project, dataset, sources, counts, figures
):
    project.dataset(dataset)
    for variant, source in zip(("baseline", "sgd"), sources, strict=False):
        project.cell("VGG16", variant, 0.3, source=source)
    page = project.render()
    assert ("## Images in each class (generated faces)\n" in page) == counts
    assert ("## Test accuracies (generated faces)\n" in page) == figures
    assert ("## All metrics of all runs (generated faces)\n" in page) == figures
    assert ("> **Generated faces.**" in page) == figures


def test_the_same_metrics_give_the_same_bytes(project, whole):
    project.run_all()
    first = whole().page.read_bytes()
    assert project.render().encode() == first
    assert b"\r" not in first


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "metrics/details/VGG16/sgd.json",
            "[",
            r"details/VGG16/sgd\.json .*`dvc repro --glob 'evaluate\*@VGG16-sgd'`",
        ),
        ("metrics/details/VGG16/sgd.json", "{}", r"\(fingerprint: Field required\)"),
        ("metrics/class_counts.json", '{"training": {}}', r"\(test: .*--single-item class_counts`"),
        ("metrics/class_counts.json", '{"training": {}, "test": {}}', r"\(training\.angry: Field required"),
        ("metrics/class_counts.json", None, r"class_counts\.json is missing: `dvc repro class_counts`"),
        ("metrics/dataset.json", '{"source": "archive"}', r"\(generated: .*--single-item prepare`"),
        ("metrics/dataset.json", "\xff", r"dataset\.json is not what its stage writes"),
        ("metrics/zca.json", '{"condition_number": 1.0, "explained": []}', r"\(explained: .*item zca`"),
        ("reports/pictures/faces.npz", None, r"faces\.npz can't be read .*--single-item class_counts`"),
        ("reports/pictures/zca.npz", "no", r"zca\.npz .*--single-item zca`"),
    ],
)
def test_broken_metrics_are_named_with_the_stage_that_mends_them(project, name, content, said):
    project.cell("VGG16", "sgd", 0.3)
    path = project.folder / name
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="latin-1")
    with pytest.raises(UserError, match=said):
        project.write_pages()
    assert not project.page.exists()


@pytest.mark.parametrize("accuracy", [1.5, -0.1, "0.3", True, float("nan")])
def test_a_share_that_is_none_is_refused(project, accuracy):
    project.cell("VGG16", "sgd", accuracy)
    with pytest.raises(UserError, match=r"test\.accuracy"):
        project.render()
