"""Starts `emotions.cli.demo`."""

from emotions.cli.demo import main
from emotions.cli.start import start

if __name__ == "__main__":
    start(main)
