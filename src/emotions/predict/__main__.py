"""Starts `emotions.cli.predict`."""

from emotions.cli.predict import main
from emotions.cli.start import start

if __name__ == "__main__":
    start(main)
