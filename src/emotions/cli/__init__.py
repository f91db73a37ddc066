"""What a person calls: `python -m emotions.NAME`, which starts `main` of the module here of that name."""
