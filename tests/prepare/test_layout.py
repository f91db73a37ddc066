"""Which names of an archive's files are faces of which class and split."""

import pytest

from emotions.prepare.layout import arrange, listed
from emotions.runtime.errors import UserError

CLASSES = ("angry", "happy", "surprise")


def tree(*, training="Training/Training", testing="Testing/Testing", classes=("Angry", "Happy", "Suprise")):
    return [f"{split}/{name}/{name}.jpg" for split in (training, testing) for name in classes]


def found(layout):
    return {(file.label, file.in_test) for file in layout.files}


ALL = {(label, in_test) for label in range(3) for in_test in (False, True)}


@pytest.mark.parametrize(
    "names",
    [
        tree(),
        tree(training="Training", testing="Testing"),
        tree(training="Training/Training", testing="Testing"),
        tree(training="train", testing="TEST"),
        tree(training="my faces/Training/training", testing="my faces/Testing"),
        tree(training="test/train", testing="test/test"),
        tree(training="a/b/c/train", testing="a/b/c/test"),
        tree(training="data/images/Train/TRAINING", testing="data/images/Test"),
        tree(training="images/train", testing="images/validation"),
        tree(training="fer/Training", testing="fer/VAL"),
        tree(training="train", testing="validation/validation"),
        tree(training="./a/./Training", testing="./a/./Testing"),
        tree(training="Training ", testing=" Test"),
        tree(training="Training", testing="PublicTest"),
        tree(training="train", testing="privatetest"),
        tree(classes=("ANGRY", "happy", "Surprise")),
        tree(classes=("angry", "Happy", "sUPRISE")),
    ],
)
def test_takes_every_known_layout(names):
    layout = arrange(names, CLASSES)
    assert found(layout) == ALL
    assert [file.name for file in layout.files] == names
    assert (layout.system, layout.elsewhere, layout.other_classes) == (0, (), {})


def test_a_class_may_itself_be_spelled_as_on_kaggle():
    assert found(arrange(tree(classes=("angry", "happy", "Surprise")), ("Angry", "HAPPY", "suprise"))) == ALL


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/Training/Angry/._a.jpg",
        "__MACOSX/Training/Angry/a.jpg",
        "Training/Angry/.DS_Store",
        "Training/Angry/Thumbs.db",
        "Training/Angry/DESKTOP.INI",
        "Training/Angry/Icon\r",
        "Training/Angry/@eaDir/a.jpg",
        "Training/.cache/a.jpg",
        ".gitattributes",
    ],
)
def test_leaves_out_and_counts_what_a_system_left(name):
    layout = arrange([*tree(), name], CLASSES)
    assert layout.system == 1
    assert len(layout.files) == 6


@pytest.mark.parametrize(
    "name",
    [
        "GENERATED.txt",
        "Training/a.jpg",
        "Training/Angry/more/a.jpg",
        "dev/Angry/a.jpg",
    ],
)
def test_leaves_out_and_names_what_stands_elsewhere(name):
    layout = arrange([*tree(), name], CLASSES)
    assert layout.elsewhere == (name,)
    assert len(layout.files) == 6


def test_beside_a_test_split_the_validation_split_belongs_to_training():
    names = [*tree(training="a/train", testing="a/test"), "a/val/Angry/v.jpg"]
    (file,) = (file for file in arrange(names, CLASSES).files if file.name.endswith("v.jpg"))
    assert not file.in_test


def test_leaves_out_and_counts_other_classes():
    layout = arrange([*tree(), "Training/Disgust/a.jpg", "Testing/Disgust/b.jpg"], CLASSES)
    assert layout.other_classes == {"Disgust": 2}
    assert len(layout.files) == 6


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ["no faces", "Training/<class>/", "Testing/<class>/", "angry, happy, surprise"]),
        (["README.md", "Training/Disgust/a.jpg"], ["no faces", "'README.md'", "'Disgust'"]),
        (tree()[:3], ["Testing/angry, Testing/happy, Testing/surprise"]),
        ([*tree()[1:], "Training/Anger/a.jpg"], ["for Training/angry:", "'Anger'"]),
        (["angry/a.jpg", "x/happy/b.jpg"], ["no faces", "in '', 'x' stand folders of classes", "validation"]),
        (tree(testing="eval"), ["in 'eval' stand folders of classes", "none of training, train"]),
        ([".cache/train/angry/a.jpg"], ["no faces", "1 files are an operating system's, or in hidden"]),
        ([*tree(), "a/b/Training/Angry/a.jpg"], ["more than one", "'a/b/Training'"]),
        (
            [*tree(), *tree(training="b/Training", testing="b/Testing")],
            ["more than one", "'b/Testing', 'b/Training'"],
        ),
    ],
)
def test_says_what_is_missing(names, said):
    with pytest.raises(UserError) as error:
        arrange(names, CLASSES)
    for words in said:
        assert words in str(error.value)


def test_lists_ten_at_most():
    items = [f"{number:02}" for number in reversed(range(12))]
    assert listed(items) == "00, 01, 02, 03, 04, 05, 06, 07, 08, 09 and 2 more"
    assert listed(items[2:]) == "00, 01, 02, 03, 04, 05, 06, 07, 08, 09"
