"""Starts `emotions.cli.show`."""

from emotions.cli.show import main
from emotions.cli.start import start

if __name__ == "__main__":
    start(main)
