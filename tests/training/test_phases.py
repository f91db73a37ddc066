"""Which epochs see faces of which size."""

import pytest

from emotions.training.phases import Phase, phases

FIRST = ({"size": 24, "epochs": 2}, {"size": 32, "epochs": 1})


def test_without_it_there_is_one_phase(cell):
    assert list(phases(cell("CompactCNN", epochs=5))) == [Phase(range(5), 48)]


@pytest.mark.parametrize(
    ("backbone", "full", "sizes"),
    [
        ("CompactCNN", 48, [24, 32, 48]),
        ("ResNet50V2", 48, [32, 32, 48]),  # takes no less than 32
        ("DenseNet121", 96, [48, 64, 96]),  # enlarges all alike
        ("InceptionV3", 75, [75, 75, 75]),
        ("VGG16", 48, [48, 48, 48]),  # its dense layers hang on the size
    ],
)
def test_smaller_faces_come_first_as_far_as_a_backbone_takes_them(cell, backbone, full, sizes):
    found = list(phases(cell(backbone, full, epochs=5, progressive_resizing=FIRST)))
    assert [phase.epochs for phase in found] == [range(2), range(2, 3), range(3, 5)]
    assert [phase.input_size for phase in found] == sizes
