"""What stands beside the plain scores."""

from pages import Page


def test_test_time_augmentation_stands_beside_the_plain_scores_of_the_cells_that_have_it(project):
    project.cell("VGG16", "baseline", 0.4)
    project.cell("VGG16", "sgd", 0.5)
    assert "With test-time augmentation" not in Page(project.render_html()).tables
    project.cell("VGG16", "sgd", 0.5, tta=0.55)
    page = Page(project.render_html())
    assert page.row("With test-time augmentation", "VGG16", "sgd") == ["0.500", "0.550", "0.430", "0.550"]
    assert len(page.tables["With test-time augmentation"]) == 2


def test_settings_are_told_by_what_a_variant_changes(project):
    text = Page(project.render_html()).text()
    assert "The settings of baseline, as params.yaml has them: epochs 10; batch_size 64" in text
    assert "; evaluate.test_time_augmentation null." in text
    assert "epochs-15, seed 5: epochs 15." in text
