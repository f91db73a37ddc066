"""Count the MACs of networks, apart from everything else, as it takes TensorFlow.

echo '{"a name": {…a cell's settings…}}' | python -m emotions.fanout.network_macs
"""

import json
import sys
from pathlib import Path

from emotions.models.backbones import classifier
from emotions.models.cost import macs
from emotions.settings.cell import Cell

_CLASSES = 6


def main() -> None:
    """Print the MACs of a pass forwards on one face, by name."""
    sys.path.insert(0, str(Path.cwd()))  # for networks of the user's own
    cells = {name: Cell.model_validate_json(json.dumps(plan)) for name, plan in json.load(sys.stdin).items()}
    counted = {}
    for name, cell in cells.items():
        try:
            counted[name] = macs(classifier(cell, cell.input_size, _CLASSES))
        except Exception as error:  # one network of several; its own cells will say what is wrong
            sys.stderr.write(f"{cell.backbone}: {error}\n")
    sys.stdout.write(f"{json.dumps(counted)}\n")


if __name__ == "__main__":
    main()
