"""The page of `dvc plots`, which carries its script."""
