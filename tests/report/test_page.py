"""`index.html`: what it says, what it leaves blank, and that it needs no other file."""

import re

import pytest
from pages import Page

TEST_7 = "Table 7: epochs, test images"


ANGRY = {"precision": 0.5, "recall": 0.25, "f1": 0.3333, "support": 10}


def run_all(project, source="archive"):
    """One backbone with predictions and histories under two variants."""
    faces = project.faces(source)
    project.statistics()
    for variant, wrong in (("baseline", 20), ("epochs-15", 10)):
        project.predicted(
            "VGG16", variant, range(wrong), faces=faces, epochs_run=2, per_class={"angry": ANGRY}
        )
        project.history("VGG16", variant, [0.2, 0.31234])
    for backbone in ("VGG16", "NASNetLarge"):
        project.layers(backbone)


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


@pytest.mark.parametrize("whole", [False, True])
def test_it_loads_nothing_and_runs_nothing(project, whole):
    if whole:
        run_all(project, "synthetic")
    text = project.render_html()
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


@pytest.mark.parametrize("whole", [False, True])
def test_equal_inputs_give_equal_bytes(project, whole):
    if whole:
        run_all(project)
    first = project.render_html().encode()
    assert project.render_html().encode() == first
    assert b"\r" not in first
    assert not re.search(rb"<dc:date>|matplotlib", first)
    assert str(project.folder).encode() not in first


def test_a_cell_stands_beside_the_report_with_its_interval(project):
    project.cell("VGG16", "baseline", 0.3)
    page = Page(project.render_html())
    # Wilson of 24 of 80, 30 of 70; Table 7 has 0.251, loss 1.757
    ours = page.row(TEST_7, "VGG16", "10")
    assert ours[:6] == ["0.300", "0.211\u20130.408", "0.251 §", "+0.049", "0.430", "0.319\u20130.545"]
    assert page.row("Table 2: epochs, training images", "VGG16", "10")[:4] == [
        "0.610",
        "",
        "0.255 §",
        "+0.355",
    ]


def test_no_name_stands_for_two_things(project):
    run_all(project)
    text = project.render_html()
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
    assert "17 cells were not run: their figures are blank." in page.text()


def test_nothing_run(project):
    page = Page(project.render_html())
    assert "0 of 18 cells were run, so there is no answer yet." in page.text()
    assert page.row(TEST_7, "VGG16", "10") == ["", "", "0.251 §", "", "", "", "", "1.76"]


def test_marks(project):
    project.cell("VGG16", "baseline", 0.3, collapsed=True)
    project.cell("VGG16", "epochs-15", 0.3, diverged=True)
    page = Page(project.render_html())
    assert [page.row(TEST_7, "VGG16", value)[0] for value in ("10", "15")] == ["0.300 ‡", "0.300 †"]


def test_the_answer_is_computed(project):
    run_all(project)
    text = Page(project.render_html()).text()
    assert "2 of 18 cells were run, and the most accurate, VGG16-epochs-15, gets 0.875" in text
    assert (
        "which is above what needs no model: always guessing happy gets 0.375, guessing evenly 0.167" in text
    )
    assert "The report has a test accuracy for 2 of them: 0 have it within the interval" in text
    assert "Of 1 paired test of a setting against the baseline, 1 hold after Holm's correction" in text


@pytest.mark.parametrize(
    ("accuracy", "against"), [(0.2, "below"), (0.375, "can't be told from"), (0.6, "above")]
)
def test_the_best_cell_is_told_from_guessing_or_not(project, accuracy, against):
    project.cell("VGG16", "baseline", accuracy)
    assert re.search(rf"which (is )?{against} what needs no model", Page(project.render_html()).text())


def test_from_metrics_alone_it_says_what_it_leaves_out(project):
    project.cell("VGG16", "baseline", 0.3)
    text = Page(project.render_html()).text()
    for said in (
        "1 of 1 cells that were run have no predictions here",
        "1 of 1 cells that were run have no histories here",
        "The prepared faces are not here",
        "The statistics of the training images are not here",
        "Left out: no predictions here.",
    ):
        assert said in text


def test_with_everything_it_leaves_nothing_out_of_what_was_run(project):
    run_all(project)
    page = Page(project.render_html())
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
    assert page.row("F1 of each class on the test images", "VGG16", "baseline")[:2] == ["0.333", ""]
    certain = page.row("Every cell that was run, on the test images", "VGG16", "epochs-15")
    assert certain[6] == "0.075"  # right in 0.875, says 0.8
    assert all(certain)
    mistakes = page.tables["Test images that VGG16-epochs-15 gets wrong and is surest of"]
    assert mistakes[1][:4] == ["angry", "fear", "0.800", "2 of 2"]


def test_real_faces_stay_out_and_drawn_ones_are_called_so(project):
    run_all(project)
    real = project.render_html()
    assert "The pictures stay away" in real
    assert "drawn by a program. Seed: 5." in Page(real).text()
    run_all(project, "synthetic")
    drawn = project.render_html()
    assert "angry, taken for fear" in drawn
    assert "The pictures stay away" not in drawn
    assert all("(generated faces)" in one for one in Page(drawn).headings if one[0].isdigit())
    faces = project.faces("archive")
    for pixels in faces.pixels[:20]:
        assert encoded(pixels) not in real
    assert any(encoded(pixels) in drawn for pixels in faces.pixels[:20])


def encoded(pixels):
    from emotions.report.html.pictures import picture

    return re.search(r"base64,([^\"]+)", picture(pixels, ""))[1]


def test_each_figure_names_its_cells_faces_and_seed(project):
    run_all(project)
    text = project.render_html()
    figures = re.split(r"<figure(?! class=\"face\")", text)[1:]
    assert len(figures) > 20
    for one in figures:
        assert re.search(r"class=\"source\">.*(Seed|The report alone|params\.yaml)", one), one[:200]
    assert (
        "Cells: VGG16 under baseline, epochs-15. Faces: an archive in Kaggle&#39;s layout. Seed: 5." in text
    )


def test_a_grid_of_110_cells_stays_under_5_mb(project):
    run_all(project)
    before = len(project.render_html())
    faces = project.faces("archive")
    project.predicted("VGG16", "sgd", range(0, 80, 2), faces=faces, epochs_run=15)
    project.history("VGG16", "sgd", [0.1, 0.7, 0.3] * 5)
    assert before + 110 * (len(project.render_html()) - before) < 5_000_000


def test_one_setting_under_several_seeds_has_a_mean_and_a_spread(project):
    project.plan(["VGG16"], {"baseline": {}, "again": {"seed": 6}, "third": {"seed": 7}})
    for variant, accuracy in (("baseline", 0.4), ("again", 0.5), ("third", 0.6)):
        project.cell("VGG16", variant, accuracy)
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
