"""Which epochs see faces of which size."""

import pytest

from emotions.training.phases import Phase, phases

FIRST = ({"size": 24, "share": 0.4}, {"size": 32, "share": 0.2})


def test_without_it_there_is_one_phase(cell):
    assert list(phases(cell("CompactCNN", epochs=5))) == [Phase(range(5), 48)]


@pytest.mark.parametrize(
    ("backbone", "full", "expected"),
    [
        ("CompactCNN", 48, [(range(2), 24), (range(2, 3), 32), (range(3, 5), 48)]),
        ("ResNet50V2", 48, [(range(3), 32), (range(3, 5), 48)]),  # takes no less than 32
        ("DenseNet121", 96, [(range(2), 48), (range(2, 3), 64), (range(3, 5), 96)]),  # enlarges all alike
        ("InceptionV3", 75, [(range(5), 75)]),
        ("VGG16", 48, [(range(5), 48)]),  # its dense layers hang on the size
    ],
)
def test_smaller_faces_come_first_as_far_as_a_backbone_takes_them(cell, backbone, full, expected):
    found = list(phases(cell(backbone, full, epochs=5, progressive_resizing=FIRST)))
    assert found == [Phase(*one) for one in expected]


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_the_last_epoch_is_at_full_size_however_few_there_are(cell, epochs):
    resizing = ({"size": 32, "share": 0.9},)
    found = list(phases(cell("CompactCNN", epochs=epochs, progressive_resizing=resizing)))
    assert found[-1] == Phase(range(epochs - 1, epochs), 48)
    assert sum(len(phase.epochs) for phase in found) == epochs
