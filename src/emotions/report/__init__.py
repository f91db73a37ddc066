"""Pages that set what was run beside the report of 2020.

`published` holds that report's figures, `grid` gathers what was run, `staleness` tells which of it belongs to
today. `tidy` makes one table of it, a row a cell; `effects` pairs cells, `conclusions` judges the report's,
`study` holds all of that. `markdown` renders the short page, `html` the whole one, `model_card` a card: prose
stands in the templates beside them, and what both pages say in `sentences.j2`.
"""
