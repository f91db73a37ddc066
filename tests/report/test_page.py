"""`index.html`: what it says, what it leaves blank, and that it needs no other file."""

import re

import pytest
from pages import Page
from project import VARIANTS, made_up_faces

from emotions.report.staleness import OLD

TEST_7 = "Table 7: epochs, test images"


def test_the_sections_stand_in_their_order(project):
    headings = [one for one in Page(project.render_html()).headings if one[0].isdigit()]
    assert headings == [
        "1. What was asked, and the answer",
        "2. The data",
        "3. The report's tables, and ours",
        "4. What each setting changes",
        "5. How the models learned, and where they are wrong",
        "6. What the first layers give, and what speaks for each class",
        "7. How to run every cell again",
    ]


def test_it_loads_nothing_and_runs_nothing(whole):
    text = whole("synthetic").html.read_text()
    page = Page(text)
    assert {
        value.partition(":")[0] if tag != "a" and value[0] != "#" else "#" for tag, value in page.addresses
    } == {
        "#",
        "data",
    }
    assert all(value.startswith("#") for tag, value in page.addresses if tag == "a")
    assert not page.tags & {"script", "iframe", "object", "embed", "form", "base"}
    assert not re.search(r"@import|@font-face|url\((?!#)|https?:|\son\w+=", text)


def test_equal_inputs_give_equal_bytes(project, whole):
    project.run_all()
    first = project.render_html().encode()
    assert whole().html.read_bytes() == first
    assert b"\r" not in first
    assert not re.search(rb"<dc:date>|matplotlib", first)
    assert str(project.folder).encode() not in first


def test_a_cell_stands_beside_the_report_with_its_interval(project):
    project.cell("VGG16", "baseline", 0.3)
    page = Page(project.render_html())
    # Table 7 has 0.251, loss 1.757
    ours = page.row(TEST_7, "VGG16", "10")
    assert ours[:6] == ["0.300", "0.211\u20130.408", "0.251 §", "+0.049", "0.430", ""]
    assert page.row("Table 2: epochs, training images", "VGG16", "10")[:4] == [
        "0.610",
        "",
        "0.255 §",
        "+0.355",
    ]


def test_no_name_stands_for_two_things(whole):
    text = whole().html.read_text()
    names = re.findall(r"\bid=\"([^\"]+)\"", text)
    assert len(names) == len(set(names))
    assert set(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", text)) <= set(names)


def test_what_was_not_run_is_blank_and_not_zero(project):
    project.cell("VGG16", "baseline", 0.3)
    page = Page(project.render_html())
    assert page.row(TEST_7, "VGG16", "15")[:2] + page.row(TEST_7, "VGG16", "15")[3:7] == [""] * 6
    assert page.row(TEST_7, "NASNetLarge", "10") == [""] * 8
    assert [row[:2] for row in page.tables["Every cell that was run, on the test images"][1:]] == [
        ["VGG16", "baseline"]
    ]
    assert "17 cells not run yet." in page.text()


def test_nothing_run(project):
    page = Page(project.render_html())
    assert "0 of 18 cells were run, so there is no answer yet." in page.text()
    assert page.row(TEST_7, "VGG16", "10") == ["", "", "0.251 §", "", "", "", "", "1.76"]
    assert "Nothing has been run yet." in page.text()
    assert "Every cell that was run, on the test images" not in page.tables


def test_a_setting_of_which_every_seed_is_stale_has_no_row(project):
    project.plan(["VGG16"], {"baseline": {}, "again": {"seed": 6}})
    for variant in ("baseline", "again"):
        project.cell("VGG16", variant, 0.4, fingerprint=None)
    assert "One setting under several seeds" not in Page(project.render_html()).tables


@pytest.mark.parametrize(("dataset", "cell"), [("synthetic", "archive"), ("archive", "synthetic")])
def test_of_runs_it_is_told_by_their_own_faces_and_of_the_data_by_those_of_today(project, dataset, cell):
    project.dataset(dataset)
    project.cell("VGG16", "baseline", 0.3, source=cell)
    page = Page(project.render_html())
    called = {one.partition(" (")[0] for one in page.headings if "(generated faces)" in one}
    numbered = {one.partition(" (")[0] for one in page.headings if one[0].isdigit()}
    assert called == ({"2. The data"} if dataset == "synthetic" else numbered - {"2. The data"})
    assert ("GENERATED faces. The faces of these runs were drawn" in page.text()) == (cell == "synthetic")


def test_marks(project):
    project.cell("VGG16", "baseline", 0.3, collapsed=True)
    project.cell("VGG16", "epochs-15", 0.3, diverged=True)
    project.cell("NASNetLarge", "baseline", 0.3, source="synthetic", fingerprint=None)
    page = Page(project.render_html())
    assert [page.row(TEST_7, "VGG16", value)[0] for value in ("10", "15")] == ["0.300 ‡", "0.300 †"]
    assert page.row(TEST_7, "NASNetLarge", "10")[0] == "0.300 ◊ ¶"
    source = (
        "Faces: photographs from an archive in Kaggle's layout for VGG16-baseline; "
        "GENERATED, drawn by a program for NASNetLarge-baseline."
    )
    assert source in page.text()


def test_the_answer_is_computed(whole):
    text = Page(whole().html.read_text()).text()
    assert "2 of 18 cells were run. The most accurate, VGG16-epochs-15, gets 0.875" in text
    assert "which is above the majority class; of the unseen ones, test images whose pixels do not" in text
    assert "Chance baselines: 0.375 for the majority class of training, happy; 0.167 for all" in text
    assert "The report has a test accuracy for 2 of them: 0 have it within the interval" in text
    assert "Of 1 paired test of a setting against the baseline, 1 hold after Holm's correction" in text


@pytest.mark.parametrize(
    ("interval", "against"),
    [([0.3, 0.374], "is below"), ([0.3, 0.4], "can't be told from"), ([0.376, 0.4], "is above")],
)
def test_the_best_cell_is_told_from_chance_or_not(project, interval, against):
    intervals = dict.fromkeys(("test_unseen", "macro_f1", "calibration_error"))
    project.cell("VGG16", "baseline", 0.35, intervals=intervals | {"test": interval})
    assert f"which {against} the majority class" in Page(project.render_html()).text()


def test_with_everything_it_leaves_nothing_out_of_what_was_run(whole):
    page = Page(whole().html.read_text())
    assert "Left out:" not in page.text()
    assert page.row("Table 2: epochs, training images", "VGG16", "15")[1] == "0.312"
    assert page.row("epochs: test accuracy less the baseline's", "VGG16", "epochs-15") == [
        "+0.125",
        "10",
        "0",
        "0.0020",
        "0.0020",
    ]
    # 20 wrong: all 10 angry and 10 fear are taken for the next class
    assert page.row("VGG16-baseline", "angry") == ["0.00", "1.00", "0.00", "0.00", "0.00", "0.00"]
    assert page.row("VGG16-baseline", "happy") == ["0.00", "0.00", "1.00", "0.00", "0.00", "0.00"]
    assert page.row("F1 of each class on the test images", "VGG16", "baseline")[:3] == [
        *("0.000", "0.000"),
        "0.857",  # 30 right, and 10 others are taken for it
    ]
    certain = page.row("Every cell that was run, on the test images", "VGG16", "epochs-15")
    assert certain[6] == "0.075"  # right in 0.875, says 0.8
    assert all(certain)
    mistakes = page.tables["Test images that VGG16-epochs-15 gets wrong and is surest of"]
    assert mistakes[1][:4] == ["angry", "fear", "0.800", "1 of 1"]


def test_each_figure_names_its_cells_faces_and_seed(whole):
    text = whole().html.read_text()
    figures = re.split(r"<figure(?! class=\"face\")", text)[1:]
    assert len(figures) > 20
    for one in figures:
        assert re.search(r"class=\"source\">.*(Seed|The report alone|params\.yaml)", one), one[:200]
    assert (
        "Cells: VGG16 under baseline, epochs-15. Faces: photographs from an archive in Kaggle&#39;s layout. "
        "Seed: 5." in text
    )


def test_a_grid_of_110_cells_stays_under_5_mb(project, whole):
    before = len(whole().html.read_bytes())
    project.run_all()
    project.predicted("VGG16", "sgd", range(0, 80, 2), accuracies=[0.1, 0.7, 0.3] * 5)
    assert before + 110 * (len(project.render_html()) - before) < 5_000_000


def test_one_setting_under_several_seeds_has_a_mean_and_a_spread(project):
    project.plan(["VGG16"], {"baseline": {}, "again": {"seed": 6}, "third": {"seed": 7}})
    for seed, variant, accuracy in ((5, "baseline", 0.4), (6, "again", 0.5), (7, "third", 0.6)):
        project.cell("VGG16", variant, accuracy, seed=seed)
    page = Page(project.render_html())
    assert page.row("One setting under several seeds", "VGG16") == [
        "baseline, again, third",
        "3",
        "0.500",
        "0.100",
        "0.400\u20130.600",
        *("0.430", "0.000", "0.430\u20130.430"),  # unseen
    ]
    assert "Seeds: 5 for baseline; 6 for again; 7 for third." in page.text()


def test_a_stale_cell_is_shown_and_has_no_part_in_what_is_said_of_several(project):
    project.plan(["VGG16"], VARIANTS | {"again": {"seed": 6}, "third": {"seed": 7}})
    project.predicted("VGG16", "baseline", range(20))
    for variant, wrong in (("epochs-15", 5), ("again", 10), ("third", 15), ("sgd", 30)):
        project.predicted("VGG16", variant, range(wrong), seed={"again": 6, "third": 7}.get(variant, 5))
    project.stale("VGG16", "epochs-15", code="x")
    project.stale("VGG16", "third", settings="x")
    page = Page(project.render_html())
    text = page.text()
    assert "5 of 11 cells were run. The most accurate, VGG16-again, gets 0.875" in text
    assert "2 of the 5 cells that were run are stale" in text
    assert "several cells together: the most accurate, means, which are worth their cost" in text
    assert "1 pair of which at least one side is stale: not tested" in text
    assert "code: VGG16 epochs-15" in text
    assert page.row(TEST_7, "VGG16", "15")[0] == "0.938 ¶"
    assert page.row("One setting under several seeds", "VGG16")[:3] == [
        "baseline, again, third",
        "2",
        "0.812",
    ]
    # In its table, and neither tested nor told of.
    row = page.row("epochs: test accuracy less the baseline's", "VGG16", "epochs-15 ¶")
    assert row == ["+0.188", "", "", "", ""]
    assert "15 against 10: no backbone has a cell on both sides that is not stale" in text
    assert "over all tests of this page, 1." in text
    # Nor does it stand on the front, where it would beat all others.
    fronts = re.findall(r"no other beats in both: (.*?)Chance baselines", text)
    assert len(fronts) == 3
    assert all("VGG16-again" in one and "epochs-15" not in one for one in fronts)


def test_where_all_are_stale_the_best_of_them_is_called_so(project):
    project.cell("VGG16", "baseline", 0.3, fingerprint=None)
    project.cell("VGG16", "sgd", 0.4, fingerprint=None)
    text = Page(project.render_html()).text()
    assert "2 of 18 cells were run, and all are stale." in text
    assert "The most accurate, VGG16-sgd ¶, gets 0.400" in text
    assert f"{OLD}: VGG16 baseline, sgd" in text
    assert "several cells together: means, which are worth their cost" in text
    assert "have it within the interval" not in text


def test_cells_of_other_faces_are_not_counted_among_those_that_err_too(project):
    project.predicted("VGG16", "baseline", range(10))
    for variant, differs in (("sgd", {"code": "x"}), ("adam", {"faces": "x"}), ("zca", {})):
        project.predicted("VGG16", variant, range(5, 20))
        if differs:
            project.stale("VGG16", variant, **differs)
    page = Page(project.render_html())
    mistakes = page.tables["Test images that VGG16-baseline gets wrong and is surest of"]
    rows = {int(row[4]): row[3] for row in mistakes[1:]}
    places = {int(face): place for place, face in enumerate(made_up_faces().rows("test"))}
    assert {places[face]: said for face, said in rows.items()} == {
        place: "2 of 2" if place >= 5 else "0 of 2" for place in range(10)
    }


def test_cells_that_no_list_names_are_named_with_what_removes_them(project):
    assert "which no list of params.yaml names" not in Page(project.render_html()).text()
    project.cell("VGG19", "gone", 0.9)
    text = Page(project.render_html()).text()
    assert "1 cell left out, which no list of params.yaml names; to remove" in text
    assert " rm metrics/*/VGG19/gone.json" in text
    assert "git rm" not in text
    assert "0.900" not in text
