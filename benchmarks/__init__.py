"""How fast the pipeline is, each figure beside what it is compared with: see `benchmarks.__main__`."""
