"""What the report of 2020 concludes in its section 5, in its own words."""

from collections.abc import Mapping
from types import MappingProxyType

from emotions.report import published

CONCLUSIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "epochs-15": (
            "5.1",
            "generally as the epochs are increased we are able to train more with less loss, and higher "
            "accuracies for almost all models",
        ),
        "lr-1": (
            "5.2",
            "A lower learning rate generally gave higher training times, and always gave higher or equal "
            "accuracy as a higher learning rate.",
        ),
        "sgd": (
            "5.3",
            "the RMSprop optimizer gives better accuracy rates overall compared to the other two",
        ),
        "relu": (
            "5.4",
            "softmax activation function is the only one which gives desirable accuracy results for all "
            "algorithms (except VGG). Also, it is the best resulting activation function for all algorithms.",
        ),
        "raw": (
            "5.5",
            "ResNet50V2, ResNet101V2, InceptionResNetV2 and both DenseNet architectures obtain higher "
            "accuracies if the data is not feature-wise normalized beforehand.",
        ),
        published.ZCA: (
            "4",
            "We also performed ZCA whitening [...]. This type of reduction is therefore advantageous for "
            "neural networks such as convolutional neural networks.",
        ),
    }
)
"""The first variant of an effect -> the section, and its sentence on that effect."""
