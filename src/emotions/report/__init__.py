"""Pages that set what was run beside the report of 2020.

`published` holds that report's figures, `grid` gathers what was run, `staleness` tells which of it belongs to
today, `compare` joins the two. `markdown` renders the short page: its comparisons come from `tables`, what it
says of a cell from `cells`, text from `text`. `html` renders the whole one from a `study`.
"""
