"""What a person calls: `python -m emotions.cli.NAME`, or `python -m emotions.NAME` for short."""
