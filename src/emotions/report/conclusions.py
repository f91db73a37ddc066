"""What the report of 2020 concludes in its section 5, and whether the paired tests bear it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from emotions.report import published
from emotions.report.effects import Effect, Pair


@dataclass(frozen=True)
class Conclusion:
    """One of the report's.

    Attributes:
        section: Where it stands.
        words: The report's own.
        says: The same in short.
        variants: Whose pairs with the baseline it speaks of.
        higher: Whether it has them more accurate than the baseline, or less.
        every: Whether it speaks of every backbone, or of most.
        equal: Whether it also holds where the two can't be told apart.
        backbones: Those that it names; None where it speaks of all.
    """

    section: str
    words: str
    says: str
    variants: tuple[str, ...]
    higher: bool
    every: bool = True
    equal: bool = False
    backbones: tuple[str, ...] | None = None


CONCLUSIONS = (
    Conclusion(
        "5.1",
        "generally as the epochs are increased we are able to train more with less loss, and higher "
        "accuracies for almost all models",
        "15 epochs are more accurate than 10 on almost all backbones",
        ("epochs-15",),
        higher=True,
        every=False,
    ),
    Conclusion(
        "5.2",
        "A lower learning rate generally gave higher training times, and always gave higher or equal "
        "accuracy as a higher learning rate.",
        "the lower learning rate is never less accurate",
        ("lr-1",),
        higher=False,
        equal=True,
    ),
    Conclusion(
        "5.3",
        "the RMSprop optimizer gives better accuracy rates overall compared to the other two",
        "RMSprop is overall more accurate than SGD and Adam",
        ("sgd", "adam"),
        higher=False,
        every=False,
    ),
    Conclusion(
        "5.4",
        "softmax activation function is the only one which gives desirable accuracy results for all "
        "algorithms (except VGG). Also, it is the best resulting activation function for all algorithms.",
        "softmax is more accurate than relu and sigmoid on every backbone",
        ("relu", "sigmoid"),
        higher=False,
    ),
    Conclusion(
        "5.5",
        "ResNet50V2, ResNet101V2, InceptionResNetV2 and both DenseNet architectures obtain higher "
        "accuracies if the data is not feature-wise normalized beforehand.",
        "five named backbones are more accurate without normalization",
        ("raw",),
        higher=True,
        backbones=("ResNet50V2", "ResNet101V2", "InceptionResNetV2", "DenseNet121", "DenseNet169"),
    ),
)

ON_ZCA = Conclusion(
    "4",
    "We also performed ZCA whitening [...]. This type of reduction is therefore advantageous for neural "
    "networks such as convolutional neural networks.",
    "ZCA whitening is more accurate",
    (published.ZCA,),
    higher=True,
)
"""Of which the report has no figures; it is none of the five."""


@dataclass(frozen=True)
class Verdict:
    """What the paired tests say of a conclusion.

    Attributes:
        conclusion: Which.
        outcome: `open` where the tests speak neither for nor against it, or there is none.
        supporting: Tests that hold after Holm's correction and speak for it.
        against: Likewise, against it.
        tests: All tests of pairs that it speaks of, without those whose both sides collapsed.
    """

    conclusion: Conclusion
    outcome: Literal["holds", "fails", "open"]
    supporting: int
    against: int
    tests: int


def verdicts(effects: Iterable[Effect]) -> list[Verdict]:
    """Judge each of the report's five conclusions by the pairs that were tested."""
    pairs = [pair for effect in effects for pair in effect.pairs]
    return [_verdict(one, pairs) for one in CONCLUSIONS]


def _verdict(one: Conclusion, pairs: Iterable[Pair]) -> Verdict:
    meant = [
        pair.favours
        for pair in pairs
        if pair.test
        and pair.variant in one.variants
        and (one.backbones is None or pair.backbone in one.backbones)
        and not (pair.broken and pair.baseline_broken)
    ]
    direction = 1 if one.higher else -1
    supporting, against = meant.count(direction), meant.count(-direction)
    return Verdict(one, _outcome(one, supporting, against, len(meant)), supporting, against, len(meant))


def _outcome(one: Conclusion, supporting: int, against: int, tests: int) -> Literal["holds", "fails", "open"]:
    if not tests:
        return "open"
    if not one.every:
        return "holds" if supporting > tests / 2 else "fails" if against > tests / 2 else "open"
    if against:
        return "fails"
    return "holds" if one.equal or supporting == tests else "open"
