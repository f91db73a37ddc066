"""The short page, and what is refused of what it is made from."""

import re

import pytest

from emotions.runtime.errors import UserError

GRID = "Test accuracies: ours, and the report's in brackets"
RECIPES = "Cells of `recipes`, of which the report has none"


def tables(page):
    """Heading -> the rows of its table, each a list of cells, the header first."""
    found = {}
    for section in re.split(r"^#+ ", page, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        found[heading] = rows[:1] + rows[2:]
    return found


def row(page, heading, backbone):
    header, *rows = tables(page)[heading]
    return next(dict(zip(header[1:], one[1:], strict=True)) for one in rows if one[0] == backbone)


def words(page):
    return " ".join(page.split())


def test_each_variant_stands_in_its_field_beside_the_report(project):
    for i, variant in enumerate(project.variants):
        project.cell("VGG16", variant, 0.3 + i / 100)
    page = project.render()
    assert row(page, GRID, "VGG16") == {
        "baseline": "0.300 (0.251\u20130.258 §)",
        "epochs-15": "0.310 (0.251)",
        "lr-1": "0.320 (0.251)",
        "sgd": "0.330 (0.251)",
        "adam": "0.340 (0.251)",
        "relu": "0.350 (0.251)",
        "sigmoid": "0.360 (0.251)",
        "raw": "0.370 (0.255)",
        "zca": "0.380",
    }
    assert set(row(page, GRID, "NASNetLarge").values()) == {""}
    assert "9 of 18 cells were run. The most accurate of them, VGG16-baseline: 0.430 of the unseen" in words(
        page
    )


def test_it_is_one_screen(project):
    for variant in project.variants:
        project.cell("VGG16", variant, 0.3)
    assert len(project.render().splitlines()) < 50


def test_nothing_run(project):
    page = project.render()
    assert row(page, GRID, "VGG16")["lr-1"] == "(0.251)"
    assert "0 of 18 cells were run. So there is no answer yet." in words(page)
    assert "none hold on what was run, none is contradicted, 5 are open, as fewer" in words(page)
    verdicts = tables(page)["Emotion Recognition in Still Images: these runs beside the report of 2020"]
    assert [row[1:] for row in verdicts[1:]] == [[f"5.{i}", "open", "0", "0", "0"] for i in range(1, 6)]


def test_both_pages_name_what_contradicts_a_conclusion(project):
    project.predicted("VGG16", "baseline", wrong=range(20), accuracies=(0.2, 0.3))
    project.predicted("VGG16", "lr-1", wrong=range(10))
    named = "Against 5.2: VGG16-lr-1 with 0.875, where the baseline has 0.750 ≠."
    assert named in words(project.render())
    assert named in project.render_html()
    assert "Inference gap: VGG16." in project.render_html()


def test_what_left_the_grid_is_left_out(project):
    project.cell("VGG16", "sgd", 0.777)
    project.cell("VGG19", "baseline", 0.888)
    project.plan(["VGG16"], {"baseline": {}})
    project.write("metrics/details/VGG16/gone.json", "not looked at")
    page = project.render()
    assert "0.777" not in page
    assert "0.888" not in page
    assert project.gathered().unlisted == (("VGG16", "gone"), ("VGG16", "sgd"), ("VGG19", "baseline"))


@pytest.mark.parametrize(
    ("details", "marks"),
    [
        ({}, []),
        ({"diverged": True}, ["†"]),
        ({"collapsed": True}, ["‡"]),
        ({"source": "synthetic"}, ["◊"]),
        ({"fingerprint": None}, ["¶"]),
        (
            {"diverged": True, "collapsed": True, "source": "synthetic", "fingerprint": None},
            ["†", "‡", "◊", "¶"],
        ),
    ],
)
def test_marks(project, details, marks):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 9}}, others=[["VGG16", "wide"]])
    for variant in ("baseline", "wide"):
        project.cell("VGG16", variant, 0.3, **details)
    page = project.render()
    behind = " (generated faces)" if "source" in details else ""
    marked = " ".join(["0.300", *marks])
    grid, theirs = ("Test accuracies", "") if behind else (GRID, " (0.251\u20130.258 §)")
    assert row(page, grid + behind, "VGG16") == {"baseline": marked + theirs}
    assert row(page, RECIPES + behind, "VGG16") == {"wide": marked}
    meanings = {"†": "† diverged: ", "‡": "‡ collapsed: ", "◊": "◊ generated faces: ", "¶": "¶ stale: "}
    assert [sign for sign, meaning in meanings.items() if words(page).count(meaning) == 1] == marks


def test_a_list_of_which_nothing_was_run_has_no_grid(project):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 9}}, others=[["VGG16", "wide"]])
    assert list(tables(project.render())) == [
        "Emotion Recognition in Still Images: these runs beside the report of 2020",
        GRID,
    ]


def test_the_best_is_that_of_validation_and_a_better_stale_one_is_named(project):
    scores = project.cell("VGG16", "baseline", 0.5)["scores"]
    project.cell(
        "VGG16", "sgd", 0.4, scores=scores | {"validation": scores["validation"] | {"accuracy": 0.6}}
    )
    better = scores | {"validation": scores["validation"] | {"accuracy": 0.7}}
    project.cell("VGG16", "adam", 0.6, scores=better)
    assert "The most accurate of them, VGG16-adam: " in words(project.render())
    project.stale("VGG16", "adam")
    page = words(project.render())
    assert (
        "3 of 18 cells were run, 1 of them stale. The most accurate of those that are not stale, VGG16-sgd:"
        in page
    )
    assert "A stale cell has more of them right: VGG16-adam ¶: 0.430" in page
    project.cell("VGG16", "sgd", 0.4, scores=better)
    assert "A stale cell" not in words(project.render())  # as many are not more


def test_a_single_stale_cell_is_the_best_for_want_of_another(project):
    project.cell("VGG16", "sgd", 0.4, fingerprint=None)
    page = words(project.render())
    assert "1 of 18 cells was run, all of them stale. The most accurate of them, VGG16-sgd ¶: " in page
    assert "higher there" not in page


def test_provenance_and_chance(project):
    project.cell("VGG16", "baseline", 0.3)
    page = words(project.render())
    assert "Faces: photographs from an archive in Kaggle's layout." in page
    assert "Chance baselines: 0.375 for the majority class of training, `happy`; 0.167 for all" in page
    assert "Unseen are test images whose pixels do not also stand in training." in page


def test_generated_faces_are_called_so_wherever_figures_show(project):
    project.cell("VGG16", "baseline", 0.3)
    assert "enerated" not in project.render()
    project.cell("VGG16", "baseline", 0.3, source="synthetic")
    page = project.render()
    assert not re.search(r"0\.251|conclusions|§", page)  # nothing compares with the report's photographs
    assert page.index("> **Generated faces.**") < page.index("\n## ")
    assert "Faces: GENERATED, drawn by a program." in page
    assert all(one.endswith(" (generated faces)") for one, found in tables(page).items() if found)


def test_the_same_metrics_give_the_same_bytes(project, whole):
    project.run_all()
    first = whole().page.read_bytes()
    assert project.render().encode() == first
    assert b"\r" not in first
    assert not re.search(rb" \n|\n\n\n|  [^|]", re.sub(rb"^\|.*\n", b"|\n", first, flags=re.MULTILINE))


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
