"""One thin module a DVC stage: paths and names in, files out."""
