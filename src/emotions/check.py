"""Starts `emotions.cli.check`."""

from emotions.cli.check import main
from emotions.cli.start import start

if __name__ == "__main__":
    start(main)
