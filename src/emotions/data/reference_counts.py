"""Images of each class in the data set: Table 1 of the report of 2020."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

CountedSplit = Literal["training", "test"]

CLASS_COUNTS: Mapping[CountedSplit, Mapping[str, int]] = MappingProxyType(
    {
        "training": MappingProxyType(
            {"angry": 3995, "fear": 4097, "happy": 7215, "neutral": 4965, "sad": 4830, "surprise": 3171}
        ),
        "test": MappingProxyType(
            {"angry": 958, "fear": 1024, "happy": 1774, "neutral": 1233, "sad": 1247, "surprise": 831}
        ),
    }
)
