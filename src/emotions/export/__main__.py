"""Starts `emotions.cli.export`."""

from emotions.cli.export import main
from emotions.cli.start import start

if __name__ == "__main__":
    start(main)
