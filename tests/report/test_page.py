"""`index.html`: what it says, what it leaves blank, and that it needs no other file."""

import re

import pytest
from pages import Page
from project import VARIANTS

from emotions.report.cells import OLD

GRID = (
    "Test accuracy: ours, and the report's below; "
    "the stronger the colour, the further above the majority class"
)


@pytest.fixture(scope="module")
def full(whole):
    """The page of a project with all that there can be."""
    return Page(whole().html.read_text())


VERDICTS = "What the report concludes, and what the paired tests of section 3 say"
EVERY = "Every cell that was run"


def field(page, caption, name, column):
    """The text of a table's field, by its row and the header of its column."""
    header, *rows = page.tables[caption]
    return next(row[header.index(column)] for row in rows if row[0] == name)


def test_the_sections_stand_in_their_order(full):
    assert [one for one in full.headings if one[0].isdigit()] == [
        "1. The answer",
        "2. The data",
        "3. What each setting changes",
        "4. Beyond the report's settings",
        "5. Accuracy and what it costs",
        "6. How the models learned, and where they are wrong",
        "7. What the first layers give, and what speaks for each class",
        "8. The report's tables, and every cell",
        "9. How to run every cell again",
    ]


def test_it_loads_nothing_and_runs_nothing(whole):
    text = whole("synthetic").html.read_text()
    page = Page(text)
    assert {value.partition(":")[0] for _, value in page.addresses if value[0] != "#"} == {"data"}
    assert not page.tags & {"script", "iframe", "object", "embed", "form", "base", "a"}
    assert not re.search(r"@import|@font-face|url\((?!#)|https?:|\son\w+=", text)


def test_nothing_of_the_day_or_the_place_stands_in_it(whole):
    found = whole().html.read_bytes()
    assert b"\r" not in found
    assert not re.search(rb"<dc:date>|matplotlib", found)
    assert str(whole().folder).encode() not in found


def test_no_name_stands_for_two_things(whole):
    text = whole().html.read_text()
    names = re.findall(r"\bid=\"([^\"]+)\"", text)
    assert len(names) == len(set(names))
    assert set(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", text)) <= set(names)


def test_it_opens_with_the_answer(full):
    text = full.text()
    assert "VGG16-epochs-15: 0.8" in text[: text.index("2. The data")]
    assert "0.624 is the report's highest test accuracy: ResNet50V2, adam, in its Table 9; on the" in text
    assert "It has figures for 2 of the 2 cells counted here: 0 within our interval" in text
    assert (
        "0 of 5 Of the report's 5 conclusions, none hold on what was run, none is contradicted, 5 are" in text
    )
    says = "15 epochs are more accurate than 10 on almost all backbones"
    assert full.row(VERDICTS, says) == ["5.1", "open", "1", "1", "0"]
    assert full.tables[GRID][0] == ["Backbone", *VARIANTS]
    assert full.row(GRID, "VGG16")[:3] == ["0.7500.251\u20130.258 §", "0.8750.251", "0.251"]
    assert full.row(GRID, "NASNetLarge") == [""] * 9
    assert "Chance baselines: 0.375 for the majority class of training, happy; 0.167 for all" in text
    assert "with these faces: photographs from an archive in Kaggle's layout; and seed 5." in text


def test_with_everything_it_leaves_nothing_out_of_what_was_run(whole, full):
    assert "Left out:" not in full.text()
    pairs = full.row("Every pair and its test", "VGG16-epochs-15")
    assert (pairs[0], *pairs[3:]) == ("+0.125", "10", "0", "0.0020", "0.0020")
    # 20 wrong: all 10 angry and 10 fear are taken for the next class
    assert full.row("VGG16-baseline", "angry") == ["0.00", "1.00", "0.00", "0.00", "0.00", "0.00"]
    assert full.row("VGG16-baseline", "happy") == ["0.00", "0.00", "1.00", "0.00", "0.00", "0.00"]
    assert full.row("F1 of each class on the test images", "VGG16-baseline")[:3] == [
        *("0.000", "0.000"),
        "0.857",  # 30 right, and 10 others are taken for it
    ]
    assert field(full, EVERY, "VGG16-epochs-15", "ece") == "0.075"  # right in 0.875, says 0.8
    every = zip(full.tables[EVERY][0], ["", *full.row(EVERY, "VGG16-epochs-15")], strict=True)
    assert [name for name, text in every if not text][1:] == ["validation", "unseen tta", "validation loss"]
    mistakes = full.tables["Test images that VGG16-epochs-15 gets wrong and is surest of"]
    assert mistakes[1][:4] == ["angry", "fear", "0.800", "1 of 1"]
    assert field(full, "Table 2: epochs, training images", "VGG16", "15: last epoch") == "0.912"


def test_nothing_run(project):
    page = Page(project.render_html())
    assert "0 of 18 cells were run. So there is no answer yet." in page.text()
    assert page.row(GRID, "VGG16")[1] == "0.251"
    assert page.row("Table 7: epochs, test images", "VGG16")[:5] == ["", "0.251 §", "", "", "1.76"]
    assert page.text().count("Left out: no ") == 3  # and charts, which are not drawn here


def test_a_cell_stands_beside_the_report_and_what_was_not_run_is_blank(project):
    project.cell("NASNetLarge", "baseline", 0.3)
    project.cell("VGG16", "baseline", 0.3, diverged=True)
    page = Page(project.render_html())
    columns = ("10: ours", "10: report", "10: difference", "10: loss", "15: ours")
    test, train = "Table 7: epochs, test images", "Table 2: epochs, training images"
    assert [field(page, test, "VGG16", name) for name in columns] == ["0.300 †", "0.251 §", "+0.049", "", ""]
    assert [field(page, train, "VGG16", name) for name in columns[:3]] == ["0.610 †", "0.255 §", "+0.355"]
    assert [row[0] for row in page.tables[EVERY][1:]] == ["VGG16-baseline †", "NASNetLarge-baseline"]


def test_where_the_report_contradicts_itself(project):
    page = Page(project.render_html())
    caption = "§ The report's test accuracies for one setting, by its tables"
    assert page.tables[caption][0] == ["Backbone", "7", "8", "9", "10", "11"]
    assert page.row(caption, "VGG16") == ["0.251", "0.255", "0.251", "0.255", "0.258"]


@pytest.mark.parametrize(("dataset", "cell"), [("synthetic", "archive"), ("archive", "synthetic")])
def test_of_runs_it_is_told_by_their_own_faces_and_of_the_data_by_those_of_today(project, dataset, cell):
    project.dataset(dataset)
    project.cell("VGG16", "baseline", 0.3, source=cell)
    page = Page(project.render_html())
    numbered = [one for one in page.headings if one[0].isdigit()]
    assert {one.partition(".")[0] for one in numbered if one.endswith(" (generated faces)")} == (
        {"2"} if dataset == "synthetic" else set("13456789")
    )
    assert ("GENERATED faces. The faces of these runs were drawn" in page.text()) == (cell == "synthetic")


def test_a_stale_cell_is_shown_and_has_no_part_in_what_is_said_of_several(project):
    project.plan(["VGG16"], VARIANTS | {"again": {"seed": 6}, "third": {"seed": 7}})
    project.predicted("VGG16", "baseline", range(20))
    for variant, wrong in (("epochs-15", 5), ("again", 10), ("third", 15), ("sgd", 30)):
        project.predicted("VGG16", variant, range(wrong), seed={"again": 6, "third": 7}.get(variant, 5))
    project.stale("VGG16", "epochs-15", code="x")
    project.stale("VGG16", "third")
    page = Page(project.render_html())
    text = page.text()
    assert "5 of 11 cells were run, 2 of them stale." in text
    assert "code: VGG16 epochs-15" in text
    assert f"{OLD}: VGG16 third" in text
    assert page.row(GRID, "VGG16")[1] == "0.938 ¶0.251"
    assert page.row("One setting under several seeds", "VGG16")[:3] == [
        "baseline, again, third",
        "2",
        "0.812",
    ]
    assert page.row("Every pair and its test", "VGG16-epochs-15 ¶")[1:] == [""] * 6
    assert "15 against 10: Not tested, as a side is stale: 0.938 against 0.750 on VGG16." in text
    assert "over all 1 test of this page" in text
    # Nor does it stand on the front, where it would beat all others.
    [front] = re.findall(r"no other beats in both, by MACs: (.*?)\. A setting", text)
    assert front == "VGG16-baseline, 2 seeds"


def test_cells_of_other_lists_have_a_table_of_their_own(project):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 9}}, others=[["VGG16", "wide"]])
    project.cell("VGG16", "baseline", 0.4)
    project.cell("VGG16", "wide", 0.5, tta=0.55)
    page = Page(project.render_html())
    assert page.tables["Cells of recipes, of which the report has none"][1] == ["VGG16", "0.500"]
    assert page.row("Cells of recipes that were run", "VGG16-wide") == [
        *("0.570", "0.430", "", "0.550", "0.500", "0.550", "0.208", "1.00e+09"),
    ]


def test_settings_are_told_by_what_a_variant_changes_and_cells_by_their_command(full):
    text = full.text()
    assert "The settings of baseline, as params.yaml has them: epochs 10; batch_size 64" in text
    assert "epochs-15, seed 5: epochs 15." in text
    assert full.row(
        "Commands; the state is blank where a cell was not run", "dvc repro evaluate@VGG16-zca"
    ) == [
        "",
        "5",
    ]
    assert "16 cells not run yet." in text


def test_nothing_compares_generated_faces_with_the_report_s_photographs(project, whole):
    text = Page(whole("synthetic").html.read_text()).text()
    assert not re.search(
        r"Table (?:[2-9]|1[01])\b|conclusions hold|§|report's (?:count|highest|Fig\. 7)", text
    )
    assert "epochs 15" in text
    project.plan(["VGG16"], {"baseline": {}, "epochs-15": {"epochs": 3}}, epochs=2)
    project.dataset("synthetic")
    for variant, wrong in (("baseline", 20), ("epochs-15", 10)):
        project.predicted("VGG16", variant, range(wrong), source="synthetic")
    said = Page(project.render_html()).text()
    assert "3 against 2: 0.875 against 0.750 on VGG16" in said  # the epochs that were run
    assert "Not like with like" not in said


def test_settings_that_are_not_the_report_s_are_named(project):
    project.plan(["VGG16"], {"baseline": {}}, epochs=2)
    assert (
        "Not like with like: epochs is 2 where the report has 10, in baseline."
        in Page(project.render_html()).text()
    )


def test_cells_that_no_list_names_are_named_with_what_removes_them(project):
    project.cell("VGG19", "gone", 0.9)
    text = Page(project.render_html()).text()
    assert "1 cell left out, which no list of params.yaml names; to remove" in text
    assert " rm metrics/*/VGG19/gone.json" in text
    assert "0.900" not in text


def test_a_grid_of_110_cells_stays_under_5_mb(project, whole):
    before = len(whole().html.read_bytes())
    project.run_all()
    project.predicted("VGG16", "sgd", range(0, 80, 2), accuracies=[0.1, 0.7, 0.9] * 5)
    after = len(project.write_pages().html.read_bytes())
    assert before + 110 * (after - before) < 5_000_000
