"""Starts `emotions.cli.app`."""

from emotions.cli.app import main
from emotions.cli.start import start

if __name__ == "__main__":
    start(main)
