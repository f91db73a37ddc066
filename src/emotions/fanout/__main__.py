"""Starts `emotions.fanout.command`."""

from emotions.cli.start import start
from emotions.fanout.command import main

if __name__ == "__main__":
    start(main)
