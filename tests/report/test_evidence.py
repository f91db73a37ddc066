import numpy as np
import pytest
from pages import Page

from emotions.report.evidence import read_history, read_predictions
from emotions.runtime.errors import UserError


def test_predictions_are_read_and_nothing_recognised_is_wrong(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("face,actual,predicted,score,seen\n4,a,b,0.5,True\n7,b,b,0.25,False\n9,a,,,False\n")
    found = read_predictions(path, ("a", "b"))
    assert found.faces.tolist() == [4, 7, 9]
    assert found.actual.tolist() == [0, 1, 0]
    assert found.predicted.tolist() == [1, 1, -1]
    assert found.right.tolist() == [False, True, False]
    assert found.scores[:2].tolist() == [0.5, 0.25]
    assert np.isnan(found.scores[2])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "face\n1\n",
        "face,actual,predicted,score\n1,nobody,a,1\n",
        "face,actual,predicted,score\nx,a,a,1\n",
    ],
)
def test_a_file_that_holds_no_predictions_is_named_with_the_stage_that_mends_it(tmp_path, content):
    path = tmp_path / "VGG16" / "sgd.csv"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(UserError, match=r"sgd\.csv is not .*--single-item --glob 'evaluate\*@VGG16-sgd'`"):
        read_predictions(path, ("a", "b"))
    with pytest.raises(UserError, match=r"sgd\.csv is not .*--single-item --glob 'train\*@VGG16-sgd'`"):
        read_history(path)


def test_what_belongs_to_another_run_is_left_out_and_said(project):
    project.predicted("VGG16", "baseline", wrong=range(10))
    project.history("VGG16", "baseline", [0.1, 0.2, 0.3])
    project.cell("VGG16", "baseline", 0.3, epochs_run=2)
    project.write("metrics/dataset.json", {"source": "archive", "generated": False, "faces_sha256": "0"})
    text = Page(project.render_html()).text()
    assert "VGG16/baseline.csv: of another run than its metrics" in text
    assert text.count("of another run than its metrics") == 2
    assert "faces.npz: other faces than those of the metrics" in text
    assert "Left out: no predictions here." in text


def test_predictions_for_other_faces_are_left_out(project):
    faces = project.faces()
    project.predicted("VGG16", "baseline", wrong=range(10), faces=faces)
    path = project.folder / "predictions/VGG16/baseline.csv"
    path.write_text(path.read_text().replace("\n2,", "\n1,", 1))
    assert "predictions/VGG16/baseline.csv: of other faces" in Page(project.render_html()).text()
